#include "sensor/alert/metrics.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "sensor/alert/metrics-server.h"
#include "test.h"

static void collect(struct metrics_page *page, void *context)
{
    (void)context;
    metrics_add_of(page, METRIC_RULE_HITS, VIEW("Z first"), 3);
    metrics_add(page, METRIC_EVENTS, 12345678901.0);
    metrics_add_of(page, METRIC_RULE_HITS, VIEW("A \"second\" \\ \n \xff"), 0);
    metrics_add_of(page, METRIC_SINK_SENT, VIEW("https://a:443"), 2);
    metrics_add_of(page, METRIC_SINK_SENT, VIEW("https://a:443"), 5);
    metrics_add(page, METRIC_CPU_SECONDS, 1.25);
    metrics_add_of2(page, METRIC_ACTIONS, VIEW("kill"), VIEW("done"), 1);
    metrics_add_of2(page, METRIC_ACTIONS, VIEW("kill"), VIEW("failed"), 2);
    metrics_add_of(page, METRIC_EVENTS, VIEW("a label too many"), 1);
}

static const char want[] =
    "# HELP plimsoll_sensor_cpu_seconds_total Processor time that it used.\n"
    "# TYPE plimsoll_sensor_cpu_seconds_total counter\n"
    "plimsoll_sensor_cpu_seconds_total 1.250000000\n"
    "# HELP plimsoll_sensor_events_total Events that the kernel side sent.\n"
    "# TYPE plimsoll_sensor_events_total counter\n"
    "plimsoll_sensor_events_total 12345678901\n"
    "# HELP plimsoll_sensor_rule_hits_total Events that a rule matched.\n"
    "# TYPE plimsoll_sensor_rule_hits_total counter\n"
    "plimsoll_sensor_rule_hits_total{rule=\"Z first\"} 3\n"
    "plimsoll_sensor_rule_hits_total{rule=\"A \\\"second\\\" \\\\ \\n \xef\xbf\xbd\"} 0\n"
    "# HELP plimsoll_sensor_sink_sent_total Alerts that a sink took.\n"
    "# TYPE plimsoll_sensor_sink_sent_total counter\n"
    "plimsoll_sensor_sink_sent_total{sink=\"https://a:443\"} 7\n"
    "# HELP plimsoll_sensor_actions_total Responses: done, failed, refused, dry-run.\n"
    "# TYPE plimsoll_sensor_actions_total counter\n"
    "plimsoll_sensor_actions_total{action=\"kill\",outcome=\"done\"} 1\n"
    "plimsoll_sensor_actions_total{action=\"kill\",outcome=\"failed\"} 2\n";

static void page(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(METRICS_PAGE_LIMIT);

    (void)state;
    assert_int_equal(metrics_write(collect, NULL, &text, NULL), 0);
    assert_string_equal(buf_cstr(&text), want);
}

static void nothing(struct metrics_page *empty, void *context)
{
    (void)empty, (void)context;
}

static void empty_page(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(METRICS_PAGE_LIMIT);

    (void)state;
    assert_int_equal(metrics_write(nothing, NULL, &text, NULL), 0);
    assert_int_equal(text.len, 0);
}

static void of_process(struct metrics_page *process, void *context)
{
    (void)context;
    metrics_add_process(process, VIEW("1.2.3"));
}

static void process_metrics(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(METRICS_PAGE_LIMIT);

    (void)state;
    assert_int_equal(metrics_write(of_process, NULL, &text, NULL), 0);
    assert_non_null(strstr(buf_cstr(&text), "plimsoll_sensor_build_info{version=\"1.2.3\"} 1\n"));
    assert_non_null(strstr(buf_cstr(&text), "\nplimsoll_sensor_resident_memory_bytes "));
    assert_null(strstr(buf_cstr(&text), "NaN"));
}

static void file(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(METRICS_PAGE_LIMIT);
    char folder[] = "/tmp/plimsoll-metrics-XXXXXX", path[64];

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/sensor.prom", folder);
    for (int i = 0; i < 2; i++)
        assert_int_equal(metrics_write_file(path, collect, NULL, NULL), 0);
    assert_int_equal(fd_read_file(path, &text, NULL), 0);
    assert_string_equal(buf_cstr(&text), want);
    unlink(path);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left */
    assert_true(metrics_write_file("/proc/no/such", collect, NULL, NULL) < 0);
}

