/* Bytes for the tests of src/codec: compressed samples made by the formats'
 * own libraries, and a source that hands them out in small blocks. */
#pragma once

#include "base/buf.h"
#include "codec/stream.h"

enum { SAMPLE_LIMIT = 64 << 20 };

/* Text with some structure, the same every time. */
void sample_text(struct buf *to, size_t len);

void sample_gzip(struct view plain, struct buf *to);
void sample_zstd(struct view plain, struct buf *to); /* with a checksum */
void sample_bzip2(struct view plain, struct buf *to);
void sample_xz(struct view plain, struct buf *to);
void sample_lz4(struct view plain, struct buf *to); /* with a checksum */

/* Hands out at most `chunk` bytes at a time, each from memory of its own, so
 * that a sanitizer sees who reads past a block or uses an old one. */
struct stream *sample_chunks(struct view bytes, size_t chunk);
