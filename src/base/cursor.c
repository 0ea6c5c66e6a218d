#include "base/cursor.h"

size_t cursor_left(const struct cursor *c)
{
    return c->failed ? 0 : c->bytes.len - c->at;
}

bool cursor_at_end(const struct cursor *c)
{
    return !c->failed && c->at == c->bytes.len;
}

void cursor_fail(struct cursor *c)
{
    c->failed = true;
}

struct view cursor_take(struct cursor *c, size_t len)
{
    struct view taken;

    if (len > cursor_left(c)) {
        c->failed = true;
        return VIEW_EMPTY;
    }
    taken = view_sub(c->bytes, c->at, len);
    c->at += len;
    return taken;
}

void cursor_skip(struct cursor *c, size_t len)
{
    cursor_take(c, len);
}

void cursor_seek(struct cursor *c, size_t at)
{
    if (at > c->bytes.len)
        c->failed = true;
    else if (!c->failed)
        c->at = at;
}

static uint64_t take_integer(struct cursor *c, size_t size, bool big_endian)
{
    struct view v = cursor_take(c, size);
    uint64_t value = 0;

    for (size_t i = 0; i < v.len; i++)
        value |= (uint64_t)(unsigned char)v.ptr[i] << (8 * (big_endian ? size - 1 - i : i));
    return value;
}

uint8_t cursor_u8(struct cursor *c)
{
    return (uint8_t)take_integer(c, 1, false);
}

uint16_t cursor_u16(struct cursor *c)
{
    return (uint16_t)take_integer(c, 2, false);
}

uint32_t cursor_u32(struct cursor *c)
{
    return (uint32_t)take_integer(c, 4, false);
}

uint64_t cursor_u64(struct cursor *c)
{
    return take_integer(c, 8, false);
}

uint16_t cursor_u16be(struct cursor *c)
{
    return (uint16_t)take_integer(c, 2, true);
}

uint32_t cursor_u32be(struct cursor *c)
{
    return (uint32_t)take_integer(c, 4, true);
}

uint64_t cursor_u64be(struct cursor *c)
{
    return take_integer(c, 8, true);
}

uint64_t cursor_varint(struct cursor *c)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = cursor_u8(c);

        if (c->failed || (shift == 63 && byte > 1))
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    c->failed = true;
    return 0;
}

struct view cursor_bytes(struct cursor *c)
{
    uint64_t len = cursor_varint(c);

    if (len > cursor_left(c)) {
        c->failed = true;
        return VIEW_EMPTY;
    }
    return cursor_take(c, (size_t)len);
}

uint64_t cursor_count(struct cursor *c, uint64_t max)
{
    uint64_t value = cursor_varint(c);

    if (value > max) {
        c->failed = true;
        return 0;
    }
    return value;
}
