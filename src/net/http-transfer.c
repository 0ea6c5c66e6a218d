#include "net/http-transfer.h"

#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"

enum { HEADER_LINE_LIMIT = 32 << 10 }; /* bytes of one header of a request */

static const uint64_t NS_PER_SECOND = 1000000000;

/* The peer as messages name it. */
static const char *peer(const struct http_transfer *transfer)
{
    const char *socket = transfer->request->unix_socket;

    return socket ? socket : transfer->origin.text;
}

static bool is_success(long status)
{
    return status >= 200 && status < 300;
}

static long status_of(CURL *handle)
{
    long status = 0;

    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/* ---- What comes in ---- */

static size_t on_header(char *line, size_t size, size_t count, void *ctx)
{
    struct http_transfer *transfer = ctx;
    struct buf *headers = &transfer->response->headers;
    struct view text = view_from(line, size * count);

    if (view_starts(text, VIEW("HTTP/"))) {
        buf_reset(headers);
        buf_reset(&transfer->response->failure_body);
    }
    buf_add(headers, view_trim(text));
    buf_add_char(headers, '\n');
    if (!headers->failed)
        return size * count;
    transfer->failure = buf_failed(headers, "the headers of an answer", transfer->err);
    return 0;
}

/* "bytes 100-199/200" */
static bool content_range_starts_at(struct view range, uint64_t start)
{
    uint64_t first;

    if (!view_starts(range, VIEW("bytes ")))
        return false;
    range = view_sub(range, strlen("bytes "), range.len);
    return view_to_u64(view_cut(&range, '-'), &first) && first == start;
}

static void keep_validator(struct http_transfer *transfer)
{
    struct view etag = http_response_header(transfer->response, "ETag", 0);
    struct view date = http_response_header(transfer->response, "Last-Modified", 0);
    struct view chosen = view_starts(etag, VIEW("\"")) ? etag : date;

    transfer->validator[0] = '\0';
    if (chosen.len < sizeof(transfer->validator))
        snprintf(transfer->validator, sizeof(transfer->validator), "%.*s", VIEW_ARG(chosen));
}

static int start_over(struct http_transfer *transfer)
{
    const struct http_sink *sink = transfer->sink;

    if (sink->immutable) {
        transfer->skip = transfer->handed;
        return 0;
    }
    if (!sink->restart) {
        error_set(transfer->err, ERROR_NETWORK,
                  "%s broke off after %llu bytes, and can't send the rest alone", peer(transfer),
                  (unsigned long long)transfer->handed);
        return ERROR_NETWORK;
    }
    transfer->handed = 0;
    return sink->restart(sink->ctx, transfer->err);
}

/* Before the first byte of a 2xx body: does it go on where the last one broke off? */
static int begin_body(struct http_transfer *transfer)
{
    struct view range = http_response_header(transfer->response, "Content-Range", 0);
    bool partial = status_of(transfer->handle) == 206;

    transfer->body_begun = true;
    if (partial && !content_range_starts_at(range, transfer->handed))
        return error_set(transfer->err, ERROR_NETWORK, "%s sent another part than it was asked for",
                         peer(transfer));
    if (!partial && transfer->handed > 0 && start_over(transfer) < 0)
        return transfer->err ? transfer->err->kind : ERROR_NETWORK;
    if (transfer->handed == 0)
        keep_validator(transfer);
    return 0;
}

static int hand_on(struct http_transfer *transfer, struct view bytes)
{
    const struct http_request *request = transfer->request;
    uint64_t skipped = transfer->skip < bytes.len ? transfer->skip : bytes.len, before;
    int result = 0;

    transfer->skip -= skipped;
    bytes = view_sub(bytes, skipped, bytes.len);
    if (request->body_limit && bytes.len > request->body_limit - transfer->handed)
        return error_set(transfer->err, ERROR_LIMIT, "%s sends more than %llu bytes",
                         peer(transfer), (unsigned long long)request->body_limit);
    before = clock_now_ns();
    if (bytes.len)
        result = transfer->sink->write(transfer->sink->ctx, bytes, transfer->err);
    transfer->window_start_ns += clock_now_ns() - before;
    transfer->handed += bytes.len;
    return result;
}

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
    struct http_transfer *transfer = ctx;
    struct view bytes = view_from(data, size * count);
    struct buf *failure_body = &transfer->response->failure_body;

    transfer->window_bytes += bytes.len;
    if (!is_success(status_of(transfer->handle))) {
        buf_add(failure_body, view_sub(bytes, 0, failure_body->max - failure_body->len));
        return bytes.len;
    }
    if (!transfer->body_begun)
        transfer->failure = begin_body(transfer);
    if (!transfer->failure)
        transfer->failure = hand_on(transfer, bytes);
    return transfer->failure ? 0 : bytes.len;
}

