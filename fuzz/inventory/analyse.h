/* Fuzzes one analyser: it must not fail but by its error, and whatever it left
 * behind must be readable to the end. */
#pragma once

#include <stdint.h>
#include <stdlib.h>

#include "inventory/analyser.h"

/* Runs the analyser over the input as if it stood at `path`. */
void fuzz_analyser(const struct analyser *analyser, const char *path, const uint8_t *data,
                   size_t size);
