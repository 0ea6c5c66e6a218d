/* Replaces a file by its hardened text. */
#pragma once

#include "scan/harden.h"

/* Whole or not at all; mode and owner stay, and so does a link that leads to
 * the file. ERROR_INPUT when the file is no longer what was read. */
int harden_file_replace(const struct harden_file *file, struct error *err);
