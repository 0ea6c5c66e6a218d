#include "codec/stream.h"

struct view_stream {
    struct stream base;
    struct view left;
};

static int view_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct view_stream *s = (struct view_stream *)stream;

    (void)err;
    *ret_block = view_sub(s->left, 0, STREAM_BLOCK);
    s->left = view_sub(s->left, STREAM_BLOCK, s->left.len);
    return 0;
}

static int view_skip(struct stream *stream, uint64_t count, uint64_t *ret_skipped,
                     struct error *err)
{
    struct view_stream *s = (struct view_stream *)stream;
    size_t skipped = count < s->left.len ? (size_t)count : s->left.len;

    (void)err;
    s->left = view_sub(s->left, skipped, s->left.len);
    *ret_skipped = skipped;
    return 0;
}

static void view_free(struct stream *stream)
{
    free(stream);
}

int stream_open_view(struct view bytes, struct stream **ret, struct error *err)
{
    struct view_stream *s = calloc(1, sizeof(*s));

    if (!s)
        return error_memory(err);
    s->base = (struct stream){.next = view_next, .free = view_free, .skip = view_skip};
    s->left = bytes;
    *ret = &s->base;
    return 0;
}
