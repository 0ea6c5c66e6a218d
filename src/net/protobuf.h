/* Protocol Buffers on the wire: fields read one after another, and written.
 *
 * Source: the encoding chapter of the Protocol Buffers documentation. The few
 * messages that are spoken here (containerd's) have a handful of fields each;
 * a walk over the fields needs no generated code, and hands out the bytes of
 * a blob without copying them, which protobuf-c's unpacking would do.
 *
 *     struct cursor c = cursor_of(message);
 *     for (struct protobuf_field f; protobuf_next(&c, &f);)
 *         if (f.number == 2 && f.type == PROTOBUF_BYTES) ...
 *     if (c.failed) ...
 *
 * Fields that are not known are passed over, as the format wants it; groups
 * are refused. Nested messages are cursors over `bytes`: depth is the caller's.
 */
#pragma once

#include "base/buf.h"
#include "base/cursor.h"

enum protobuf_type {
    PROTOBUF_VARINT = 0,
    PROTOBUF_FIXED64 = 1,
    PROTOBUF_BYTES = 2, /* strings, bytes, messages, packed arrays */
    PROTOBUF_FIXED32 = 5,
};

struct protobuf_field {
    uint32_t number; /* at least 1 */
    enum protobuf_type type;
    uint64_t value;    /* of the numbers */
    struct view bytes; /* of PROTOBUF_BYTES */
};

/* False at the end, or with the cursor failed. */
bool protobuf_next(struct cursor *message, struct protobuf_field *ret);

/* The last field of that number in a whole message, as the format wants it of a
 * field that is not repeated: text, bytes or a message; or a number. Empty or 0
 * when there is none; false when the message is broken. */
bool protobuf_find(struct view message, uint32_t number, struct view *ret);
bool protobuf_find_number(struct view message, uint32_t number, uint64_t *ret);

/* A number or string that is 0 or empty is left out: that is its default. */
void protobuf_add_number(struct buf *message, uint32_t number, uint64_t value);
void protobuf_add_bytes(struct buf *message, uint32_t number, struct view bytes);