/* libcurl calls this at least once a second. Non-zero ends the exchange. */
static int on_progress(void *ctx, curl_off_t download_total, curl_off_t downloaded,
                       curl_off_t upload_total, curl_off_t uploaded)
{
    struct http_transfer *transfer = ctx;
    unsigned seconds = transfer->request->stall_seconds;
    uint64_t now = clock_now_ns();

    (void)download_total, (void)downloaded, (void)upload_total, (void)uploaded;
    if (atomic_load(&transfer->settings->cancelled))
        return 1;
    if (seconds == 0)
        seconds = HTTP_STALL_SECONDS;
    if (now < transfer->window_start_ns + seconds * NS_PER_SECOND)
        return 0;
    transfer->stalled = transfer->window_bytes < (uint64_t)seconds * HTTP_STALL_BYTES_PER_SECOND;
    transfer->window_start_ns = now;
    transfer->window_bytes = 0;
    return transfer->stalled;
}

/* ---- What goes out ---- */

static int add_header(struct curl_slist **list, const char *name, const char *value,
                      struct error *err)
{
    _cleanup_(buf_done) struct buf line = BUF_INIT(HEADER_LINE_LIMIT);
    struct curl_slist *longer;

    for (const char *c = value; *c; c++)
        if (iscntrl((unsigned char)*c))
            return error_set(err, ERROR_INPUT, "the value for %s has a control character", name);
    buf_addf(&line, "%s: %s", name, value);
    if (buf_failed(&line, "a header of a request", err) < 0)
        return err ? err->kind : ERROR_LIMIT;
    longer = curl_slist_append(*list, buf_cstr(&line));
    if (!longer)
        return error_memory(err);
    *list = longer;
    return 0;
}

static int add_range(struct http_transfer *transfer, struct curl_slist **list, struct error *err)
{
    char range[64];

    if (transfer->handed == 0 || (!transfer->sink->immutable && !transfer->validator[0]))
        return 0;
    snprintf(range, sizeof(range), "bytes=%llu-", (unsigned long long)transfer->handed);
    if (add_header(list, "Range", range, err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    if (transfer->sink->immutable)
        return 0;
    return add_header(list, "If-Range", transfer->validator, err);
}

static int add_headers(struct http_transfer *transfer, struct curl_slist **list, struct error *err)
{
    const struct http_request *request = transfer->request;

    for (size_t i = 0; i < request->header_count; i++)
        if (add_header(list, request->headers[i].name, request->headers[i].value, err) < 0)
            return err ? err->kind : ERROR_INPUT;
    if (request->authorization && transfer->send_authorization &&
        add_header(list, "Authorization", request->authorization, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    return add_range(transfer, list, err);
}

static void set_method(CURL *handle, const struct http_request *request)
{
    switch (request->method) {
    case HTTP_GET:
        curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
        break;
    case HTTP_HEAD:
        curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
        break;
    case HTTP_POST:
        curl_easy_setopt(handle, CURLOPT_POST, 1L);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body.len ? request->body.ptr : "");
        break;
    }
}

static void set_trust(CURL *handle, const struct http_settings *settings)
{
    struct curl_blob bundle = {
        .data = settings->ca_bundle.ptr,
        .len = settings->ca_bundle.len,
        .flags = CURL_BLOB_NOCOPY,
    };

    curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (bundle.len)
        curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &bundle);
    if (settings->insecure_tls) {
        curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

static void set_way(CURL *handle, const struct http_transfer *transfer)
{
    const struct http_request *request = transfer->request;

    curl_easy_setopt(handle, CURLOPT_URL, transfer->url);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, (long)HTTP_CONNECT_SECONDS);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)request->deadline_milliseconds);
    curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(handle, CURLOPT_USERAGENT, transfer->settings->user_agent);
    if (request->unix_socket)
        curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
    if (request->unix_socket || transfer->origin.loopback)
        curl_easy_setopt(handle, CURLOPT_PROXY, "");
    if (request->http2_only) {
        curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
        /* libcurl 7.88 begins HTTP/2 anew on a connection that speaks it already. */
        curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L);
    }
}

