#include "sensor/alert/spool-record.h"

#include <xxhash.h>

#include "base/cursor.h"

static const char magic[] = {'\xff', '\0', 'P', 'S'};

static uint64_t check_of(uint32_t length, uint64_t sequence, struct view payload)
{
    uint64_t head[2] = {length, sequence};

    return XXH3_64bits_withSeed(payload.ptr ? payload.ptr : "", payload.len,
                                XXH3_64bits(head, sizeof(head)));
}

void spool_record_write(struct buf *to, uint64_t sequence, struct view payload)
{
    uint32_t length = (uint32_t)payload.len;

    buf_add(to, view_from(magic, sizeof(magic)));
    buf_add_u32(to, length);
    buf_add_u64(to, sequence);
    buf_add_u64(to, check_of(length, sequence, payload));
    buf_add(to, payload);
}

bool spool_record_length(struct view head, size_t *ret)
{
    struct cursor c = cursor_of(head);
    bool is_magic = view_eq(cursor_take(&c, sizeof(magic)), view_from(magic, sizeof(magic)));
    uint32_t length = cursor_u32(&c);

    if (c.failed || !is_magic || length > SPOOL_RECORD_LIMIT)
        return false;
    *ret = length;
    return true;
}

static bool read_at(struct view bytes, size_t at, struct spool_record *ret)
{
    struct cursor c = cursor_of(view_sub(bytes, at, bytes.len));
    size_t length;
    uint64_t check;

    if (!spool_record_length(c.bytes, &length))
        return false;
    cursor_skip(&c, sizeof(magic) + sizeof(uint32_t));
    ret->sequence = cursor_u64(&c);
    check = cursor_u64(&c);
    ret->payload = cursor_take(&c, length);
    ret->end = at + c.at;
    return !c.failed && ret->sequence < SPOOL_SEQUENCE_LIMIT &&
           check == check_of((uint32_t)length, ret->sequence, ret->payload);
}

bool spool_record_find(struct view bytes, size_t at, struct spool_record *ret)
{
    struct spool_record found;

    while (at < bytes.len) {
        ptrdiff_t next = view_find(view_sub(bytes, at, bytes.len), magic[0]);

        if (next < 0)
            return false;
        at += (size_t)next;
        if (read_at(bytes, at, &found)) {
            *ret = found;
            return true;
        }
        at++;
    }
    return false;
}
