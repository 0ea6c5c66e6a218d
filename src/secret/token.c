#include "secret/token.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "codec/utf8.h"

typedef unsigned char lanes __attribute__((vector_size(16)));

enum {
    LANES = 16,
    STRIDE = TOKEN_MIN - LANES + 1, /* of blocks that are looked at */
    PEEK = 16,
    TEXT_MIN = 6,
};

const char *token_encoding_name(enum token_encoding encoding)
{
    static const char *const names[TOKEN_ENCODING_COUNT] = {
        [TOKEN_BASE64] = TR_KEY("base64"),
        [TOKEN_HEX] = TR_KEY("hexadecimal"),
        [TOKEN_PERCENT] = TR_KEY("percent-encoding"),
    };

    return names[encoding];
}

/* ---- Runs ---- */

static const unsigned char run_letters[256] = {
    ['%'] = 1,         ['+'] = 1,         ['-'] = 1,         ['_'] = 1,
    ['/' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1,
};

static bool in_run(char c)
{
    return run_letters[(unsigned char)c];
}

static bool all_true(lanes v)
{
#if defined(__SSE2__)
    return __builtin_ia32_pmovmskb128((__attribute__((vector_size(16))) char)v) == 0xffff;
#else
    uint64_t halves[2];

    memcpy(halves, &v, sizeof(halves));
    return (halves[0] & halves[1]) == UINT64_MAX;
#endif
}

static bool all_in_run(const char *at)
{
    lanes v, yes;

    memcpy(&v, at, sizeof(v));
    yes = (lanes)(((v | 0x20) - 'a') < 26) | (lanes)((v - '/') < 11) | (lanes)(v == '+') |
          (lanes)(v == '-') | (lanes)(v == '_') | (lanes)(v == '%');
    return all_true(yes);
}

/* Every run of TOKEN_MIN bytes holds a block of LANES at a multiple of STRIDE. */
bool token_next(struct view bytes, size_t from, struct view *ret)
{
    size_t at = from;

    while (at + LANES <= bytes.len) {
        size_t start = at, end = at + LANES;

        if (!all_in_run(bytes.ptr + at)) {
            at += STRIDE;
            continue;
        }
        while (start > from && in_run(bytes.ptr[start - 1]))
            start--;
        while (end < bytes.len && in_run(bytes.ptr[end]))
            end++;
        if (end - start >= TOKEN_MIN) {
            *ret = view_sub(bytes, start, end - start);
            return true;
        }
        at = end + 1; /* what stands at the end is in no run */
    }
    return false;
}

/* ---- Decoding ---- */

static int base64_value(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

static int hex_value(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many bytes it appends; stops at the first letter that is none. */
static size_t decode_base64(struct view run, struct buf *to)
{
    uint32_t bits = 0;
    size_t count = 0, i;
    char *at = buf_reserve(to, run.len / 4 * 3 + 3), *start = at;

    if (!at)
        return 0;
    for (i = 0; i < run.len; i++) {
        int value = base64_value((unsigned char)run.ptr[i]);

        if (value < 0)
            return 0;
        bits = bits << 6 | (uint32_t)value;
        if (++count % 4 == 0) {
            *at++ = (char)(bits >> 16);
            *at++ = (char)(bits >> 8);
            *at++ = (char)bits;
        }
    }
    if (count % 4 == 2)
        *at++ = (char)(bits >> 4);
    if (count % 4 == 3) {
        *at++ = (char)(bits >> 10);
        *at++ = (char)(bits >> 2);
    }
    to->len += (size_t)(at - start);
    return (size_t)(at - start);
}

static size_t decode_hex(struct view run, struct buf *to)
{
    char *at = buf_reserve(to, run.len / 2);

    if (!at || run.len % 2)
        return 0;
    for (size_t i = 0; i < run.len; i += 2) {
        int high = hex_value((unsigned char)run.ptr[i]),
            low = hex_value((unsigned char)run.ptr[i + 1]);

        if (high < 0 || low < 0)
            return 0;
        at[i / 2] = (char)(high << 4 | low);
    }
    to->len += run.len / 2;
    return run.len / 2;
}

static size_t decode_percent(struct view run, struct buf *to)
{
    char *at = buf_reserve(to, run.len);
    size_t len = 0, escapes = 0;

    for (size_t i = 0; at && i < run.len; i++) {
        int high = -1, low = -1;

        if (run.ptr[i] == '%' && i + 2 < run.len) {
            high = hex_value((unsigned char)run.ptr[i + 1]);
            low = hex_value((unsigned char)run.ptr[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            at[len++] = (char)(high << 4 | low);
            i += 2;
            escapes++;
        } else {
            at[len++] = run.ptr[i];
        }
    }
    if (escapes < 2)
        return 0;
    to->len += len;
    return len;
}

static bool is_text_byte(unsigned c)
{
    return (c >= ' ' && c < 0x7f) || c == '\n' || c == '\r' || c == '\t';
}

/* UTF-8 is welcome, but not as the first thing: chance bytes have the high bit
 * too. */
static size_t text_length(struct view bytes)
{
    size_t at = 0;

    while (at < bytes.len) {
        unsigned char c = (unsigned char)bytes.ptr[at];
        size_t len = c < 0x80 ? is_text_byte(c) : utf8_length(view_sub(bytes, at, 4));

        if (len == 0 || (len > 1 && at < TEXT_MIN))
            break;
        at += len;
    }
    return at;
}

typedef size_t decoder(struct view run, struct buf *to);

static decoder *const decoders[TOKEN_ENCODING_COUNT] = {
    [TOKEN_BASE64] = decode_base64,
    [TOKEN_HEX] = decode_hex,
    [TOKEN_PERCENT] = decode_percent,
};

/* What comes first of it and is text is kept. */
static bool decode(struct view run, enum token_encoding encoding, struct buf *to)
{
    size_t before = to->len, len = decoders[encoding](run, to);
    size_t text = len ? text_length(view_from(to->ptr + before, len)) : 0;

    if (text < TEXT_MIN)
        text = 0;
    to->len = before + text;
    return text > 0;
}

/* Of the first letters; most runs are identifiers and hashes, and end here. */
static bool begins_as_base64(const char *run)
{
    int a = base64_value((unsigned char)run[0]), b = base64_value((unsigned char)run[1]);
    int c = base64_value((unsigned char)run[2]), d = base64_value((unsigned char)run[3]);
    unsigned bits = (unsigned)a << 18 | (unsigned)b << 12 | (unsigned)c << 6 | (unsigned)d;

    return (a | b | c | d) >= 0 && is_text_byte(bits >> 16) && is_text_byte(bits >> 8 & 0xff) &&
           is_text_byte(bits & 0xff);
}

static bool begins_as_hex(const char *run)
{
    int high = hex_value((unsigned char)run[0]), low = hex_value((unsigned char)run[1]);

    return (high | low) >= 0 && is_text_byte((unsigned)(high << 4 | low));
}

static bool looks_like(struct view run, enum token_encoding *ret)
{
    char room[64];
    struct buf peek = {room, 0, sizeof(room), sizeof(room), 0};
    struct view head = view_sub(run, 0, PEEK);

    if (memchr(run.ptr, '%', run.len)) {
        *ret = TOKEN_PERCENT;
        return true;
    }
    *ret = TOKEN_HEX;
    if (begins_as_hex(run.ptr) && decode(head, TOKEN_HEX, &peek))
        return true;
    *ret = TOKEN_BASE64;
    return begins_as_base64(run.ptr) && decode(head, TOKEN_BASE64, &peek);
}

/* The run goes on in the next line: base64 as mail and PEM break it. */
static bool continues(struct view bytes, size_t *at, struct view *ret)
{
    size_t next = *at, end;

    if (next < bytes.len && bytes.ptr[next] == '\r')
        next++;
    if (next >= bytes.len || bytes.ptr[next++] != '\n')
        return false;
    while (next < bytes.len && (bytes.ptr[next] == ' ' || bytes.ptr[next] == '\t'))
        next++;
    end = next;
    while (end < bytes.len && base64_value((unsigned char)bytes.ptr[end]) >= 0)
        end++;
    if (end == next)
        return false;
    *ret = view_sub(bytes, next, end - next);
    *at = end;
    return true;
}

/* The lines that follow a run of such a length, the last of which may be shorter.
 * Appends all to `whole`; the offset behind them. */
static size_t join_lines(struct view bytes, struct view run, struct buf *whole)
{
    size_t at = (size_t)(run.ptr - bytes.ptr) + run.len;
    struct view line;

    buf_add(whole, run);
    while (continues(bytes, &at, &line)) {
        buf_add(whole, line);
        if (line.len != run.len)
            break;
    }
    return at;
}

bool token_decode(struct view bytes, struct view run, struct buf *to,
                  enum token_encoding *ret_encoding, size_t *ret_end)
{
    _cleanup_(buf_done) struct buf whole = BUF_INIT(TOKEN_LIMIT);
    bool lines = run.len >= TOKEN_WRAP_MIN && run.len <= TOKEN_WRAP_MAX;
    bool likely = run.len <= TOKEN_LIMIT && looks_like(run, ret_encoding);

    *ret_end = (size_t)(run.ptr - bytes.ptr) + run.len;
    /* A block that holds no text is passed over whole: its lines are no
     * beginnings. */
    if (lines && (!likely || *ret_encoding == TOKEN_BASE64)) {
        *ret_end = join_lines(bytes, run, &whole);
        run = buf_view(&whole);
    }
    return likely && !whole.failed && decode(run, *ret_encoding, to);
}
