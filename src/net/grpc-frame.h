/* gRPC's framing of messages in a body: one byte "compressed", four bytes of
 * length, big-endian, the message. Messages are put together from pieces as
 * they arrive and handed on whole. Compressed ones are refused: we never say
 * that we could read them.
 *
 * Source: "gRPC over HTTP2", section Length-Prefixed-Message.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

enum {
    GRPC_PREFIX_SIZE = 5,
    GRPC_MESSAGE_LIMIT = 16 << 20, /* bytes of one message; containerd's own limit */
};

struct grpc_frames {
    void *ctx;
    /* One message, valid during the call. Not 0 ends the reading. */
    int (*message)(void *ctx, struct view message, struct error *err);
    struct buf partial; /* BUF_INIT(GRPC_PREFIX_SIZE + GRPC_MESSAGE_LIMIT); buf_done() it */
};

/* Takes the next bytes of the body. */
int grpc_frames_add(struct grpc_frames *frames, struct view bytes, struct error *err);
/* At the body's end: fails within a message. */
int grpc_frames_end(const struct grpc_frames *frames, struct error *err);

/* Appends `message` with its prefix. */
void grpc_frame_write(struct buf *to, struct view message);
