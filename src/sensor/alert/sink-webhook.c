/* Webhooks: alerts by POST, as JSON. */
#include <stdlib.h>

#include "base/clock.h"
#include "net/http.h"
#include "net/url.h"
#include "sensor/alert/courier.h"
#include "sensor/alert/header-file.h"
#include "sensor/alert/sink-kind.h"
#include "sensor/alert/spool.h"

enum {
    STALL_SECONDS = 10, /* a peer that says nothing for so long is down */
    /* One that never comes to the end of its answer is, too: alerts would wait behind it
     * untold. A batch of 512 KiB has this long on the slowest line. */
    DEADLINE_MILLISECONDS = 120 * 1000,
    ANSWER_LIMIT = 1 << 20,
    BATCH_LIMIT = SPOOL_BATCH,
    HEADERS_MEMORY = 256 << 10,
    BODY_LIMIT = COURIER_BATCH_BYTES + SPOOL_RECORD_LIMIT + BATCH_LIMIT + 2,
};

struct webhook {
    char *url, *header_file;
    char origin[URL_ORIGIN_SIZE];
    struct http_client *client;
    size_t batch; /* 0: one object; else arrays */
    struct buf body;
    struct arena *arena;
};

/* The courier tries again by itself. */
static const struct retry_policy once = {.attempts = 1};

static void webhook_close(void *carrier)
{
    struct webhook *webhook = carrier;

    http_client_free(webhook->client);
    arena_free(webhook->arena);
    buf_done(&webhook->body);
    free(webhook->url);
    free(webhook->header_file);
    free(webhook);
}

static void webhook_format(const void *carrier, const struct alert *alert, struct buf *to)
{
    (void)carrier;
    alert_write_json(alert, to);
}

static void webhook_interrupt(void *carrier)
{
    http_client_cancel(((struct webhook *)carrier)->client);
}

static int write_body(struct webhook *webhook, const struct view *payloads, size_t count,
                      struct error *err)
{
    buf_reset(&webhook->body);
    if (webhook->batch)
        buf_add_char(&webhook->body, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_add_char(&webhook->body, ',');
        buf_add(&webhook->body, payloads[i]);
    }
    if (webhook->batch)
        buf_add_char(&webhook->body, ']');
    return buf_failed(&webhook->body, "a request", err);
}

/* Read for each request, so that a secret may change while the sensor runs. */
static int write_headers(struct webhook *webhook, struct http_header *headers, size_t *ret_count,
                         struct error *err)
{
    size_t count = 0;

    arena_reset(webhook->arena);
    headers[0] = (struct http_header){"Content-Type", "application/json"};
    if (webhook->header_file &&
        header_file_read(webhook->header_file, webhook->arena, headers + 1, &count, err) < 0)
        return err->kind;
    *ret_count = 1 + count;
    return 0;
}

/* What another alert would get, too: the peer is elsewhere (where we are sent is not gone to,
 * with our secret), busy, does not know us (a secret that has expired, and may be renewed in
 * its file), or is not there any more. 403 is not among them:
 * it may be a firewall that dislikes what this alert tells of. */
static bool is_about_peer(int status)
{
    static const int codes[] = {401, 404, 407, 408, 410, 425, 429};

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (status == codes[i])
            return true;
    return status < 400 || status >= 500;
}

static enum delivery judge(const struct webhook *webhook, const struct http_response *response,
                           struct delivery_result *ret, struct error *err)
{
    int status = response->status;

    if (status >= 200 && status < 300)
        return DELIVERY_DONE;
    error_set(err, ERROR_NETWORK, "%s answers %d", webhook->origin, status);
    ret->pause_seconds =
        retry_parse_after(http_response_header(response, "Retry-After", 0), clock_unix_seconds());
    return is_about_peer(status) ? DELIVERY_AGAIN : DELIVERY_REFUSED;
}

static enum delivery webhook_deliver(void *carrier, const struct view *payloads, size_t count,
                                     struct delivery_result *ret, struct error *err)
{
    struct webhook *webhook = carrier;
    struct http_header headers[1 + HEADER_FILE_COUNT];
    struct http_request request = {.method = HTTP_POST,
                                   .url = webhook->url,
                                   .headers = headers,
                                   .body_limit = ANSWER_LIMIT,
                                   .stall_seconds = STALL_SECONDS,
                                   .deadline_milliseconds = DEADLINE_MILLISECONDS};
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;

    if (write_body(webhook, payloads, count, err) < 0 ||
        write_headers(webhook, headers, &request.header_count, err) < 0)
        return DELIVERY_AGAIN;
    request.body = buf_view(&webhook->body);
    if (http_send(webhook->client, &request, NULL, &response, err) < 0)
        return DELIVERY_AGAIN;
    return judge(webhook, &response, ret, err);
}