static void set_callbacks(CURL *handle, struct http_transfer *transfer)
{
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, transfer);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, 256L << 10);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer->curl_message);
}

/* ---- What libcurl's failures mean ---- */

struct explanation {
    CURLcode code;
    int kind;
    bool again;                 /* worth another attempt */
    const char *message, *hint; /* literals, translated where they are used */
};

static const struct explanation explanations[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ERROR_NETWORK, false, TR_KEY("no such host"),
     TR_KEY("check the name and the network; behind a proxy, set HTTPS_PROXY")},
    {CURLE_COULDNT_RESOLVE_PROXY, ERROR_NETWORK, false, TR_KEY("the proxy's host is not known"),
     TR_KEY("check HTTPS_PROXY")},
    {CURLE_PROXY, ERROR_NETWORK, false, TR_KEY("the proxy refuses"), TR_KEY("check HTTPS_PROXY")},
    {CURLE_COULDNT_CONNECT, ERROR_NETWORK, false, TR_KEY("cannot connect"),
     TR_KEY("check that it runs and that the network lets you through; behind a proxy, set "
            "HTTPS_PROXY")},
    {CURLE_OPERATION_TIMEDOUT, ERROR_TIMEOUT, false, TR_KEY("no answer in time"),
     TR_KEY("check that it runs and that the network lets you through; behind a proxy, set "
            "HTTPS_PROXY")},
    {CURLE_PEER_FAILED_VERIFICATION, ERROR_DENIED, false, TR_KEY("its certificate is not trusted"),
     TR_KEY("name the CA that signed it with --ca-cert")},
    {CURLE_SSL_CONNECT_ERROR, ERROR_NETWORK, false, TR_KEY("no TLS connection"),
     TR_KEY("a server that speaks plain http needs --plain-http")},
    {CURLE_WEIRD_SERVER_REPLY, ERROR_NETWORK, false,
     TR_KEY("what answers there does not speak HTTP"), TR_KEY("check the host and the port")},
    {CURLE_UNSUPPORTED_PROTOCOL, ERROR_NETWORK, false,
     TR_KEY("what answers there does not speak HTTP"), TR_KEY("check the host and the port")},
    {CURLE_GOT_NOTHING, ERROR_NETWORK, true, TR_KEY("it hung up without an answer"),
     TR_KEY("try again later")},
    {CURLE_RECV_ERROR, ERROR_NETWORK, true, TR_KEY("the connection broke"),
     TR_KEY("try again later")},
    {CURLE_SEND_ERROR, ERROR_NETWORK, true, TR_KEY("the connection broke"),
     TR_KEY("try again later")},
    {CURLE_PARTIAL_FILE, ERROR_NETWORK, true, TR_KEY("it hung up in the middle of an answer"),
     TR_KEY("try again later")},
    {CURLE_HTTP2, ERROR_NETWORK, true, TR_KEY("the connection broke"), TR_KEY("try again later")},
    {CURLE_HTTP2_STREAM, ERROR_NETWORK, true, TR_KEY("it hung up in the middle of an answer"),
     TR_KEY("try again later")},
    {CURLE_OUT_OF_MEMORY, ERROR_MEMORY, false, TR_KEY("out of memory"),
     TR_KEY("free some memory, or use fewer --jobs")},
};

static void explain_unix_socket(const struct http_transfer *transfer, struct error *err)
{
    const char *path = transfer->request->unix_socket;
    long number = 0;

    curl_easy_getinfo(transfer->handle, CURLINFO_OS_ERRNO, &number);
    errno = number ? (int)number : ECONNREFUSED;
    if (errno == ECONNREFUSED)
        error_set(err, ERROR_NETWORK, "nobody listens on %s", path);
    else
        error_errno(err, "cannot connect to %s", path);
}

