#include "net/http.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "base/fd.h"
#include "net/http-transfer.h"

enum { PROGRESS = 1 << 20 }; /* bytes that make attempts count anew */

struct idle_handle {
    struct idle_handle *next;
    CURL *handle;
};

struct http_client {
    struct http_settings settings;
    const struct retry_policy *retries;
    pthread_mutex_t lock; /* over `idle`, and for `wake` */
    pthread_cond_t wake;  /* cancelled */
    struct idle_handle *idle;
};

static void start_libcurl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int read_bundle(const char *path, struct buf *bundle, struct error *err)
{
    const char *system_bundle = curl_version_info(CURLVERSION_NOW)->cainfo;
    size_t before;

    if (system_bundle && access(system_bundle, R_OK) == 0 &&
        fd_read_file(system_bundle, bundle, err) < 0)
        return error_wrap(err, "the system's CA certificates");
    buf_add_char(bundle, '\n');
    before = bundle->len;
    if (fd_read_file(path, bundle, err) < 0)
        return error_wrap(err, "CA file");
    if (view_find_view(view_sub(buf_view(bundle), before, bundle->len),
                       VIEW("-----BEGIN CERTIFICATE-----")) < 0) {
        error_set(err, ERROR_INPUT, "CA file %s holds no PEM certificate", path);
        error_hint(err, "convert it with: openssl x509 -inform DER -in FILE -out FILE.pem");
        return ERROR_INPUT;
    }
    return buf_failed(bundle, "the CA file", err);
}

static int init_wake(struct http_client *client)
{
    pthread_condattr_t attributes;
    int failed;

    if (pthread_condattr_init(&attributes))
        return -1;
    failed = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) ||
             pthread_cond_init(&client->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    return failed ? -1 : 0;
}

int http_client_new(const struct http_options *options, struct http_client **ret, struct error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct http_client *client = calloc(1, sizeof(*client));

    pthread_once(&once, start_libcurl);
    if (!client)
        return error_memory(err);
    if (init_wake(client) < 0) {
        free(client);
        return error_memory(err);
    }
    pthread_mutex_init(&client->lock, NULL);
    client->settings.ca_bundle = BUF_INIT(HTTP_CA_FILE_LIMIT);
    client->settings.insecure_tls = options->insecure_tls;
    client->settings.insecure_http = options->insecure_http;
    client->settings.user_agent = strdup(options->user_agent ? options->user_agent : "plimsoll");
    client->retries = options->retries ? options->retries : &retry_default;
    if (!client->settings.user_agent) {
        http_client_free(client);
        return error_memory(err);
    }
    if (options->ca_file && read_bundle(options->ca_file, &client->settings.ca_bundle, err) < 0) {
        http_client_free(client);
        return err ? err->kind : ERROR_INPUT;
    }
    *ret = client;
    return 0;
}

void http_client_free(struct http_client *client)
{
    if (!client)
        return;
    while (client->idle) {
        struct idle_handle *idle = client->idle;

        client->idle = idle->next;
        curl_easy_cleanup(idle->handle);
        free(idle);
    }
    buf_done(&client->settings.ca_bundle);
    free(client->settings.user_agent);
    pthread_cond_destroy(&client->wake);
    pthread_mutex_destroy(&client->lock);
    free(client);
}

void http_client_cancel(struct http_client *client)
{
    pthread_mutex_lock(&client->lock);
    atomic_store(&client->settings.cancelled, true);
    pthread_cond_broadcast(&client->wake);
    pthread_mutex_unlock(&client->lock);
}

static struct idle_handle *take_handle(struct http_client *client)
{
    struct idle_handle *idle;

    pthread_mutex_lock(&client->lock);
    idle = client->idle;
    if (idle)
        client->idle = idle->next;
    pthread_mutex_unlock(&client->lock);
    if (idle)
        return idle;
    idle = calloc(1, sizeof(*idle));
    if (!idle)
        return NULL;
    idle->handle = curl_easy_init();
    if (idle->handle)
        return idle;
    free(idle);
    return NULL;
}

static void give_back(struct http_client *client, struct idle_handle *idle)
{
    pthread_mutex_lock(&client->lock);
    idle->next = client->idle;
    client->idle = idle;
    pthread_mutex_unlock(&client->lock);
}

/* ---- Waiting between attempts ---- */

static void wait_for(struct http_client *client, int64_t milliseconds)
{
    uint64_t until = clock_now_ns() + (uint64_t)milliseconds * 1000000;
    struct timespec deadline = {
        .tv_sec = (time_t)(until / 1000000000),
        .tv_nsec = (long)(until % 1000000000),
    };
    int result = 0;

    pthread_mutex_lock(&client->lock);
    while (!atomic_load(&client->settings.cancelled) && result == 0)
        result = pthread_cond_timedwait(&client->wake, &client->lock, &deadline);
    pthread_mutex_unlock(&client->lock);
}

static uint32_t some_number(void)
{
    uint32_t number = 0;

    if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
        number = (uint32_t)clock_now_ns();
    return number;
}

/* May this outcome be tried again, and when? Milliseconds, or -1. */
static int64_t next_attempt(const struct http_client *client, const struct http_transfer *transfer,
                            enum http_outcome outcome, unsigned failed)
{
    int status = transfer->response->status;
    bool post = transfer->request->method == HTTP_POST;
    int64_t asked = -1;

