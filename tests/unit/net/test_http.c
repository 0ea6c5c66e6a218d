/* The client against a server on loopback that answers from a script: one
 * connection for each entry, closed after its bytes. */
#include "net/http.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"

#include "test.h"

enum { EXCHANGES = 8, REQUEST_LIMIT = 64 << 10 };

struct exchange {
    const char *wants;   /* must occur in the request; NULL: anything */
    const char *refuses; /* must not occur */
    const char *answer;  /* "PORT" in it becomes the other server's port; NULL: silence */
};

struct server {
    int listener;
    int port;
    const struct exchange *script;
    size_t served;
    int other_port;
    char complaint[256];
    pthread_t thread;
    int stop[2]; /* a pipe: closed to end the thread */
};

/* False when the test ends first. */
static bool readable(const struct server *server, int fd)
{
    struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = server->stop[0], .events = POLLIN}};

    return poll(fds, 2, -1) > 0 && (fds[0].revents & POLLIN);
}

static void read_request(const struct server *server, int fd, char *to, size_t size)
{
    size_t len = 0;
    ssize_t n;

    while (len + 1 < size && readable(server, fd)) {
        n = read(fd, to + len, size - 1 - len);
        if (n <= 0)
            break;
        len += (size_t)n;
        to[len] = '\0';
        if (strstr(to, "\r\n\r\n") && (strncmp(to, "POST", 4) != 0 || strstr(to, "the body")))
            break;
    }
    to[len] = '\0';
}

static void answer(const struct server *server, int fd, const char *text)
{
    char port[16];

    snprintf(port, sizeof(port), "%d", server->other_port);
    for (const char *place; (place = strstr(text, "PORT")); text = place + 4) {
        fd_write_all(fd, view_from(text, (size_t)(place - text)), NULL);
        fd_write_all(fd, view_of(port), NULL);
    }
    fd_write_all(fd, view_of(text), NULL);
}

static void *serve(void *ctx)
{
    struct server *server = ctx;
    static _Thread_local char request[REQUEST_LIMIT];

    while (server->served < EXCHANGES && readable(server, server->listener)) {
        const struct exchange *now = &server->script[server->served];
        _cleanup_close_ int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

        read_request(server, fd, request, sizeof(request));
        server->served++;
        if ((now->wants && !strstr(request, now->wants)) ||
            (now->refuses && strstr(request, now->refuses)))
            snprintf(server->complaint, sizeof(server->complaint), "request %zu is: %.200s",
                     server->served, request);
        if (now->answer)
            answer(server, fd, now->answer);
        else
            readable(server, server->stop[0]);
    }
    return NULL;
}

static void server_start(struct server *server, const struct exchange *script, int other_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);

    *server = (struct server){.script = script, .other_port = other_port};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(server->listener, 8), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &len), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pipe(server->stop), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void server_stop(struct server *server)
{
    assert_int_equal(write(server->stop[1], "x", 1), 1);
    pthread_join(server->thread, NULL);
    close(server->stop[0]);
    close(server->stop[1]);
    close(server->listener);
    assert_string_equal(server->complaint, "");
}

static const struct retry_policy quick = {
    .attempts = 3,
    .first_ms = 1,
    .longest_ms = 2,
    .asked_limit_ms = 1000,
};

static struct http_client *new_client(void)
{
    struct http_options options = {.retries = &quick};
    struct http_client *client = NULL;

    assert_int_equal(http_client_new(&options, &client, NULL), 0);
    return client;
}

enum sink_kind { FETCH, IMMUTABLE, NO_RESTART };

static int write_body(void *ctx, struct view bytes, struct error *err)
{
    buf_add(ctx, bytes);
    return buf_failed(ctx, "body", err);
}

struct outcome {
    int result, status;
    struct error err;
    struct buf body;
};

static void run(struct http_client *client, const struct http_request *request, enum sink_kind kind,
                struct outcome *outcome)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    struct http_sink sink = {
        .ctx = &outcome->body, .write = write_body, .immutable = kind == IMMUTABLE};

    *outcome = (struct outcome){.body = BUF_INIT(REQUEST_LIMIT), .err = ERROR_INIT};
    if (kind == FETCH)
        outcome->result = http_fetch(client, request, &outcome->body, &response, &outcome->err);
    else
        outcome->result = http_send(client, request, &sink, &response, &outcome->err);
    outcome->status = response.status;
}

