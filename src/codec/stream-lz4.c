#include <inttypes.h>
#include <lz4frame.h>

#include "codec/stream-input.h"

struct lz4_stream {
    struct stream base;
    struct stream_input input;
    LZ4F_dctx *context;
    size_t expected; /* what lz4 wants next; 0 between frames */
    char block[STREAM_DECODED_BLOCK];
};

static int decode_some(struct lz4_stream *s, size_t *len, struct error *err)
{
    size_t taken = s->input.left.len, made = sizeof(s->block) - *len;
    size_t code =
        LZ4F_decompress(s->context, s->block + *len, &made, s->input.left.ptr, &taken, NULL);

    if (LZ4F_isError(code))
        return error_set(err, ERROR_INPUT, "lz4: %s near byte %" PRIu64, LZ4F_getErrorName(code),
                         s->input.offset);
    stream_input_advance(&s->input, taken);
    s->expected = code;
    *len += made;
    if (code && s->input.ended && made == 0)
        return error_set(err, ERROR_INPUT, "lz4: truncated at byte %" PRIu64, s->input.offset);
    return 0;
}

static int lz4_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct lz4_stream *s = (struct lz4_stream *)stream;
    size_t len = 0;

    while (len < sizeof(s->block)) {
        int r = stream_input_fill(&s->input, err);

        if (r < 0)
            return r;
        if (s->input.ended && s->expected == 0)
            break;
        r = decode_some(s, &len, err);
        if (r < 0)
            return r;
    }
    *ret_block = view_from(s->block, len);
    return 0;
}

static void lz4_free(struct stream *stream)
{
    struct lz4_stream *s = (struct lz4_stream *)stream;

    LZ4F_freeDecompressionContext(s->context);
    stream_free(s->input.source);
    free(s);
}

int stream_open_lz4(struct stream *source, struct stream **ret, struct error *err)
{
    struct lz4_stream *s = malloc(sizeof(*s));

    if (!s) {
        stream_free(source);
        return error_memory(err);
    }
    s->base = (struct stream){.next = lz4_next, .free = lz4_free};
    s->input = (struct stream_input){.source = source};
    s->expected = 0;
    s->context = NULL;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&s->context, LZ4F_VERSION))) {
        lz4_free(&s->base);
        return error_memory(err);
    }
    *ret = &s->base;
    return 0;
}
