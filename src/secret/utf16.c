#include "secret/utf16.h"

enum { REPLACEMENT = 0xfffd };

enum utf16_order utf16_sniff(struct view start)
{
    if (view_starts(start, VIEW("\xff\xfe")) && !view_starts(start, view_from("\xff\xfe\0\0", 4)))
        return UTF16_LITTLE;
    return view_starts(start, VIEW("\xfe\xff")) ? UTF16_BIG : UTF16_NONE;
}

static unsigned unit_at(enum utf16_order order, const unsigned char *at)
{
    return order == UTF16_LITTLE ? at[0] | (unsigned)at[1] << 8 : at[1] | (unsigned)at[0] << 8;
}

static void add_code_point(struct buf *to, unsigned c)
{
    if (c < 0x80) {
        buf_add_char(to, (char)c);
        return;
    }
    if (c < 0x800) {
        buf_add_char(to, (char)(0xc0 | c >> 6));
    } else {
        if (c < 0x10000) {
            buf_add_char(to, (char)(0xe0 | c >> 12));
        } else {
            buf_add_char(to, (char)(0xf0 | c >> 18));
            buf_add_char(to, (char)(0x80 | (c >> 12 & 0x3f)));
        }
        buf_add_char(to, (char)(0x80 | (c >> 6 & 0x3f)));
    }
    buf_add_char(to, (char)(0x80 | (c & 0x3f)));
}

/* How many bytes of `left` were used; 0 when more are needed. */
static size_t decode_one(enum utf16_order order, const unsigned char *at, size_t left,
                         struct buf *to)
{
    unsigned unit, low;

    if (left < 2)
        return 0;
    unit = unit_at(order, at);
    if (unit < 0xd800 || unit > 0xdfff) {
        add_code_point(to, unit);
        return 2;
    }
    if (unit < 0xdc00 && left < 4)
        return 0;
    low = unit < 0xdc00 ? unit_at(order, at + 2) : 0;
    if (low < 0xdc00 || low > 0xdfff) {
        add_code_point(to, REPLACEMENT);
        return 2;
    }
    add_code_point(to, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
    return 4;
}

void utf16_decode(enum utf16_order order, struct view bytes, struct utf16_rest *rest,
                  struct buf *to)
{
    while (bytes.len) {
        size_t used;

        if (rest->len == 0) {
            used = decode_one(order, (const unsigned char *)bytes.ptr, bytes.len, to);
            if (used) {
                bytes = view_sub(bytes, used, bytes.len);
                continue;
            }
        }
        rest->bytes[rest->len++] = (unsigned char)bytes.ptr[0];
        bytes = view_sub(bytes, 1, bytes.len);
        used = decode_one(order, rest->bytes, rest->len, to);
        memmove(rest->bytes, rest->bytes + used, rest->len - used);
        rest->len -= used;
    }
}
