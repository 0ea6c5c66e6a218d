#include "codec/stream.h"

int stream_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct view block = VIEW_EMPTY;
    int r = stream->failure.kind;

    if (r == 0 && !stream->ended) {
        r = stream->next(stream, &block, &stream->failure);
        stream->failure.kind = r < 0 ? r : 0;
        stream->ended = block.len == 0;
    }
    if (r < 0) {
        if (err)
            *err = stream->failure;
        return r;
    }
    *ret_block = block;
    return 0;
}

int stream_skip(struct stream *stream, uint64_t count, uint64_t *ret_skipped, struct error *err)
{
    uint64_t skipped = 0;
    int r = stream->failure.kind;

    if (r == 0 && !stream->ended && stream->skip) {
        r = stream->skip(stream, count, &skipped, &stream->failure);
        stream->failure.kind = r < 0 ? r : 0;
    }
    if (r < 0) {
        if (err)
            *err = stream->failure;
        return r;
    }
    *ret_skipped = skipped;
    return 0;
}

void stream_free(struct stream *stream)
{
    if (stream)
        stream->free(stream);
}

int stream_read_all(struct stream *stream, struct buf *to, struct error *err)
{
    for (;;) {
        struct view block;
        int r = stream_next(stream, &block, err);

        if (r < 0 || block.len == 0)
            return r;
        buf_add(to, block);
        r = buf_failed(to, "the content", err);
        if (r < 0)
            return r;
    }
}
