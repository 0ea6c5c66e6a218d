#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "sensor/alert/sink.h"
#include "test.h"

enum { LINE = 5000 };

static char output[LINE];

/* A pipe in the place of standard output; returns its other end. */
static int take_stdout(int *ret_saved)
{
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    fflush(stdout);
    *ret_saved = dup(STDOUT_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return ends[0];
}

static void give_stdout_back(int saved)
{
    dup2(saved, STDOUT_FILENO);
    close(saved);
}

static int send_one(struct sink *sink, uint64_t id)
{
    struct alert alert = {
        .id = id, .output = view_from(output, sizeof(output)), .priority = RULE_ERROR};

    return sink_send(sink, &alert, NULL);
}

static struct sink *open_stdout(void)
{
    struct sink_options options = {.format = SINK_TEXT};
    struct sink *sink = NULL;

    assert_int_equal(sink_open("stdout", &options, &sink, NULL), 0);
    return sink;
}

/* Reads what is there; counts lines, which must be whole. */
static size_t read_lines(int fd, bool at_end)
{
    static char text[1 << 20];
    size_t len = 0, lines = 0, before = 0;
    ssize_t n;

    while ((n = read(fd, text + len, sizeof(text) - len)) > 0)
        len += (size_t)n;
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\n') {
            size_t length = i - before;

            /* The first may be the rest of one that was begun before. */
            if (lines++)
                assert_int_equal(length, strlen("00:00:00.000000000: Error ") + LINE);
            before = i + 1;
        }
    if (at_end)
        assert_int_equal(before, len);
    return lines;
}

static void nobody_reads(void **state)
{
    int saved, fd = take_stdout(&saved);
    struct sink *sink = open_stdout();
    uint64_t taken = 0, refused = 0;
    struct sink_counts counts;
    size_t lines;

    (void)state;
    for (int i = 0; i < 200; i++)
        *(send_one(sink, 1) == 0 ? &taken : &refused) += 1;
    counts = sink_counts(sink);
    lines = read_lines(fd, false);
    /* It reads again: the line that was begun is ended, and the next ones come whole. */
    for (int i = 0; i < 5; i++)
        taken += send_one(sink, 2) == 0;
    lines += read_lines(fd, true);
    sink_close(sink);
    give_stdout_back(saved);
    close(fd);
    assert_int_equal(counts.sent + counts.lost, 200);
    assert_true(refused > 150);
    assert_int_equal(counts.lost, refused);
    assert_int_equal(lines, taken);
}

static void the_reader_is_gone(void **state)
{
    int saved, fd = take_stdout(&saved);
    struct sink *sink = open_stdout();
    int result;

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    close(fd);
    result = send_one(sink, 1);
    sink_close(sink);
    give_stdout_back(saved);
    assert_int_equal(result, ERROR_IO);
}

static int fill(void **state)
{
    (void)state;
    memset(output, 'x', sizeof(output));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_reads),
                                       cmocka_unit_test(the_reader_is_gone)};

    return cmocka_run_group_tests(tests, fill, NULL);
}
