#include <inttypes.h>
#include <lzma.h>

#include "base/text.h"
#include "codec/stream-input.h"

struct xz_stream {
    struct stream base;
    struct stream_input input;
    lzma_stream lzma;
    bool done;
    uint8_t block[STREAM_DECODED_BLOCK];
};

static int fail(const struct xz_stream *s, lzma_ret code, struct error *err)
{
    static const struct {
        lzma_ret code;
        const char *text;
    } reasons[] = {
        {LZMA_FORMAT_ERROR, TR_KEY("no xz header")},
        {LZMA_OPTIONS_ERROR, TR_KEY("unknown compression options")},
        {LZMA_DATA_ERROR, TR_KEY("corrupt data or wrong checksum")},
    };
    const char *text = TR_KEY("corrupt data");

    if (code == LZMA_MEM_ERROR)
        return error_memory(err);
    if (code == LZMA_MEMLIMIT_ERROR)
        return error_set(err, ERROR_LIMIT, "xz: decoding needs more than %d bytes of memory",
                         STREAM_XZ_MEMORY_LIMIT);
    if (code == LZMA_BUF_ERROR)
        return error_set(err, ERROR_INPUT, "xz: truncated at byte %" PRIu64, s->input.offset);
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].code == code)
            text = reasons[i].text;
    return error_set(err, ERROR_INPUT, "xz: %s near byte %" PRIu64, tr(text), s->input.offset);
}

static int decode_some(struct xz_stream *s, struct error *err)
{
    lzma_ret code;

    s->lzma.next_in = (const uint8_t *)s->input.left.ptr;
    s->lzma.avail_in = s->input.left.len;
    code = lzma_code(&s->lzma, s->input.ended ? LZMA_FINISH : LZMA_RUN);
    stream_input_advance(&s->input, s->input.left.len - s->lzma.avail_in);
    if (code == LZMA_STREAM_END)
        s->done = true;
    else if (code != LZMA_OK)
        return fail(s, code, err);
    return 0;
}

static int xz_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct xz_stream *s = (struct xz_stream *)stream;

    s->lzma.next_out = s->block;
    s->lzma.avail_out = sizeof(s->block);
    while (s->lzma.avail_out > 0 && !s->done) {
        int r = stream_input_fill(&s->input, err);

        if (r >= 0)
            r = decode_some(s, err);
        if (r < 0)
            return r;
    }
    *ret_block = view_from(s->block, sizeof(s->block) - s->lzma.avail_out);
    return 0;
}

static void xz_free(struct stream *stream)
{
    struct xz_stream *s = (struct xz_stream *)stream;

    lzma_end(&s->lzma);
    stream_free(s->input.source);
    free(s);
}

int stream_open_xz(struct stream *source, struct stream **ret, struct error *err)
{
    struct xz_stream *s = malloc(sizeof(*s));
    lzma_ret code;

    if (!s) {
        stream_free(source);
        return error_memory(err);
    }
    s->base = (struct stream){.next = xz_next, .free = xz_free};
    s->input = (struct stream_input){.source = source};
    s->done = false;
    s->lzma = (lzma_stream)LZMA_STREAM_INIT;
    code = lzma_stream_decoder(&s->lzma, STREAM_XZ_MEMORY_LIMIT, LZMA_CONCATENATED);
    if (code != LZMA_OK) {
        xz_free(&s->base);
        return error_memory(err);
    }
    *ret = &s->base;
    return 0;
}
