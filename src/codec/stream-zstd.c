#include <inttypes.h>
#include <zstd.h>

#include "codec/stream-input.h"

struct zstd_stream {
    struct stream base;
    struct stream_input input;
    ZSTD_DCtx *context;
    size_t expected; /* what zstd wants next; 0 between frames */
    char block[STREAM_DECODED_BLOCK];
};

static int decode_some(struct zstd_stream *s, ZSTD_outBuffer *out, struct error *err)
{
    ZSTD_inBuffer in = {s->input.left.ptr, s->input.left.len, 0};
    size_t before = out->pos, code = ZSTD_decompressStream(s->context, out, &in);

    stream_input_advance(&s->input, in.pos);
    if (ZSTD_isError(code))
        return error_set(err, ERROR_INPUT, "zstd: %s near byte %" PRIu64, ZSTD_getErrorName(code),
                         s->input.offset);
    s->expected = code;
    if (code && s->input.ended && out->pos == before)
        return error_set(err, ERROR_INPUT, "zstd: truncated at byte %" PRIu64, s->input.offset);
    return 0;
}

static int zstd_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct zstd_stream *s = (struct zstd_stream *)stream;
    ZSTD_outBuffer out = {s->block, sizeof(s->block), 0};

    while (out.pos < out.size) {
        int r = stream_input_fill(&s->input, err);

        if (r < 0)
            return r;
        if (s->input.ended && s->expected == 0)
            break;
        r = decode_some(s, &out, err);
        if (r < 0)
            return r;
    }
    *ret_block = view_from(s->block, out.pos);
    return 0;
}

static void zstd_free(struct stream *stream)
{
    struct zstd_stream *s = (struct zstd_stream *)stream;

    ZSTD_freeDCtx(s->context);
    stream_free(s->input.source);
    free(s);
}

int stream_open_zstd(struct stream *source, struct stream **ret, struct error *err)
{
    struct zstd_stream *s = malloc(sizeof(*s));
    size_t code;

    if (!s) {
        stream_free(source);
        return error_memory(err);
    }
    s->base = (struct stream){.next = zstd_next, .free = zstd_free};
    s->input = (struct stream_input){.source = source};
    s->expected = 0;
    s->context = ZSTD_createDCtx();
    code = s->context ? ZSTD_DCtx_setParameter(s->context, ZSTD_d_windowLogMax,
                                               STREAM_ZSTD_WINDOW_LOG_LIMIT)
                      : 1;
    if (code != 0) {
        zstd_free(&s->base);
        return error_memory(err);
    }
    *ret = &s->base;
    return 0;
}
