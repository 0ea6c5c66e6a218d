/* A source for the fuzzers that hands out at most `chunk` bytes at a time,
 * each from memory of its own. */
#pragma once

#include "codec/stream.h"

struct stream *chunks_of(struct view bytes, size_t chunk);
