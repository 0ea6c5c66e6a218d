/* A gRPC body in pieces: the first byte says how large. What is handed on
 * must not depend on the pieces, and is what was written. */
#include <stdlib.h>

#include "net/grpc.h"

enum { MESSAGES_LIMIT = 32 << 20 };

static int collect(void *ctx, struct view message, struct error *err)
{
    grpc_frame_write(ctx, message);
    return buf_failed(ctx, "messages", err);
}

static int read_in_pieces(struct view body, size_t step, struct buf *messages)
{
    struct grpc_frames frames = {
        .ctx = messages,
        .message = collect,
        .partial = BUF_INIT(GRPC_PREFIX_SIZE + GRPC_MESSAGE_LIMIT),
    };
    int result = 0;

    for (size_t at = 0; at < body.len && result == 0; at += step)
        result = grpc_frames_add(&frames, view_sub(body, at, step), NULL);
    if (result == 0)
        result = grpc_frames_end(&frames, NULL);
    buf_done(&frames.partial);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(buf_done) struct buf whole = BUF_INIT(MESSAGES_LIMIT);
    _cleanup_(buf_done) struct buf pieces = BUF_INIT(MESSAGES_LIMIT);
    struct view body = view_sub(view_from(data, size), 1, size);
    struct error err = ERROR_INIT;
    int result;

    if (size == 0)
        return 0;
    result = read_in_pieces(body, body.len + 1, &whole);
    if (read_in_pieces(body, data[0] + 1u, &pieces) != result ||
        !view_eq(buf_view(&whole), buf_view(&pieces)) ||
        (result == 0 && !view_eq(buf_view(&whole), body)))
        abort();
    grpc_status(view_sub(body, 0, 2), view_sub(body, 2, body.len), &err);
    return 0;
}