#define OK_HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define CUT_HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"
#define TAGGED_CUT "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"v1\"\r\n\r\nhe"
#define NOW_500 "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops"
#define REST "HTTP/1.1 206 P\r\nContent-Range: bytes 2-4/5\r\nContent-Length: 3\r\n\r\nllo"

static void requests(void **state)
{
    static const struct {
        const char *name;
        struct exchange script[EXCHANGES];
        enum http_method method;
        enum sink_kind sink;
        uint64_t limit;
        size_t served;
        int result, status;
        const char *body, *message; /* a part of the error's */
    } cases[] = {
        {"plain",
         {{"GET /x HTTP/1.1", NULL, OK_HELLO}},
         .served = 1,
         .status = 200,
         .body = "hello"},
        {"head",
         {{"HEAD /x", NULL, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"}},
         .method = HTTP_HEAD,
         .served = 1,
         .status = 200,
         .body = ""},
        {"post",
         {{"\r\n\r\nthe body", "100-continue", OK_HELLO}},
         .method = HTTP_POST,
         .served = 1,
         .status = 200,
         .body = "hello"},
        {"chunked",
         {{NULL, NULL,
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
           "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"}},
         .served = 1,
         .status = 200,
         .body = "hello"},
        {"not found is an answer",
         {{NULL, NULL, "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno"}},
         .served = 1,
         .status = 404,
         .body = ""},
        {"passing faults",
         {{NULL, NULL, NOW_500}, {NULL, NULL, ""}, {NULL, NULL, OK_HELLO}},
         .served = 3,
         .status = 200,
         .body = "hello"},
        {"a fault that stays",
         {{NULL, NULL, NOW_500}, {NULL, NULL, NOW_500}, {NULL, NULL, NOW_500}},
         .served = 3,
         .status = 500,
         .body = ""},
        {"asked to wait",
         {{NULL, NULL,
           "HTTP/1.1 429 Slow\r\nRetry-After: 0\r\n"
           "Content-Length: 0\r\n\r\n"},
          {NULL, NULL, OK_HELLO}},
         .served = 2,
         .status = 200,
         .body = "hello"},
        {"asked to wait too long",
         {{NULL, NULL,
           "HTTP/1.1 429 Slow\r\nRetry-After: 3600\r\n"
           "Content-Length: 0\r\n\r\n"}},
         .served = 1,
         .status = 429,
         .body = ""},
        {"hang-ups",
         {{NULL, NULL, ""}, {NULL, NULL, ""}, {NULL, NULL, ""}},
         .served = 3,
         .result = ERROR_NETWORK,
         .body = "",
         .message = "hung up without an answer"},
        {"post is not repeated",
         {{NULL, NULL, ""}},
         .method = HTTP_POST,
         .served = 1,
         .result = ERROR_NETWORK,
         .body = "",
         .message = "hung up"},
        {"post that the server refused",
         {{NULL, NULL,
           "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n"
           "Content-Length: 0\r\n\r\n"},
          {NULL, NULL, OK_HELLO}},
         .method = HTTP_POST,
         .served = 2,
         .status = 200,
         .body = "hello"},

        {"a blob goes on by range",
         {{NULL, "Range:", CUT_HELLO}, {"Range: bytes=2-", "If-Range", REST}},
         .sink = IMMUTABLE,
         .served = 2,
         .status = 206,
         .body = "hello"},
        {"a blob again from a server without ranges",
         {{NULL, NULL, CUT_HELLO}, {"Range: bytes=2-", NULL, OK_HELLO}},
         .sink = IMMUTABLE,
         .served = 2,
         .status = 200,
         .body = "hello"},
        {"a blob, a fault, the rest",
         {{NULL, NULL, CUT_HELLO}, {NULL, NULL, NOW_500}, {"Range: bytes=2-", NULL, REST}},
         .sink = IMMUTABLE,
         .served = 3,
         .status = 206,
         .body = "hello"},
        {"the end was there already",
         {{NULL, NULL, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello"},
          {"Range: bytes=5-", NULL,
           "HTTP/1.1 416 R\r\nContent-Range: bytes */5\r\nContent-Length: 0\r\n\r\n"}},
         .sink = IMMUTABLE,
         .served = 2,
         .status = 206,
         .body = "hello"},
        {"another range than asked for",
         {{NULL, NULL, CUT_HELLO},
          {NULL, NULL,
           "HTTP/1.1 206 P\r\nContent-Range: bytes 1-4/5\r\nContent-Length: 4\r\n\r\nello"}},
         .sink = IMMUTABLE,
         .served = 2,
         .result = ERROR_NETWORK,
         .body = "he",
         .message = "another part"},
        {"shorter the second time",
         {{NULL, NULL, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"},
          {NULL, NULL, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhe"}},
         .sink = IMMUTABLE,
         .served = 2,
         .result = ERROR_NETWORK,
         .body = "hello",
         .message = "fewer bytes"},
        {"a part nobody asked for",
         {{NULL, NULL, REST}},
         .sink = IMMUTABLE,
         .served = 1,
         .result = ERROR_NETWORK,
         .body = "",
         .message = "another part"},
        {"with a tag it goes on if it is the same",
         {{NULL, NULL, TAGGED_CUT}, {"If-Range: \"v1\"", NULL, REST}},
         .sink = NO_RESTART,
         .served = 2,
         .status = 206,
         .body = "hello"},
        {"it changed, and starts over",
         {{NULL, NULL, TAGGED_CUT},
          {"If-Range: \"v1\"", NULL, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbye!"}},
         .served = 2,
         .status = 200,
         .body = "bye!"},
        {"it changed, and can't start over",
         {{NULL, NULL, TAGGED_CUT}, {NULL, NULL, OK_HELLO}},
         .sink = NO_RESTART,
         .served = 2,
         .result = ERROR_NETWORK,
         .body = "he",
         .message = "can't send the rest"},
        {"without a tag it starts over",
         {{NULL, NULL, CUT_HELLO}, {NULL, "Range:", OK_HELLO}},
         .served = 2,
         .status = 200,
         .body = "hello"},

        {"redirect within the host",
         {{NULL, NULL, "HTTP/1.1 302 F\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n"},
          {"GET /y HTTP/1.1\r\n", NULL, OK_HELLO}},
         .served = 2,
         .status = 200,
         .body = "hello"},
        {"redirect to where nobody listens",
         {{NULL, NULL,
           "HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"}},
         .served = 1,
         .result = ERROR_NETWORK,
         .body = "",
         .message = "cannot connect"},
        {"redirect to a file",
         {{NULL, NULL,
           "HTTP/1.1 302 F\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"}},
         .served = 1,
         .result = ERROR_INPUT,
         .body = "",
         .message = "not of http or https"},
        {"redirect to plain http elsewhere",
         {{NULL, NULL,
           "HTTP/1.1 302 F\r\nLocation: http://registry.example/\r\n"
           "Content-Length: 0\r\n\r\n"}},
         .served = 1,
         .result = ERROR_DENIED,
         .body = "",
         .message = "plain http"},
        {"a redirect of post is an answer",
         {{NULL, NULL, "HTTP/1.1 307 F\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n"}},
         .method = HTTP_POST,
         .served = 1,
         .status = 307,
         .body = ""},

        {"a body within its limit",
         {{NULL, NULL, OK_HELLO}},
         .limit = 5,
         .served = 1,
         .status = 200,
         .body = "hello"},
        {"a body over its limit",
         {{NULL, NULL, OK_HELLO}},
         .limit = 4,
         .served = 1,
         .result = ERROR_LIMIT,
         .body = "",
         .message = "more than 4 bytes"},
        {"not HTTP",
         {{NULL, NULL, "SSH-2.0-OpenSSH_9.2\r\n"}},
         .served = 1,
         .result = ERROR_NETWORK,
         .body = "",
         .message = "does not speak HTTP"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(http_client_free_p) struct http_client *client = new_client();
        struct server server;
        struct outcome outcome;
        char url[64];
        struct http_request request = {
            .method = cases[i].method,
            .url = url,
            .body = cases[i].method == HTTP_POST ? VIEW("the body") : VIEW_EMPTY,
            .body_limit = cases[i].limit,
        };

        print_message("%s\n", cases[i].name);
        server_start(&server, cases[i].script, 0);
        snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", server.port);
        run(client, &request, cases[i].sink, &outcome);
        server_stop(&server);
        assert_int_equal(outcome.result, cases[i].result);
        if (outcome.result == 0)
            assert_int_equal(outcome.status, cases[i].status);
        assert_string_equal(buf_cstr(&outcome.body), cases[i].body);
        assert_int_equal(server.served, cases[i].served);
        if (cases[i].message && !strstr(outcome.err.message, cases[i].message))
            fail_msg("the error is \"%s\"", outcome.err.message);
        buf_done(&outcome.body);
    }
}

static void redirects_end(void **state)
{
    static const struct exchange loop[EXCHANGES] = {
        [0 ... EXCHANGES - 1] = {NULL, NULL,
                                 "HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:PORT/x\r\n"
                                 "Content-Length: 0\r\n\r\n"}};
    _cleanup_(http_client_free_p) struct http_client *client = new_client();
    struct server one, two;
    struct outcome outcome;
    char url[64];
    struct http_request request = {.url = url};

    (void)state;
    server_start(&one, loop, 0);
    server_start(&two, loop, one.port);
    one.other_port = two.port;
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", one.port);
    run(client, &request, FETCH, &outcome);
    server_stop(&one);
    server_stop(&two);
    assert_int_equal(outcome.result, ERROR_NETWORK);
    assert_non_null(strstr(outcome.err.message, "redirects"));
    buf_done(&outcome.body);
}

static void authorization_stays_with_its_host(void **state)
{
    static const struct exchange first[EXCHANGES] = {
        {"Authorization: Bearer secret\r\n", NULL,
         "HTTP/1.1 307 T\r\nLocation: /here\r\nContent-Length: 0\r\n\r\n"},
        {"Authorization: Bearer secret\r\n", NULL,
         "HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:PORT/there\r\nContent-Length: 0\r\n\r\n"},
    };
    static const struct exchange second[EXCHANGES] = {{"GET /there", "secret", OK_HELLO}};
    _cleanup_(http_client_free_p) struct http_client *client = new_client();
    struct server here, there;
    struct outcome outcome;
    char url[64];
    struct http_request request = {.url = url, .authorization = "Bearer secret"};

    (void)state;
    server_start(&there, second, 0);
    server_start(&here, first, there.port);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", here.port);
    run(client, &request, FETCH, &outcome);
    server_stop(&here);
    server_stop(&there);
    assert_int_equal(outcome.result, 0);
    assert_string_equal(buf_cstr(&outcome.body), "hello");
    assert_int_equal(there.served, 1);
    buf_done(&outcome.body);
}

static void refused_before_anything_is_sent(void **state)
{
    static const struct http_header injected = {"Accept", "x\r\nX-Evil: 1"};
    static const struct {
        const char *name, *url, *authorization, *socket;
        const struct http_header *header;
        int want;
        const char *message;
    } cases[] = {
        {"plain http", "http://registry.example/v2/", NULL, NULL, NULL, ERROR_DENIED,
         "http://registry.example:80: plain http is used for this machine only"},
        {"a line break in a header", "http://127.0.0.1:1/", NULL, NULL, &injected, ERROR_INPUT,
         "the value for Accept has a control character"},
        {"a line break in a token", "http://127.0.0.1:1/", "Bearer a\nb", NULL, NULL, ERROR_INPUT,
         "the value for Authorization has a control character"},
        {"another scheme", "file:///etc/passwd", NULL, NULL, NULL, ERROR_INPUT,
         "the URL is of file, not of http or https"},
        {"nobody there", "http://127.0.0.1:1/", NULL, NULL, NULL, ERROR_NETWORK,
         "http://127.0.0.1:1: cannot connect"},
        {"no such socket", "http://localhost/", NULL, "/nonexistent/engine.sock", NULL,
         ERROR_NOT_FOUND, "cannot connect to /nonexistent/engine.sock: no such file or directory"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(http_client_free_p) struct http_client *client = new_client();
        struct outcome outcome;
        struct http_request request = {
            .url = cases[i].url,
            .authorization = cases[i].authorization,
            .unix_socket = cases[i].socket,
            .headers = cases[i].header,
            .header_count = cases[i].header ? 1 : 0,
        };

        print_message("%s\n", cases[i].name);
        run(client, &request, FETCH, &outcome);
        assert_int_equal(outcome.result, cases[i].want);
        assert_string_equal(outcome.err.message, cases[i].message);
    }
}

/* One of our own: what is not writable is refused for another reason. */
static void a_file_is_no_socket(void **state)
{
    _cleanup_(http_client_free_p) struct http_client *client = new_client();
    char path[] = "/tmp/plimsoll-no-socket-XXXXXX", message[128];
    int fd = mkstemp(path);
    struct http_request request = {.url = "http://localhost/", .unix_socket = path};
    struct outcome outcome;

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    run(client, &request, FETCH, &outcome);
    unlink(path);
    snprintf(message, sizeof(message), "nobody listens on %s", path);
    assert_int_equal(outcome.result, ERROR_NETWORK);
    assert_string_equal(outcome.err.message, message);
}

static int write_to_pipe(void *ctx, struct view bytes, struct error *err)
{
    return fd_write_all(*(int *)ctx, bytes, err);
}

static void a_closed_pipe_is_an_error(void **state)
{
    static const struct exchange script[EXCHANGES] = {{NULL, NULL, OK_HELLO}};
    _cleanup_(http_client_free_p) struct http_client *client = new_client();
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    struct server server;
    struct error err = ERROR_INIT;
    int ends[2];
    char url[64];
    struct http_request request = {.url = url};
    struct http_sink sink = {.ctx = &ends[1], .write = write_to_pipe};

    (void)state;
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    server_start(&server, script, 0);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", server.port);
    assert_int_equal(http_send(client, &request, &sink, &response, &err), ERROR_IO);
    assert_string_equal(err.message, "cannot write: broken pipe");
    server_stop(&server);
    close(ends[1]);
}

static void *cancel(void *client)
{
    http_client_cancel(client);
    return NULL;
}

static void silence_ends(void **state)
{
    static const struct exchange silent[EXCHANGES] = {{NULL}};
    static const struct retry_policy once = {.attempts = 1};
    struct http_options options = {.retries = &once};

    (void)state;
    for (int cancelled = 0; cancelled < 2; cancelled++) {
        _cleanup_(http_client_free_p) struct http_client *client = NULL;
        struct server server;
        struct outcome outcome;
        pthread_t thread;
        char url[64];
        struct http_request request = {.url = url, .stall_seconds = cancelled ? 60 : 1};

        assert_int_equal(http_client_new(&options, &client, NULL), 0);
        server_start(&server, silent, 0);
        snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", server.port);
        if (cancelled)
            assert_int_equal(pthread_create(&thread, NULL, cancel, client), 0);
        run(client, &request, FETCH, &outcome);
        if (cancelled)
            pthread_join(thread, NULL);
        server_stop(&server);
        assert_int_equal(outcome.result, cancelled ? ERROR_CANCELLED : ERROR_TIMEOUT);
    }
}

static void ca_files(void **state)
{
    static const struct {
        const char *path;
        int want;
    } cases[] = {
        {"/nonexistent/ca.pem", ERROR_NOT_FOUND},
        {"/etc/passwd", ERROR_INPUT},
        {"/dev/zero", ERROR_LIMIT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_options options = {.ca_file = cases[i].path};
        struct http_client *client = NULL;
        struct error err = ERROR_INIT;

        assert_int_equal(http_client_new(&options, &client, &err), cases[i].want);
        assert_null(client);
        print_message("%s\n", err.message);
    }
}

static void checks(void **state)
{
    static const struct {
        int status, want;
        const char *message;
    } cases[] = {
        {200, 0, ""},
        {206, 0, ""},
        {401, ERROR_DENIED, "https://h.example/p: log-in required (status 401)"},
        {404, ERROR_NOT_FOUND, "https://h.example/p: not found (status 404)"},
        {429, ERROR_NETWORK, "https://h.example/p: too many requests (status 429)"},
        {500, ERROR_NETWORK, "https://h.example/p: internal server error (status 500)"},
        {418, ERROR_NETWORK, "https://h.example/p: unexpected answer (status 418)"},
    };
    struct http_request request = {.url = "https://h.example/p?token=secret"};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_response response = {.status = cases[i].status};
        struct error err = ERROR_INIT;

        assert_int_equal(http_check(&request, &response, &err), cases[i].want);
        assert_string_equal(err.message, cases[i].message);
    }
}

RUN_TESTS(cmocka_unit_test(requests), cmocka_unit_test(redirects_end),
          cmocka_unit_test(authorization_stays_with_its_host),
          cmocka_unit_test(refused_before_anything_is_sent), cmocka_unit_test(a_file_is_no_socket),
          cmocka_unit_test(silence_ends), cmocka_unit_test(a_closed_pipe_is_an_error),
          cmocka_unit_test(ca_files), cmocka_unit_test(checks))
