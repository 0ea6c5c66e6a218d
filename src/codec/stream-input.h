/* What the decoders of a stream, and tar, share: bytes pulled from the source block by
 * block, with the offset known for messages, and the constructors that
 * stream_open_decoded() chooses from.
 */
#pragma once

#include "codec/stream.h"

struct stream_input {
    struct stream *source; /* owned */
    struct view left;      /* of the present block */
    uint64_t offset;       /* of `left` in the source */
    bool ended;
};

/* Pulls a block when the present one is used up. At the end of the source
 * `left` is empty and `ended` is set. */
int stream_input_fill(struct stream_input *input, struct error *err);
void stream_input_advance(struct stream_input *input, size_t count);
/* Passes over `count` bytes, by seeking where that is possible; fewer only
 * when the source ends, which sets `ended`. */
int stream_input_skip(struct stream_input *input, uint64_t count, struct error *err);
/* Between two members: 1 at the end, zero padding consumed; 0 when another
 * member may follow; an error for anything behind padding. `format` is the
 * name for the message. */
int stream_input_at_end(struct stream_input *input, const char *format, struct error *err);

/* Decoders. They take `source` over, on failure too. */
int stream_open_gzip(struct stream *source, struct stream **ret, struct error *err);
int stream_open_zstd(struct stream *source, struct stream **ret, struct error *err);
int stream_open_bzip2(struct stream *source, struct stream **ret, struct error *err);
int stream_open_xz(struct stream *source, struct stream **ret, struct error *err);
int stream_open_lz4(struct stream *source, struct stream **ret, struct error *err);