    if (outcome == HTTP_OUTCOME_FAILED || (outcome == HTTP_OUTCOME_BROKEN && post))
        return -1;
    if (outcome == HTTP_OUTCOME_ANSWER) {
        if (post ? !retry_was_refused(status) : !retry_is_passing(status))
            return -1;
        asked = retry_parse_after(http_response_header(transfer->response, "Retry-After", 0),
                                  clock_unix_seconds());
    }
    return retry_delay_ms(client->retries, failed, asked, some_number());
}

/* ---- One request: exchanges along redirects, and again ---- */

static bool is_redirect(const struct http_response *response)
{
    int status = response->status;

    return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

static int check_way(const struct http_client *client, const struct http_transfer *transfer,
                     struct error *err)
{
    const struct url_origin *origin = &transfer->origin;

    if (origin->https || origin->loopback || transfer->request->unix_socket ||
        client->settings.insecure_http)
        return 0;
    error_set(err, ERROR_DENIED, "%s: plain http is used for this machine only", origin->text);
    error_hint(err, "use https, or allow it with --plain-http");
    return ERROR_DENIED;
}

/* Makes `url` the place of the next exchange. */
static int go_to(const struct http_client *client, struct http_transfer *transfer, const char *url,
                 const struct url_origin *from, struct error *err)
{
    struct url_origin origin;

    if (url_parse_origin(url, &origin, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    if (from && from->https && !origin.https)
        return error_set(err, ERROR_DENIED, "%s redirects to plain http", from->text);
    transfer->url = url;
    transfer->origin = origin;
    return check_way(client, transfer, err);
}

/* The exchange, and those that its redirects lead to, from the request's own
 * URL on: where a redirect leads to may hold for a short time only. */
static enum http_outcome run_with_redirects(struct http_client *client,
                                            struct http_transfer *transfer, CURL *handle,
                                            struct error *err)
{
    _cleanup_(buf_done) struct buf url = BUF_INIT(URL_LIMIT), next = BUF_INIT(URL_LIMIT);
    const struct http_request *request = transfer->request;
    struct url_origin first;

    if (go_to(client, transfer, request->url, NULL, err) < 0)
        return HTTP_OUTCOME_FAILED;
    first = transfer->origin;
    for (int i = 0; i <= HTTP_REDIRECT_LIMIT; i++) {
        struct url_origin from;
        struct view location;
        enum http_outcome outcome;

        transfer->send_authorization = url_origin_eq(&transfer->origin, &first);
        outcome = http_transfer_run(transfer, handle, err);
        location = http_response_header(transfer->response, "Location", 0);
        if (outcome != HTTP_OUTCOME_ANSWER || !is_redirect(transfer->response) ||
            location.len == 0 || request->method == HTTP_POST || request->unix_socket)
            return outcome;
        from = transfer->origin;
        if (url_resolve(transfer->url, location, &next, err) < 0)
            return HTTP_OUTCOME_FAILED;
        buf_reset(&url);
        buf_add(&url, buf_view(&next));
        if (go_to(client, transfer, buf_cstr(&url), &from, err) < 0)
            return HTTP_OUTCOME_FAILED;
    }
    error_set(err, ERROR_NETWORK, "%s: more than %d redirects", first.text, HTTP_REDIRECT_LIMIT);
    return HTTP_OUTCOME_FAILED;
}

static int run_with_retries(struct http_client *client, struct http_transfer *transfer,
                            CURL *handle, struct error *err)
{
    unsigned failed = 0;

    for (;;) {
        uint64_t before = transfer->handed;
        enum http_outcome outcome = run_with_redirects(client, transfer, handle, err);
        int64_t wait;

        failed = transfer->handed >= before + PROGRESS ? 1 : failed + 1;
        wait = next_attempt(client, transfer, outcome, failed);
        if (wait < 0)
            return outcome == HTTP_OUTCOME_ANSWER ? 0 : err->kind;
        wait_for(client, wait);
    }
}

static int drop(void *ctx, struct view bytes, struct error *err)
{
    (void)ctx, (void)bytes, (void)err;
    return 0;
}

int http_send(struct http_client *client, const struct http_request *request,
              const struct http_sink *sink, struct http_response *response, struct error *err)
{
    static const struct http_sink dropping = {.write = drop, .immutable = true};
    struct http_transfer transfer = {
        .settings = &client->settings,
        .request = request,
        .sink = sink ? sink : &dropping,
        .response = response,
        .handed = request->from,
    };
    struct error local = ERROR_INIT;
    struct idle_handle *idle = take_handle(client);
    int result;

    if (!idle)
        return error_memory(err);
    result = run_with_retries(client, &transfer, idle->handle, &local);
    give_back(client, idle);
    response->until = transfer.handed;
    if (result < 0 && err)
        *err = local;
    return result;
}

struct fetch {
    struct buf *body;
    size_t before;
};

static int fetch_write(void *ctx, struct view bytes, struct error *err)
{
    struct fetch *fetch = ctx;

    buf_add(fetch->body, bytes);
    return buf_failed(fetch->body, "the answer", err);
}

static int fetch_restart(void *ctx, struct error *err)
{
    struct fetch *fetch = ctx;

    (void)err;
    fetch->body->len = fetch->before;
    return 0;
}

int http_fetch(struct http_client *client, const struct http_request *request, struct buf *body,
               struct http_response *response, struct error *err)
{
    struct fetch fetch = {body, body->len};
    struct http_sink sink = {.ctx = &fetch, .write = fetch_write, .restart = fetch_restart};

    return http_send(client, request, &sink, response, err);
}
