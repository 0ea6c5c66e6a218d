/* The op "layer-inflate": a worker that unpacks a compressed layer and gives
 * the plain bytes back, for the program to hash and to hand on. */
#pragma once

#include "sandbox/sandbox.h"

#define LAYER_INFLATE_LIMIT ((uint64_t)64 << 30) /* bytes of one layer, unpacked */

int layer_inflate_run(struct worker *worker, struct view request, struct error *err);

/* Starts the worker on `length` bytes of `fd` from `offset`, or on a pipe
 * (offset -1). Its reply is the plain bytes. */
int layer_inflate_start(struct sandbox *sandbox, int fd, int64_t offset, int64_t length,
                        struct sandbox_job **ret, struct error *err);
