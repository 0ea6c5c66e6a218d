#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "sensor/alert/rotating-file.h"
#include "sensor/alert/sink.h"
#include "test.h"

static char directory[64];

static const char *in_directory(const char *name)
{
    static char path[4][128];
    static unsigned turn;
    char *to = path[turn++ % 4];

    snprintf(to, sizeof(path[0]), "%s/%s", directory, name);
    return to;
}

static void assert_file(const char *name, const char *want)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);

    assert_int_equal(fd_read_file(in_directory(name), &text, NULL), 0);
    assert_string_equal(buf_cstr(&text), want);
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(in_directory(name), "w");

    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    fclose(file);
}

static void rotation(void **state)
{
    static const char *const lines[] = {"one one\n", "two\n", "three three\n", "four four\n",
                                        "five five\n"};
    struct rotating_file *file = NULL;

    (void)state;
    assert_int_equal(rotating_file_open(in_directory("r"), 12, 2, &file, NULL), 0);
    for (size_t i = 0; i < COUNT(lines); i++)
        assert_int_equal(rotating_file_write(file, view_of(lines[i]), NULL), 0);
    rotating_file_close(file);
    assert_file("r", "five five\n");
    assert_file("r.1", "four four\n");
    assert_file("r.2", "three three\n");
    assert_int_equal(access(in_directory("r.3"), F_OK), -1);
}

static void no_rotated_files(void **state)
{
    struct rotating_file *file = NULL;

    (void)state;
    assert_int_equal(rotating_file_open(in_directory("k"), 8, 0, &file, NULL), 0);
    assert_int_equal(rotating_file_write(file, VIEW("first\n"), NULL), 0);
    assert_int_equal(rotating_file_write(file, VIEW("second\n"), NULL), 0);
    rotating_file_close(file);
    assert_file("k", "second\n");
}

static void a_cut_line_is_ended(void **state)
{
    struct rotating_file *file = NULL;

    (void)state;
    write_file("cut", "whole\nha");
    assert_int_equal(rotating_file_open(in_directory("cut"), 1000, 1, &file, NULL), 0);
    assert_int_equal(rotating_file_write(file, VIEW("next\n"), NULL), 0);
    rotating_file_close(file);
    assert_file("cut", "whole\nha\nnext\n");
}

static void reopening(void **state)
{
    struct rotating_file *file = NULL;

    (void)state;
    assert_int_equal(rotating_file_open(in_directory("o"), 1000, 1, &file, NULL), 0);
    assert_int_equal(rotating_file_write(file, VIEW("a\n"), NULL), 0);
    assert_int_equal(rename(in_directory("o"), in_directory("o.moved")), 0);
    assert_int_equal(rotating_file_write(file, VIEW("b\n"), NULL), 0);
    assert_int_equal(rotating_file_reopen(file, NULL), 0);
    assert_int_equal(rotating_file_write(file, VIEW("c\n"), NULL), 0);
    rotating_file_close(file);
    assert_file("o.moved", "a\nb\n");
    assert_file("o", "c\n");
}

static void what_is_no_file(void **state)
{
    struct rotating_file *file = NULL;
    struct error err = ERROR_INIT;

    (void)state;
    assert_int_equal(mkfifo(in_directory("fifo"), 0600), 0);
    assert_int_equal(rotating_file_open(in_directory("fifo"), 10, 1, &file, &err), ERROR_USAGE);
    assert_int_equal(rotating_file_open("/dev/null", 10, 1, &file, &err), ERROR_USAGE);
    assert_true(rotating_file_open(in_directory("no/such"), 10, 1, &file, &err) < 0);
}

/* A full disk: the line is taken back, and the next one is whole. */
static void full_disk(void **state)
{
    /* A process's own limit is like a full disk: a short write, then an error. */
    struct rlimit before, limit = {4096, RLIM_INFINITY};
    struct rotating_file *file = NULL;
    struct error err = ERROR_INIT;
    static char large[8192];

    (void)state;
    memset(large, 'x', sizeof(large));
    getrlimit(RLIMIT_FSIZE, &before);
    limit.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    write_file("full", "first\nha");
    assert_int_equal(rotating_file_open(in_directory("full"), 1 << 20, 1, &file, &err), 0);
    assert_int_equal(rotating_file_write(file, view_from(large, sizeof(large)), &err), ERROR_IO);
    assert_int_equal(rotating_file_write(file, VIEW("last\n"), &err), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    rotating_file_close(file);
    assert_file("full", "first\nha\nlast\n");
}

static void addresses(void **state)
{
    static const struct {
        const char *address, *complaint; /* NULL: fine */
    } cases[] = {
        {"stdout", NULL},
        {"stdout?format=json", NULL},
        {"stdout?format=xml", "format=xml is not known"},
        {"stdout?size=1", "has no parameter \"size\""},
        {"stdout:x", "no place"},
        {"file:/tmp/x?size=1", "give a number from 4096"},
        {"file:/tmp/x?size=99999999999999G", "give a number"},
        {"file:/tmp/x?keep=many", "give a number"},
        {"file:x", "needs a path from the root"},
        {"file:", "needs a path from the root"},
        {"gopher://x", "no kind of sink: gopher"},
        {"", "no kind of sink"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sink_options options = {0};
        struct sink *sink = NULL;
        struct error err = ERROR_INIT;
        int result = sink_open(cases[i].address, &options, &sink, &err);

        print_message("%s: %s\n", cases[i].address, err.message);
        assert_int_equal(result, cases[i].complaint ? ERROR_USAGE : 0);
        if (cases[i].complaint)
            assert_non_null(strstr(err.message, cases[i].complaint));
        sink_close(sink);
    }
}

static void sends(void **state)
{
    struct alert alert = {.rule = VIEW("r"), .output = VIEW("o"), .priority = RULE_ERROR};
    _cleanup_(buf_done) struct buf want = BUF_INIT(4096);
    struct sink_options options = {0};
    struct sink *sink = NULL;
    struct error err = ERROR_INIT;
    char address[256];

    (void)state;
    snprintf(address, sizeof(address), "file:%s?size=1M&keep=1", in_directory("s"));
    assert_int_equal(sink_open(address, &options, &sink, &err), 0);
    assert_int_equal(sink_send(sink, &alert, &err), 0);
    assert_int_equal(sink_reopen(sink, &err), 0);
    assert_int_equal(sink_send(sink, &alert, &err), 0);
    assert_int_equal(sink_counts(sink).sent, 2);
    assert_int_equal(strncmp(sink_name(sink), "file:/", 6), 0);
    sink_close(sink);
    for (int i = 0; i < 2; i++) {
        alert_write_json(&alert, &want);
        buf_add_char(&want, '\n');
    }
    assert_file("s", buf_cstr(&want));
}

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/plimsoll-sink-XXXXXX");
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf %s", directory);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rotation),        cmocka_unit_test(no_rotated_files),
        cmocka_unit_test(reopening),       cmocka_unit_test(a_cut_line_is_ended),
        cmocka_unit_test(what_is_no_file), cmocka_unit_test(full_disk),
        cmocka_unit_test(addresses),       cmocka_unit_test(sends),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
