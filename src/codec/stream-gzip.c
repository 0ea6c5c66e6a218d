#include <inttypes.h>
#include <isa-l/igzip_lib.h>

#include "base/text.h"
#include "codec/stream-input.h"

/* The header is read apart from the body, because isal_inflate() forgets a
 * header's flags when the header is split over two blocks. */
enum phase {
    PHASE_HEADER,
    PHASE_BODY, /* and its trailer: CRC and length are checked by ISA-L */
    PHASE_END,
};

struct gzip_stream {
    struct stream base;
    struct stream_input input;
    enum phase phase;
    struct isal_gzip_header header;
    struct inflate_state inflate;
    uint8_t block[STREAM_DECODED_BLOCK];
};

static const char *reason(int code)
{
    static const struct {
        int code;
        const char *text;
    } reasons[] = {
        {ISAL_INVALID_BLOCK, TR_KEY("bad deflate block")},
        {ISAL_INVALID_SYMBOL, TR_KEY("bad deflate symbol")},
        {ISAL_INVALID_LOOKBACK, TR_KEY("reference before the start")},
        {ISAL_INVALID_WRAPPER, TR_KEY("no gzip header")},
        {ISAL_UNSUPPORTED_METHOD, TR_KEY("unknown compression method")},
        {ISAL_INCORRECT_CHECKSUM, TR_KEY("wrong checksum or length")},
    };

    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].code == code)
            return reasons[i].text;
    return TR_KEY("corrupt data");
}

static int fail(const struct gzip_stream *s, int code, struct error *err)
{
    return error_set(err, ERROR_INPUT, "gzip: %s near byte %" PRIu64, tr(reason(code)),
                     s->input.offset);
}

static int fail_truncated(const struct gzip_stream *s, struct error *err)
{
    return error_set(err, ERROR_INPUT, "gzip: truncated at byte %" PRIu64, s->input.offset);
}

/* Lends the input to ISA-L; give_back() takes what it left. */
static void lend(struct gzip_stream *s)
{
    s->inflate.next_in = (uint8_t *)s->input.left.ptr;
    s->inflate.avail_in = s->input.left.len < UINT32_MAX ? (uint32_t)s->input.left.len : UINT32_MAX;
}

static void give_back(struct gzip_stream *s, uint32_t lent)
{
    stream_input_advance(&s->input, lent - s->inflate.avail_in);
}

static void start_member(struct gzip_stream *s)
{
    isal_inflate_reset(&s->inflate);
    isal_gzip_header_init(&s->header);
    s->inflate.crc_flag = ISAL_GZIP_NO_HDR_VER;
    s->phase = PHASE_HEADER;
}

static int read_header(struct gzip_stream *s, struct error *err)
{
    uint32_t lent;
    int code;

    if (s->input.ended)
        return fail_truncated(s, err);
    lend(s);
    lent = s->inflate.avail_in;
    code = isal_read_gzip_header(&s->inflate, &s->header);
    if (code < 0)
        return fail(s, code, err);
    give_back(s, lent);
    if (code == ISAL_DECOMP_OK)
        s->phase = PHASE_BODY;
    return 0;
}

static int end_member(struct gzip_stream *s, struct error *err)
{
    int r = stream_input_at_end(&s->input, "gzip", err);

    if (r < 0)
        return r;
    if (r > 0) {
        s->phase = PHASE_END;
        return 0;
    }
    if (s->input.left.ptr[0] != '\x1f')
        return fail(s, ISAL_INVALID_WRAPPER, err);
    start_member(s);
    return 0;
}

static int inflate_some(struct gzip_stream *s, struct error *err)
{
    uint32_t lent, room = s->inflate.avail_out;
    int code;

    lend(s);
    lent = s->inflate.avail_in;
    code = isal_inflate(&s->inflate);
    give_back(s, lent);
    if (code < 0)
        return fail(s, code, err);
    if (s->inflate.block_state == ISAL_BLOCK_FINISH)
        return end_member(s, err);
    if (s->input.ended && s->inflate.avail_out == room)
        return fail_truncated(s, err);
    return 0;
}

static int gzip_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct gzip_stream *s = (struct gzip_stream *)stream;

    s->inflate.next_out = s->block;
    s->inflate.avail_out = sizeof(s->block);
    while (s->inflate.avail_out > 0 && s->phase != PHASE_END) {
        int r = stream_input_fill(&s->input, err);

        if (r < 0)
            return r;
        r = s->phase == PHASE_HEADER ? read_header(s, err) : inflate_some(s, err);
        if (r < 0)
            return r;
    }
    *ret_block = view_from(s->block, sizeof(s->block) - s->inflate.avail_out);
    return 0;
}

static void gzip_free(struct stream *stream)
{
    struct gzip_stream *s = (struct gzip_stream *)stream;

    stream_free(s->input.source);
    free(s);
}

int stream_open_gzip(struct stream *source, struct stream **ret, struct error *err)
{
    struct gzip_stream *s = malloc(sizeof(*s));

    if (!s) {
        stream_free(source);
        return error_memory(err);
    }
    s->base = (struct stream){.next = gzip_next, .free = gzip_free};
    s->input = (struct stream_input){.source = source};
    isal_inflate_init(&s->inflate);
    start_member(s);
    *ret = &s->base;
    return 0;
}
