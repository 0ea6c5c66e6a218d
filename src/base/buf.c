#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 256 };

void buf_done(struct buf *b)
{
    if (!b)
        return;
    free(b->ptr);
    *b = BUF_INIT(b->max);
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->failed = 0;
}

static bool grow(struct buf *b, size_t need)
{
    size_t cap = b->cap ? b->cap : FIRST_CAPACITY;
    char *ptr;

    while (cap < need)
        if (__builtin_mul_overflow(cap, 2, &cap))
            cap = need;
    if (cap > b->max + 1)
        cap = b->max + 1; /* one more for buf_cstr's NUL */
    ptr = realloc(b->ptr, cap);
    if (!ptr)
        return false;
    b->ptr = ptr;
    b->cap = cap;
    return true;
}

char *buf_reserve(struct buf *b, size_t extra)
{
    size_t need;

    if (b->failed)
        return NULL;
    if (__builtin_add_overflow(b->len, extra, &need) || need > b->max) {
        b->failed = ERROR_LIMIT;
        return NULL;
    }
    if (need > b->cap && !grow(b, need)) {
        b->failed = ERROR_MEMORY;
        return NULL;
    }
    return b->ptr + b->len;
}

void buf_add(struct buf *b, struct view bytes)
{
    char *room;

    if (bytes.len == 0)
        return;
    room = buf_reserve(b, bytes.len);
    if (!room)
        return;
    memcpy(room, bytes.ptr, bytes.len);
    b->len += bytes.len;
}

void buf_add_char(struct buf *b, char c)
{
    buf_add(b, view_from(&c, 1));
}

void buf_add_str(struct buf *b, const char *string)
{
    buf_add(b, view_of(string));
}

void buf_addf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    char *room;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        b->failed = ERROR_LIMIT;
    room = b->failed ? NULL : buf_reserve(b, (size_t)len + 1);
    if (room) {
        vsnprintf(room, (size_t)len + 1, format, again);
        b->len += (size_t)len;
    }
    va_end(again);
}

static void add_little_endian(struct buf *b, uint64_t value, size_t size)
{
    char bytes[8];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(value >> (8 * i));
    buf_add(b, view_from(bytes, size));
}

void buf_add_u8(struct buf *b, uint8_t value)
{
    add_little_endian(b, value, 1);
}

void buf_add_u16(struct buf *b, uint16_t value)
{
    add_little_endian(b, value, 2);
}

void buf_add_u32(struct buf *b, uint32_t value)
{
    add_little_endian(b, value, 4);
}

void buf_add_u64(struct buf *b, uint64_t value)
{
    add_little_endian(b, value, 8);
}

void buf_add_varint(struct buf *b, uint64_t value)
{
    char bytes[10];
    size_t len = 0;

    do {
        bytes[len] = (char)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
        len++;
    } while (value);
    buf_add(b, view_from(bytes, len));
}

void buf_add_bytes(struct buf *b, struct view bytes)
{
    buf_add_varint(b, bytes.len);
    buf_add(b, bytes);
}

struct view buf_view(const struct buf *b)
{
    return view_from(b->ptr, b->len);
}

const char *buf_cstr(struct buf *b)
{
    if (b->failed)
        return "";
    if (b->len + 1 > b->cap && !grow(b, b->len + 1))
        return "";
    b->ptr[b->len] = '\0';
    return b->ptr;
}

int buf_failed(const struct buf *b, const char *what, struct error *err)
{
    if (!b->failed)
        return 0;
    if (b->failed == ERROR_MEMORY)
        return error_memory(err);
    return error_set(err, ERROR_LIMIT, "%s is larger than %zu bytes", what, b->max);
}
