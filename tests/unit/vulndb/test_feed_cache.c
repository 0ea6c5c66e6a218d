/* Downloads against a server on loopback that answers from a script. */
#include "vulndb/feed-cache.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"

#include "test.h"

enum { REQUEST_LIMIT = 8 << 10 };

static char folder[] = "/tmp/plimsoll-feeds-XXXXXX";

static const struct exchange {
    const char *wants; /* must stand in the request */
    const char *answer;
} script[] = {
    {"GET /feeds/all.zip?a=1 HTTP/1.1",
     "HTTP/1.1 200 OK\r\nETag: \"one\"\r\nLast-Modified: Wed, 01 Jan 2025 00:00:00 GMT\r\n"
     "Content-Length: 5\r\nConnection: close\r\n\r\nfirst"},
    {"If-None-Match: \"one\"", "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"},
    {"If-Modified-Since: Wed, 01 Jan 2025 00:00:00 GMT",
     "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
    {"If-None-Match: \"one\"",
     "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecond"},
    {"GET /feeds/all.zip?a=1 HTTP/1.1",
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nthird"},
};

struct server {
    int listener, port;
    size_t served;
    char complaint[256];
    pthread_t thread;
};

static void answer_one(struct server *server, int fd, const struct exchange *exchange)
{
    char request[REQUEST_LIMIT + 1];
    size_t len = 0;
    ssize_t n;

    while (len < REQUEST_LIMIT && (n = read(fd, request + len, REQUEST_LIMIT - len)) > 0) {
        len += (size_t)n;
        request[len] = '\0';
        if (strstr(request, "\r\n\r\n"))
            break;
    }
    if (!strstr(request, exchange->wants))
        snprintf(server->complaint, sizeof(server->complaint), "no \"%s\" in request %zu",
                 exchange->wants, server->served);
    fd_write_all(fd, view_of(exchange->answer), NULL);
    server->served++;
}

static void *serve(void *ctx)
{
    struct server *server = ctx;

    for (size_t i = 0; i < COUNT(script); i++) {
        _cleanup_close_ int fd = accept(server->listener, NULL, NULL);

        if (fd < 0)
            break;
        answer_one(server, fd, &script[i]);
    }
    return NULL;
}

static void start_server(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);

    *server = (struct server){.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(server->listener, 4), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &len), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void stop_server(struct server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
}

static void check_body(const struct feed *feed, const char *want)
{
    _cleanup_(buf_done) struct buf body = BUF_INIT(1 << 10);

    assert_int_equal(fd_read_file(feed->path, &body, NULL), 0);
    assert_view(buf_view(&body), want);
    assert_int_equal(feed->size, strlen(want));
    assert_true(strncmp(feed->digest, "sha256:", 7) == 0);
    assert_true(feed->fetched_at > 0);
}

static void on_received(void *ctx, uint64_t bytes)
{
    *(uint64_t *)ctx = bytes;
}

static void test_fetch(void **state)
{
    static const struct retry_policy once = {1, 1, 1, 1};
    _cleanup_(http_client_free_p) struct http_client *http = NULL;
    struct feed first = FEED_INIT, again = FEED_INIT, lost = FEED_INIT, second = FEED_INIT,
                third = FEED_INIT;
    struct error err = ERROR_INIT;
    struct server server;
    uint64_t received = 0;
    char url[128];
    FILE *file;

    (void)state;
    start_server(&server);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/feeds/all.zip?a=1", server.port);
    assert_int_equal(http_client_new(&(struct http_options){.retries = &once}, &http, &err), 0);
    assert_int_equal(feed_cached(url, folder, &first, &err), ERROR_NOT_FOUND);

    /* fetched, and kept under a name that says what it is */
    assert_int_equal(feed_fetch(http, url, folder, on_received, &received, &first, &err), 0);
    check_body(&first, "first");
    assert_false(first.unchanged);
    assert_int_equal(received, 5);
    assert_non_null(strstr(first.path, "-all.zip"));
    assert_null(strstr(first.path, "?"));

    /* confirmed */
    assert_int_equal(feed_fetch(http, url, folder, NULL, NULL, &again, &err), 0);
    check_body(&again, "first");
    assert_true(again.unchanged);
    assert_string_equal(again.path, first.path);
    assert_string_equal(again.digest, first.digest);

    /* refused: what was there stays */
    assert_int_equal(feed_fetch(http, url, folder, NULL, NULL, &lost, &err), ERROR_NOT_FOUND);
    assert_null(lost.path);
    assert_int_equal(feed_cached(url, folder, &lost, &err), 0);
    check_body(&lost, "first");

    /* new */
    assert_int_equal(feed_fetch(http, url, folder, NULL, NULL, &second, &err), 0);
    check_body(&second, "second");
    assert_false(second.unchanged);

    /* a body that its note doesn't describe is fetched again */
    file = fopen(second.path, "w");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(feed_cached(url, folder, &third, &err), ERROR_NOT_FOUND);
    assert_int_equal(feed_fetch(http, url, folder, NULL, NULL, &third, &err), 0);
    check_body(&third, "third");

    stop_server(&server);
    assert_string_equal(server.complaint, "");
    assert_int_equal(server.served, COUNT(script));
    feed_done(&first);
    feed_done(&again);
    feed_done(&lost);
    feed_done(&second);
    feed_done(&third);
}

static void test_offline(void **state)
{
    struct feed feed = FEED_INIT;
    struct error err = ERROR_INIT;

    (void)state;
    assert_int_equal(feed_fetch(NULL, "https://example.org/a", folder, NULL, NULL, &feed, &err),
                     ERROR_NOT_FOUND);
    assert_non_null(strstr(err.message, "was not downloaded before"));
    assert_true(err.hint[0]);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fetch),
                                       cmocka_unit_test(test_offline)};

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
