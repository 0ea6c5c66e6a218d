#include "net/protobuf.h"

enum {
    TYPE_BITS = 3,
    NUMBER_LIMIT = (1 << 29) - 1,
};

bool protobuf_next(struct cursor *message, struct protobuf_field *ret)
{
    struct protobuf_field field = {0};
    uint64_t tag;

    if (cursor_left(message) == 0)
        return false;
    tag = cursor_varint(message);
    if (tag >> TYPE_BITS == 0 || tag >> TYPE_BITS > NUMBER_LIMIT)
        cursor_fail(message);
    field.number = (uint32_t)(tag >> TYPE_BITS);
    field.type = tag & ((1 << TYPE_BITS) - 1);
    switch (field.type) {
    case PROTOBUF_VARINT:
        field.value = cursor_varint(message);
        break;
    case PROTOBUF_FIXED64:
        field.value = cursor_u64(message);
        break;
    case PROTOBUF_BYTES:
        field.bytes = cursor_bytes(message);
        break;
    case PROTOBUF_FIXED32:
        field.value = cursor_u32(message);
        break;
    default:
        cursor_fail(message);
    }
    if (message->failed)
        return false;
    *ret = field;
    return true;
}

bool protobuf_find(struct view message, uint32_t number, struct view *ret)
{
    struct cursor c = cursor_of(message);

    *ret = VIEW_EMPTY;
    for (struct protobuf_field f; protobuf_next(&c, &f);)
        if (f.number == number && f.type == PROTOBUF_BYTES)
            *ret = f.bytes;
    return !c.failed;
}

bool protobuf_find_number(struct view message, uint32_t number, uint64_t *ret)
{
    struct cursor c = cursor_of(message);

    *ret = 0;
    for (struct protobuf_field f; protobuf_next(&c, &f);)
        if (f.number == number && f.type == PROTOBUF_VARINT)
            *ret = f.value;
    return !c.failed;
}

static void add_tag(struct buf *message, uint32_t number, enum protobuf_type type)
{
    buf_add_varint(message, (uint64_t)number << TYPE_BITS | type);
}

void protobuf_add_number(struct buf *message, uint32_t number, uint64_t value)
{
    if (value == 0)
        return;
    add_tag(message, number, PROTOBUF_VARINT);
    buf_add_varint(message, value);
}

void protobuf_add_bytes(struct buf *message, uint32_t number, struct view bytes)
{
    if (bytes.len == 0)
        return;
    add_tag(message, number, PROTOBUF_BYTES);
    buf_add_bytes(message, bytes);
}
