/* Calls of gRPC services on a unix socket: one request, one answer or a stream
 * of them, over HTTP/2 without TLS, as containerd and the kubelet's runtimes
 * speak it.
 *
 * Source: "gRPC over HTTP2". The status comes in the trailers; a status other
 * than OK is an error of the kind that fits (NOT_FOUND, PERMISSION_DENIED,
 * UNAVAILABLE, ...), with the server's own words.
 *
 * Any thread; the connections are the HTTP client's. Calls are not retried.
 */
#pragma once

#include "net/grpc-frame.h"
#include "net/http.h"

enum { GRPC_METADATA_LIMIT = 8 };

struct grpc_call {
    const char *socket;                 /* path */
    const char *method;                 /* "/package.Service/Method" */
    const struct http_header *metadata; /* at most GRPC_METADATA_LIMIT */
    size_t metadata_count;
    struct view request;            /* a message */
    uint64_t answer_limit;          /* bytes of all answers; 0: none but GRPC_MESSAGE_LIMIT */
    unsigned deadline_milliseconds; /* of the whole call; 0: none */
    void *ctx;
    /* An answer, valid during the call. Not 0 ends the call with that error. */
    int (*message)(void *ctx, struct view message, struct error *err);
};

int grpc_call(struct http_client *client, const struct grpc_call *call, struct error *err);

/* The outcome by the trailers' grpc-status and grpc-message (percent-encoded);
 * part of grpc_call(), public for its tests. */
int grpc_status(struct view status, struct view message, struct error *err);
