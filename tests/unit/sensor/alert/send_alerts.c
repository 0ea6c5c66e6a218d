/* Sends alerts to a sink as it is told to on standard input, for tests/e2e/test_sensor_sinks.py:
 *
 *     send_alerts ADDRESS SPOOL_DIRECTORY [SPOOL_LIMIT]
 *
 *     send FIRST COUNT SIZE     alerts with these ids, SIZE bytes of padding
 *     counts                    the sink's counts and last failure, as JSON
 *     reopen
 *
 * Answers each command with a line; the end of input closes the sink. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "codec/json-write.h"
#include "sensor/alert/sink.h"

enum { PADDING_LIMIT = 64 << 10 };

static int send_some(struct sink *sink, uint64_t first, uint64_t count, size_t size)
{
    static char output[PADDING_LIMIT + 64];
    struct error err = ERROR_INIT;

    for (uint64_t id = first; id < first + count; id++) {
        int len = snprintf(output, sizeof(output), "alert number %llu ", (unsigned long long)id);
        struct timespec now;
        struct alert alert = {.id = id,
                              .run = VIEW("0123456789abcdef"),
                              .rule = VIEW("A rule"),
                              .rule_id = VIEW("a-rule"),
                              .priority = RULE_WARNING,
                              .source = VIEW("syscall"),
                              .host = VIEW("node-1"),
                              .count = 1};

        clock_gettime(CLOCK_REALTIME, &now);
        alert.time = alert.first_time = alert.last_time =
            (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
        memset(output + len, 'x', size);
        alert.output = view_from(output, (size_t)len + size);
        if (sink_send(sink, &alert, &err) < 0) {
            printf("error %s\n", err.message);
            return -1;
        }
    }
    printf("sent %llu\n", (unsigned long long)(first + count - 1));
    return 0;
}

static void print_counts(const struct sink *sink)
{
    struct buf text = BUF_INIT(1 << 16);
    struct json_writer w = JSON_WRITER_INIT(&text, false);
    struct sink_counts counts = sink_counts(sink);
    struct error failure = ERROR_INIT;
    const struct {
        const char *name;
        uint64_t value;
    } all[] = {
        {"sent", counts.sent},           {"retried", counts.retried},
        {"spooled", counts.spooled},     {"parked", counts.parked},
        {"lost", counts.lost},           {"spool_bytes", counts.spool_bytes},
        {"in_memory", counts.in_memory},
    };

    json_write_object(&w);
    json_write_member(&w, VIEW("name"), view_of(sink_name(sink)));
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        json_write_key(&w, view_of(all[i].name));
        json_write_uint(&w, all[i].value);
    }
    if (sink_failure(sink, &failure))
        json_write_member(&w, VIEW("failure"), view_of(failure.message));
    json_write_end(&w);
    printf("%s\n", buf_cstr(&text));
    buf_done(&text);
}

int main(int argc, char **argv)
{
    struct sink_options options = {.spool_directory = argc > 2 ? argv[2] : NULL,
                                   .spool_limit = argc > 3 ? strtoull(argv[3], NULL, 10) : 0};
    struct error err = ERROR_INIT;
    struct sink *sink = NULL;
    char line[256];

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 3 || sink_open(argv[1], &options, &sink, &err) < 0) {
        fprintf(stderr, "%s\n%s\n", err.message, err.hint);
        return 2;
    }
    while (fgets(line, sizeof(line), stdin)) {
        unsigned long long first, count;
        size_t size;

        if (sscanf(line, "send %llu %llu %zu", &first, &count, &size) == 3 && size < PADDING_LIMIT)
            send_some(sink, first, count, size);
        else if (strcmp(line, "counts\n") == 0)
            print_counts(sink);
        else if (strcmp(line, "reopen\n") == 0)
            printf("%d\n", sink_reopen(sink, &err));
        else
            printf("error: what?\n");
    }
    sink_close(sink);
    return 0;
}
