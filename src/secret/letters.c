#include "secret/letters.h"

static int value_of(unsigned char c)
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

ptrdiff_t letters_decode_base64(struct view text, unsigned char *to, size_t room)
{
    uint32_t bits = 0;
    size_t len = 0;
    unsigned held = 0;

    while (text.len && text.ptr[text.len - 1] == '=')
        text.len--;
    if (text.len % 4 == 1)
        return -1;
    for (size_t i = 0; i < text.len; i++) {
        int value = value_of((unsigned char)text.ptr[i]);

        if (value < 0)
            return -1;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held < 8)
            continue;
        if (len == room)
            return -1;
        held -= 8;
        to[len++] = (unsigned char)(bits >> held);
    }
    return (bits & ((1U << held) - 1)) == 0 ? (ptrdiff_t)len : -1;
}