static enum http_outcome explain(const struct http_transfer *transfer, CURLcode code,
                                 struct error *err)
{
    const char *origin = peer(transfer);
    bool tls = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR;

    if (code == CURLE_COULDNT_CONNECT && transfer->request->unix_socket) {
        explain_unix_socket(transfer, err);
        return HTTP_OUTCOME_FAILED;
    }
    for (size_t i = 0; i < sizeof(explanations) / sizeof(explanations[0]); i++) {
        const struct explanation *known = &explanations[i];

        if (known->code != code)
            continue;
        error_set(err, known->kind, "%s: %s", origin,
                  tls && transfer->curl_message[0] ? transfer->curl_message : tr(known->message));
        error_hint(err, "%s", tr(known->hint));
        return known->again ? HTTP_OUTCOME_BROKEN : HTTP_OUTCOME_FAILED;
    }
    error_set(err, ERROR_NETWORK, "%s: %s", origin, curl_easy_strerror(code));
    return HTTP_OUTCOME_FAILED;
}

/* An answer to a request for the rest that says: there is no rest. */
static bool had_everything(const struct http_transfer *transfer, long status)
{
    struct view range = http_response_header(transfer->response, "Content-Range", 0);
    uint64_t size;

    return status == 416 && transfer->handed > 0 && view_starts(range, VIEW("bytes */")) &&
           view_to_u64(view_sub(range, strlen("bytes */"), range.len), &size) &&
           size == transfer->handed;
}

static enum http_outcome judge(struct http_transfer *transfer, CURLcode code, struct error *err)
{
    long status = status_of(transfer->handle);

    if (transfer->failure)
        return HTTP_OUTCOME_FAILED;
    if (atomic_load(&transfer->settings->cancelled)) {
        error_set(err, ERROR_CANCELLED, "%s: cancelled", peer(transfer));
        return HTTP_OUTCOME_FAILED;
    }
    if (transfer->stalled) {
        error_set(err, ERROR_TIMEOUT, "%s sends nothing any more", peer(transfer));
        error_hint(err, "try again later");
        return HTTP_OUTCOME_BROKEN;
    }
    if (code)
        return explain(transfer, code, err);
    if (is_success(status) && transfer->skip > 0) {
        error_set(err, ERROR_NETWORK, "%s sent fewer bytes than the first time", peer(transfer));
        return HTTP_OUTCOME_FAILED;
    }
    transfer->response->status = had_everything(transfer, status) ? 206 : (int)status;
    return HTTP_OUTCOME_ANSWER;
}

/* OpenSSL writes to sockets without MSG_NOSIGNAL, and sinks to pipes: a peer
 * that is gone must be an error of this request, not the end of the program. */
static CURLcode perform_without_sigpipe(CURL *handle)
{
    static const struct timespec now = {0};
    sigset_t pipe_only, before, pending;
    bool was_pending;
    CURLcode code;

    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    sigpending(&pending);
    was_pending = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
    code = curl_easy_perform(handle);
    if (!was_pending)
        while (sigtimedwait(&pipe_only, NULL, &now) < 0 && errno == EINTR)
            ;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

enum http_outcome http_transfer_run(struct http_transfer *transfer, CURL *handle, struct error *err)
{
    struct curl_slist *headers = NULL;
    enum http_outcome outcome = HTTP_OUTCOME_FAILED;

    transfer->handle = handle;
    transfer->err = err;
    transfer->failure = 0;
    transfer->body_begun = transfer->stalled = false;
    transfer->skip = transfer->window_bytes = 0;
    transfer->curl_message[0] = '\0';
    transfer->response->status = 0;
    buf_reset(&transfer->response->headers);
    buf_reset(&transfer->response->failure_body);
    if (add_header(&headers, "Expect", "", err) < 0 || add_headers(transfer, &headers, err) < 0)
        goto out;
    set_method(handle, transfer->request);
    set_way(handle, transfer);
    set_trust(handle, transfer->settings);
    set_callbacks(handle, transfer);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    transfer->window_start_ns = clock_now_ns();
    outcome = judge(transfer, perform_without_sigpipe(handle), err);
out:
    curl_easy_reset(handle);
    curl_slist_free_all(headers);
    return outcome;
}