/* Sends a request and runs the server until it has hung up. */
static void ask(struct metrics_server *server, const char *request, struct buf *answer)
{
    struct sockaddr_in place = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)metrics_server_port(server)),
                                .sin_addr = {htonl(INADDR_LOOPBACK)}};
    _cleanup_close_ int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&place, sizeof(place)), 0);
    assert_int_equal(write(fd, request, strlen(request)), strlen(request));
    for (;;) {
        struct pollfd fds[] = {{fd, POLLIN, 0}, {metrics_server_fd(server), POLLIN, 0}};
        char part[4096];
        ssize_t n;

        assert_true(poll(fds, 2, 20000) > 0);
        if (fds[1].revents)
            metrics_server_run(server);
        if (!fds[0].revents)
            continue;
        n = read(fd, part, sizeof(part));
        if (n <= 0)
            return;
        buf_add(answer, view_from(part, (size_t)n));
    }
}

static void served(void **state)
{
    static const struct {
        const char *request, *want;
        bool body;
    } cases[] = {
        {"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200", true},
        {"HEAD /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200", false},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 404", false},
        {"POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
         "HTTP/1.1 405", false},
        {"\x01\x02 nonsense\r\n\r\n", "HTTP/1.1 4", false},
    };
    struct metrics_server *server = NULL;
    struct error err = ERROR_INIT;

    (void)state;
    assert_int_equal(metrics_server_open("localhost:0", collect, NULL, &server, &err), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf answer = BUF_INIT(1 << 20);

        print_message("%s", cases[i].request);
        ask(server, cases[i].request, &answer);
        if (!view_starts(buf_view(&answer), view_of(cases[i].want)))
            fail_msg("%s", buf_cstr(&answer));
        assert_int_equal(view_ends(buf_view(&answer), view_of(want)), cases[i].body);
    }
    metrics_server_free(server);
}

static void addresses(void **state)
{
    static const struct {
        const char *address;
        int want;
    } cases[] = {
        {"0", 0},
        {":0", 0},
        {"127.0.0.1:0", 0},
        {"[::1]:0", 0},
        {"0.0.0.0:0", 0},
        {"", ERROR_USAGE},
        {"localhost:0", 0},
        {"LocalHost:0", 0},
        {"[::]:0", 0},
        {"[localhost]:0", ERROR_USAGE},
        {"[127.0.0.1]:0", ERROR_USAGE},
        {"::1:0", ERROR_USAGE},
        {"127.0.0.1", ERROR_USAGE},
        {"127.0.0.1:", ERROR_USAGE},
        {"127.0.0.1:65536", ERROR_USAGE},
        {"::1:80", ERROR_USAGE},
        {"[::1:80", ERROR_USAGE},
        {"127.0.0.1:80x", ERROR_USAGE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct metrics_server *server = NULL;
        struct error err = ERROR_INIT;
        int result = metrics_server_open(cases[i].address, collect, NULL, &server, &err);

        print_message("\"%s\": %s\n", cases[i].address, err.message);
        if (result == ERROR_IO && strstr(cases[i].address, "::"))
            continue; /* no IPv6 here */
        assert_int_equal(result, cases[i].want);
        metrics_server_free(server);
    }
}

static void port_in_use(void **state)
{
    struct metrics_server *server = NULL, *other = NULL;
    struct error err = ERROR_INIT;
    char address[64];

    (void)state;
    assert_int_equal(metrics_server_open("0", collect, NULL, &server, &err), 0);
    snprintf(address, sizeof(address), "127.0.0.1:%u", metrics_server_port(server));
    assert_true(metrics_server_open(address, collect, NULL, &other, &err) < 0);
    assert_non_null(strstr(err.message, "cannot serve metrics at 127.0.0.1"));
    metrics_server_free(server);
}

/* The page of the documentation is the table. */
static void documented(void **state)
{
    _cleanup_(buf_done) struct buf doc = BUF_INIT(1 << 20), table = BUF_INIT(1 << 20);
    const char *root = getenv("PLIMSOLL_SOURCE_ROOT");
    char path[4096];

    (void)state;
    if (!root)
        skip();
    snprintf(path, sizeof(path), "%s/docs/formats/metrics.md", root);
    assert_int_equal(fd_read_file(path, &doc, NULL), 0);
    metrics_document(&table);
    if (!strstr(buf_cstr(&doc), buf_cstr(&table)))
        fail_msg("docs/formats/metrics.md lacks this table:\n%s", buf_cstr(&table));
}

RUN_TESTS(cmocka_unit_test(page), cmocka_unit_test(empty_page), cmocka_unit_test(process_metrics),
          cmocka_unit_test(file), cmocka_unit_test(served), cmocka_unit_test(addresses),
          cmocka_unit_test(port_in_use), cmocka_unit_test(documented))
