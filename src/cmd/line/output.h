/* Where results go: standard output, or a file that appears whole or not at all. */
#pragma once

#include "base/error.h"
#include "base/view.h"

/* `path`: NULL or "-" for standard output. Something at `path` that is no
 * regular file (a FIFO, /dev/stdout) is written to, not replaced. When the
 * reader of a pipe has gone, the program ends as SIGPIPE ends one. */
int output_write(const char *path, struct view text, struct error *err);