static const struct carrier_kind carrier = {.close = webhook_close,
                                            .format = webhook_format,
                                            .deliver = webhook_deliver,
                                            .interrupt = webhook_interrupt};

/* The URL without the parameters that are ours. */
static int write_url(struct webhook *webhook, const struct sink_address *address, struct error *err)
{
    _cleanup_(buf_done) struct buf url = BUF_INIT(2 * SINK_ADDRESS_LIMIT);
    struct url_origin origin;
    char mark = '?';

    if (sink_address_refuse_user(address, err) < 0) {
        error_hint(err, "put a line \"Authorization: Basic ...\" into a file, and name it with "
                        "?header-file=FILE");
        return ERROR_USAGE;
    }
    buf_addf(&url, "%.*s:%.*s", VIEW_ARG(address->scheme), VIEW_ARG(address->place));
    for (size_t i = 0; i < address->count; i++) {
        if (address->parameters[i].taken)
            continue;
        buf_addf(&url, "%c%.*s", mark, VIEW_ARG(address->parameters[i].name));
        if (address->parameters[i].raw.ptr)
            buf_addf(&url, "=%.*s", VIEW_ARG(address->parameters[i].raw));
        mark = '&';
    }
    if (url_parse_origin(buf_cstr(&url), &origin, err) < 0)
        return ERROR_USAGE;
    memcpy(webhook->origin, origin.text, sizeof(webhook->origin));
    webhook->url = strdup(buf_cstr(&url));
    return webhook->url ? 0 : error_memory(err);
}

static int check_way(const struct webhook *webhook, bool plain, struct error *err)
{
    struct url_origin origin;

    if (url_parse_origin(webhook->url, &origin, err) < 0)
        return ERROR_USAGE;
    if (origin.https || origin.loopback || plain)
        return 0;
    error_set(err, ERROR_USAGE, "%s: plain http is used for this machine only", origin.text);
    error_hint(err, "use https, or allow it with ?plain-http=yes");
    return ERROR_USAGE;
}

static int set_up(struct webhook *webhook, struct sink_address *address, struct error *err)
{
    static const char *const words[] = {"no", "yes", NULL};
    _cleanup_free_ char *ca = NULL;
    uint64_t batch = 0;
    int plain = 0, result;
    struct http_options options = {.user_agent = "plimsoll-sensor", .retries = &once};

    if (sink_address_take_number(address, VIEW("batch"), 1, BATCH_LIMIT, &batch, err) < 0 ||
        sink_address_take_word(address, VIEW("plain-http"), words, &plain, err) < 0 ||
        sink_address_take_path(address, VIEW("ca"), &ca, err) < 0 ||
        sink_address_take_path(address, VIEW("header-file"), &webhook->header_file, err) < 0 ||
        write_url(webhook, address, err) < 0 || check_way(webhook, plain, err) < 0)
        return err->kind;
    webhook->batch = batch;
    options.ca_file = ca;
    options.insecure_http = plain;
    result = http_client_new(&options, &webhook->client, err);
    if (result == 0 && webhook->header_file) {
        struct http_header headers[1 + HEADER_FILE_COUNT];
        size_t count;

        result = write_headers(webhook, headers, &count, err);
    }
    return result;
}

static int webhook_open(struct sink_address *address, const struct sink_options *options,
                        void **ret, struct buf *name, struct error *err)
{
    struct webhook *webhook = calloc(1, sizeof(*webhook));
    struct courier *courier;
    struct error local = ERROR_INIT;

    if (!webhook)
        return error_memory(err);
    webhook->body = BUF_INIT(BODY_LIMIT);
    webhook->arena = arena_new(HEADERS_MEMORY);
    if (!webhook->arena || set_up(webhook, address, &local) < 0) {
        if (!webhook->arena)
            error_memory(&local);
        webhook_close(webhook);
        if (err)
            *err = local;
        return local.kind;
    }
    buf_add_str(name, webhook->origin);
    if (courier_new(&carrier, webhook, address->scheme, view_of(webhook->url),
                    webhook->batch ? webhook->batch : 1, options, &courier, err) < 0)
        return err ? err->kind : ERROR_IO;
    *ret = courier;
    return 0;
}

const struct sink_kind sink_https = {.scheme = "https",
                                     .open = webhook_open,
                                     .close = courier_close,
                                     .send = courier_send,
                                     .counts = courier_counts,
                                     .failure = courier_failure};
const struct sink_kind sink_http = {.scheme = "http",
                                    .open = webhook_open,
                                    .close = courier_close,
                                    .send = courier_send,
                                    .counts = courier_counts,
                                    .failure = courier_failure};
