#include <bzlib.h>
#include <inttypes.h>

#include "codec/stream-input.h"

struct bzip2_stream {
    struct stream base;
    struct stream_input input;
    bz_stream bz;
    bool within; /* a stream is being decoded */
    bool done;
    char block[STREAM_DECODED_BLOCK];
};

static int fail(const struct bzip2_stream *s, int code, struct error *err)
{
    if (code == BZ_MEM_ERROR)
        return error_memory(err);
    return error_set(err, ERROR_INPUT, "bzip2: %s near byte %" PRIu64,
                     code == BZ_DATA_ERROR_MAGIC ? "no bzip2 header" : "corrupt data",
                     s->input.offset);
}

static int start_stream(struct bzip2_stream *s, struct error *err)
{
    char *next_out = s->bz.next_out;
    unsigned avail_out = s->bz.avail_out;
    int code;

    s->bz = (bz_stream){.next_out = next_out, .avail_out = avail_out};
    code = BZ2_bzDecompressInit(&s->bz, 0, 0);
    if (code != BZ_OK)
        return fail(s, code, err);
    s->within = true;
    return 0;
}

static int end_stream(struct bzip2_stream *s, struct error *err)
{
    int r;

    BZ2_bzDecompressEnd(&s->bz);
    s->within = false;
    r = stream_input_at_end(&s->input, "bzip2", err);
    s->done = r > 0;
    return r < 0 ? r : 0;
}

static int decode_some(struct bzip2_stream *s, struct error *err)
{
    unsigned lent = s->input.left.len < UINT32_MAX ? (unsigned)s->input.left.len : UINT32_MAX;
    unsigned room = s->bz.avail_out;
    int code;

    s->bz.next_in = (char *)s->input.left.ptr;
    s->bz.avail_in = lent;
    code = BZ2_bzDecompress(&s->bz);
    stream_input_advance(&s->input, lent - s->bz.avail_in);
    if (code == BZ_STREAM_END)
        return end_stream(s, err);
    if (code != BZ_OK)
        return fail(s, code, err);
    if (s->input.ended && s->bz.avail_out == room)
        return error_set(err, ERROR_INPUT, "bzip2: truncated at byte %" PRIu64, s->input.offset);
    return 0;
}

static int bzip2_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct bzip2_stream *s = (struct bzip2_stream *)stream;

    s->bz.next_out = s->block;
    s->bz.avail_out = sizeof(s->block);
    while (s->bz.avail_out > 0 && !s->done) {
        int r = stream_input_fill(&s->input, err);

        if (r >= 0 && !s->within)
            r = start_stream(s, err);
        if (r >= 0)
            r = decode_some(s, err);
        if (r < 0)
            return r;
    }
    *ret_block = view_from(s->block, sizeof(s->block) - s->bz.avail_out);
    return 0;
}

static void bzip2_free(struct stream *stream)
{
    struct bzip2_stream *s = (struct bzip2_stream *)stream;

    if (s->within)
        BZ2_bzDecompressEnd(&s->bz);
    stream_free(s->input.source);
    free(s);
}

int stream_open_bzip2(struct stream *source, struct stream **ret, struct error *err)
{
    struct bzip2_stream *s = malloc(sizeof(*s));

    if (!s) {
        stream_free(source);
        return error_memory(err);
    }
    s->base = (struct stream){.next = bzip2_next, .free = bzip2_free};
    s->input = (struct stream_input){.source = source};
    s->within = s->done = false;
    *ret = &s->base;
    return 0;
}
