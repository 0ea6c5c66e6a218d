/* The worker operation that parses documents; its caller is image_json_load()
 * of artifact/source.h. */
#pragma once

#include "sandbox/sandbox.h"

extern const struct sandbox_op image_json_op;
