#include "net/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct view bytes, struct buf *to)
{
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t group = 0;

        for (size_t k = 0; k < 3; k++)
            group = group << 8 | (k < left ? (unsigned char)bytes.ptr[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_add_char(to, k <= left ? alphabet[group >> (18 - 6 * k) & 63] : '=');
    }
}

static bool digit_of(char c, uint32_t *ret)
{
    const char *place = c ? strchr(alphabet, c) : NULL;

    if (!place)
        return false;
    *ret = (uint32_t)(place - alphabet);
    return true;
}

bool base64_decode(struct view text, struct buf *to)
{
    uint32_t group = 0, digit;
    unsigned bits = 0;

    for (int i = 0; i < 2 && text.len % 4 == 0; i++)
        if (view_ends(text, i == 0 ? VIEW("==") : VIEW("="))) {
            text.len -= i == 0 ? 2 : 1;
            break;
        }
    if (text.len % 4 == 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!digit_of(text.ptr[i], &digit))
            return false;
        group = (group << 6 | digit) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            buf_add_char(to, (char)(group >> bits & 0xff));
        }
    }
    return (group & ((1u << bits) - 1)) == 0;
}
