#include "net/grpc-frame.h"

#include "base/cursor.h"

/* Bytes of the frame that begins `partial`, as far as that is known now. */
static int frame_size(const struct buf *partial, size_t *ret, struct error *err)
{
    struct cursor c = cursor_of(buf_view(partial));
    uint8_t compressed;
    uint32_t len;

    if (partial->len < GRPC_PREFIX_SIZE) {
        *ret = GRPC_PREFIX_SIZE;
        return 0;
    }
    compressed = cursor_u8(&c);
    len = cursor_u32be(&c);
    if (compressed)
        return error_set(err, ERROR_NETWORK, "a gRPC message is compressed, or is none");
    if (len > GRPC_MESSAGE_LIMIT)
        return error_set(err, ERROR_LIMIT, "a gRPC message is larger than %d bytes",
                         GRPC_MESSAGE_LIMIT);
    *ret = GRPC_PREFIX_SIZE + len;
    return 0;
}

static int hand_on(struct grpc_frames *frames, struct error *err)
{
    struct view message =
        view_sub(buf_view(&frames->partial), GRPC_PREFIX_SIZE, GRPC_MESSAGE_LIMIT);
    int result = frames->message(frames->ctx, message, err);

    buf_reset(&frames->partial);
    return result;
}

int grpc_frames_add(struct grpc_frames *frames, struct view bytes, struct error *err)
{
    struct buf *partial = &frames->partial;
    int result;

    for (;;) {
        size_t size = 0, take;

        result = frame_size(partial, &size, err);
        if (result == 0 && partial->len >= GRPC_PREFIX_SIZE && partial->len == size) {
            result = hand_on(frames, err);
            if (result == 0)
                continue;
        }
        if (result || bytes.len == 0)
            return result;
        take = size - partial->len < bytes.len ? size - partial->len : bytes.len;
        buf_add(partial, view_sub(bytes, 0, take));
        bytes = view_sub(bytes, take, bytes.len);
        result = buf_failed(partial, "a gRPC message", err);
        if (result)
            return result;
    }
}

int grpc_frames_end(const struct grpc_frames *frames, struct error *err)
{
    if (frames->partial.len == 0)
        return 0;
    return error_set(err, ERROR_NETWORK, "the answer ends within a gRPC message");
}

void grpc_frame_write(struct buf *to, struct view message)
{
    buf_add_u8(to, 0);
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_add_u8(to, (uint8_t)(message.len >> shift));
    buf_add(to, message);
}
