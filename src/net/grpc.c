#include "net/grpc.h"

#include "net/url.h"

enum { WORDS_LIMIT = 512 }; /* bytes of a server's message that are shown */

struct code {
    const char *name;
    int kind;
};

static const struct code codes[] = {
    {"OK", 0},
    {"CANCELLED", ERROR_NETWORK},
    {"UNKNOWN", ERROR_NETWORK},
    {"INVALID_ARGUMENT", ERROR_INPUT},
    {"DEADLINE_EXCEEDED", ERROR_TIMEOUT},
    {"NOT_FOUND", ERROR_NOT_FOUND},
    {"ALREADY_EXISTS", ERROR_NETWORK},
    {"PERMISSION_DENIED", ERROR_DENIED},
    {"RESOURCE_EXHAUSTED", ERROR_LIMIT},
    {"FAILED_PRECONDITION", ERROR_NETWORK},
    {"ABORTED", ERROR_NETWORK},
    {"OUT_OF_RANGE", ERROR_INPUT},
    {"UNIMPLEMENTED", ERROR_UNSUPPORTED},
    {"INTERNAL", ERROR_NETWORK},
    {"UNAVAILABLE", ERROR_NETWORK},
    {"DATA_LOSS", ERROR_NETWORK},
    {"UNAUTHENTICATED", ERROR_DENIED},
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void decode_percent(struct view text, struct buf *to)
{
    for (size_t i = 0; i < text.len && to->len < to->max; i++) {
        int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text.ptr[i + 2]) : -1;

        if (text.ptr[i] != '%' || low < 0) {
            buf_add_char(to, text.ptr[i]);
            continue;
        }
        buf_add_char(to, (char)(high << 4 | low));
        i += 2;
    }
}

int grpc_status(struct view status, struct view message, struct error *err)
{
    _cleanup_(buf_done) struct buf words = BUF_INIT(WORDS_LIMIT);
    struct code code = {"an unknown status", ERROR_NETWORK};
    uint64_t number;

    if (!view_to_u64(status, &number))
        return error_set(err, ERROR_NETWORK, "the answer has no gRPC status");
    if (number == 0)
        return 0;
    if (number < sizeof(codes) / sizeof(codes[0]))
        code = codes[number];
    decode_percent(message, &words);
    return error_set(err, code.kind, "%s (%s)", words.len ? buf_cstr(&words) : "refused",
                     code.name);
}

static int take_body(void *ctx, struct view bytes, struct error *err)
{
    return grpc_frames_add(ctx, bytes, err);
}

static int send_call(struct http_client *client, const struct grpc_call *call, struct view frame,
                     struct grpc_frames *frames, struct error *err)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    _cleanup_(buf_done) struct buf url = BUF_INIT(URL_LIMIT);
    struct http_header headers[GRPC_METADATA_LIMIT + 2] = {
        {"Content-Type", "application/grpc"},
        {"TE", "trailers"},
    };
    struct http_request request = {
        .method = HTTP_POST,
        .headers = headers,
        .header_count = call->metadata_count + 2,
        .body = frame,
        .unix_socket = call->socket,
        .http2_only = true,
        .body_limit = call->answer_limit,
        .deadline_milliseconds = call->deadline_milliseconds,
    };
    struct http_sink sink = {.ctx = frames, .write = take_body};
    int result;

    if (call->metadata_count > GRPC_METADATA_LIMIT)
        return error_set(err, ERROR_LIMIT, "a gRPC call has more than %d metadata",
                         GRPC_METADATA_LIMIT);
    for (size_t i = 0; i < call->metadata_count; i++)
        headers[i + 2] = call->metadata[i];
    buf_addf(&url, "http://localhost%s", call->method);
    request.url = buf_cstr(&url);
    result = http_send(client, &request, &sink, &response, err);
    if (result == 0)
        result = http_check(&request, &response, err);
    if (result == 0)
        result = grpc_status(http_response_header(&response, "grpc-status", 0),
                             http_response_header(&response, "grpc-message", 0), err);
    return result ? result : grpc_frames_end(frames, err);
}

int grpc_call(struct http_client *client, const struct grpc_call *call, struct error *err)
{
    _cleanup_(buf_done) struct buf frame = BUF_INIT(GRPC_PREFIX_SIZE + GRPC_MESSAGE_LIMIT);
    struct grpc_frames frames = {
        .ctx = call->ctx,
        .message = call->message,
        .partial = BUF_INIT(GRPC_PREFIX_SIZE + GRPC_MESSAGE_LIMIT),
    };
    int result;

    grpc_frame_write(&frame, call->request);
    result = buf_failed(&frame, "a gRPC request", err);
    if (result == 0)
        result = send_call(client, call, buf_view(&frame), &frames, err);
    buf_done(&frames.partial);
    return result;
}
