/* Files through a lane: a worker that dies over one costs that one, and only it;
 * a worker that always dies ends the scan. */
#include "../test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "sandbox/feed.h"
#include "scan/secret-lane.h"
#include "scan/secret-scan.h"

/* Stands for the real operation: says of each file its path, as something left
 * out, and dies of some. */
static int op_secrets(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_(feed_reader_free_p) struct feed_reader *reader = NULL;
    _cleanup_(buf_done) struct buf reply = BUF_INIT(1 << 20);
    struct secret_record end = {.kind = SECRET_RECORD_END};
    struct feed_piece piece;
    int r = feed_reader_new(worker, &reader, err);

    (void)request;
    while (r == 0 && (r = feed_next(reader, &piece, err)) == 1) {
        struct secret_record record = {.kind = SECRET_RECORD_LEFT_OUT, .path = piece.path};

        if (piece.first)
            worker_note(worker, piece.path);
        if (view_starts(piece.path, VIEW("deadly")) && piece.last)
            _exit(9);
        snprintf(record.why.message, sizeof(record.why.message), "%u", piece.tag >> 1);
        if (piece.last)
            secret_record_add(&reply, &record);
        end.files += piece.last;
        r = 0;
    }
    secret_record_add(&reply, &end);
    return r < 0 ? r : worker_reply(worker, buf_view(&reply), err);
}

static const struct sandbox_op ops[] = {{"secrets", op_secrets, 256 << 20, 64 << 20, 60}};

struct bench {
    struct sandbox *sandbox;
    struct secret_lane *lane;
    char seen[4096], troubles[4096];
    uint64_t files;
    size_t opened;
};

static int take(void *ctx, struct view reply, struct error *err)
{
    struct bench *b = ctx;
    struct cursor c = cursor_of(reply);
    struct secret_record record;

    (void)err;
    while (secret_record_next(&c, &record)) {
        size_t len = strlen(b->seen);

        if (record.kind == SECRET_RECORD_END)
            b->files += record.files;
        else
            snprintf(b->seen + len, sizeof(b->seen) - len, "%.*s=%s ", VIEW_ARG(record.path),
                     record.why.message);
    }
    assert_true(cursor_at_end(&c));
    return 0;
}

static void trouble(void *ctx, enum diagnostic_level level, struct view path,
                    const struct error *why)
{
    struct bench *b = ctx;
    size_t len = strlen(b->troubles);

    snprintf(b->troubles + len, sizeof(b->troubles) - len, "%s %.*s: %s; ",
             diagnostic_level_name(level), VIEW_ARG(path), why->message);
}

static int file_of(size_t len)
{
    int fd = memfd_create("file", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)len), 0);
    return fd;
}

static int open_again(void *ctx, const char *path, uint32_t number, int *ret_fd, struct error *err)
{
    struct bench *b = ctx;

    (void)number;
    b->opened++;
    if (strcmp(path, "gone") == 0)
        return error_set(err, ERROR_NOT_FOUND, "cannot open it");
    *ret_fd = file_of(10);
    return 0;
}

static void open_lane(struct bench *b, bool again, uint64_t limit)
{
    const struct secret_lane_options options = {
        .sandbox = b->sandbox,
        .request = {1, 1},
        .sink = {b, take, trouble},
        .file_limit = limit,
        .ctx = b,
        .open = again ? open_again : NULL,
    };

    b->seen[0] = b->troubles[0] = '\0';
    b->files = b->opened = 0;
    assert_int_equal(secret_lane_new(&options, &b->lane, NULL), 0);
}

static int give(struct bench *b, const char *path, uint32_t number, size_t len, struct error *err)
{
    _cleanup_close_ int fd = file_of(len);

    return secret_lane_file(b->lane, view_of(path), number, fd, len, err);
}

static void a_death_costs_one_file(void **state)
{
    struct bench *b = *state;
    struct error err = ERROR_INIT;

    open_lane(b, true, 0);
    assert_int_equal(give(b, "a", 1, 10, &err), 0);
    assert_int_equal(give(b, "deadly", 2, 10, &err), 0);
    assert_int_equal(give(b, "gone", 3, 10, &err), 0);
    assert_int_equal(give(b, "b", 4, 10, &err), 0);
    assert_int_equal(secret_lane_finish(b->lane, &err), 0);
    assert_string_equal(b->seen, "a=1 b=4 ");
    assert_int_equal(b->files, 2);
    assert_string_equal(b->troubles,
                        "error deadly: reading this file ended the worker; it was left out: "
                        "secrets ended with status 9; error gone: cannot open it; ");
    secret_lane_free(b->lane);
}

/* It dies while it is fed with more than fits the slots. */
static void a_death_in_the_middle(void **state)
{
    struct bench *b = *state;
    struct error err = ERROR_INIT;

    open_lane(b, true, 0);
    assert_int_equal(give(b, "deadly", 1, 10, &err), 0);
    for (uint32_t i = 0; i < 12; i++) {
        char path[16];

        snprintf(path, sizeof(path), "f%u", i);
        assert_int_equal(give(b, path, i, 3 << 20, &err), 0);
    }
    assert_int_equal(secret_lane_finish(b->lane, &err), 0);
    assert_int_equal(b->files, 12);
    assert_non_null(strstr(b->seen, "f0=0 "));
    assert_non_null(strstr(b->seen, "f11=11 "));
    secret_lane_free(b->lane);
}

static void a_stream_that_kills_is_told(void **state)
{
    struct bench *b = *state;
    struct error err = ERROR_INIT;
    char bytes[100] = {0};

    open_lane(b, false, 0);
    assert_int_equal(secret_lane_begin(b->lane, VIEW("deadly"), 0, 0, &err), 0);
    assert_int_equal(secret_lane_add(b->lane, view_from(bytes, sizeof(bytes)), &err), 0);
    assert_int_equal(secret_lane_end(b->lane, &err), 0);
    assert_int_equal(secret_lane_finish(b->lane, &err), 0);
    assert_int_equal(b->files, 0);
    assert_non_null(strstr(b->troubles, "error deadly: reading this file ended the worker"));
    secret_lane_free(b->lane);
}

static void deaths_without_end_end_the_scan(void **state)
{
    struct bench *b = *state;
    struct error err = ERROR_INIT;
    int r = 0;

    open_lane(b, true, 0);
    for (uint32_t i = 0; r == 0 && i < SECRET_SCAN_DEATHS_LIMIT + 4; i++) {
        char path[16];

        snprintf(path, sizeof(path), "deadly%u", i);
        r = give(b, path, i, 10, &err);
        if (r == 0)
            r = secret_lane_finish(b->lane, &err);
    }
    assert_int_equal(r, ERROR_CRASH);
    assert_string_equal(err.message, "secrets ended with status 9");
    secret_lane_free(b->lane);
}

static void long_files_are_cut_and_told(void **state)
{
    struct bench *b = *state;
    struct error err = ERROR_INIT;

    open_lane(b, true, 1 << 20);
    assert_int_equal(give(b, "long", 1, 3 << 20, &err), 0);
    assert_int_equal(give(b, "just", 2, 1 << 20, &err), 0);
    assert_int_equal(secret_lane_finish(b->lane, &err), 0);
    assert_int_equal(b->files, 2);
    assert_string_equal(b->troubles, "warning long: only its first 1 MiB were looked into; ");
    assert_int_equal(secret_lane_bytes(b->lane), 2 << 20);
    secret_lane_free(b->lane);
}

/* Records that no worker of ours would send are no findings. */
static void malformed_records_are_refused(void **state)
{
    static const struct view cases[] = {
        VIEW("\4"),     VIEW("\1"),     VIEW("\1\0\0\377\377\377\377\377\377"),
        VIEW("\2\5ab"), VIEW("\3\200"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cursor c = cursor_of(cases[i]);
        struct secret_record record;

        assert_false(secret_record_next(&c, &record));
        assert_true(c.failed);
    }
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof(*b));

    signal(SIGPIPE, SIG_IGN);
    *state = b;
    return sandbox_start(ops, COUNT(ops), &b->sandbox, NULL);
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    sandbox_stop(b->sandbox);
    free(b);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_death_costs_one_file),
        cmocka_unit_test(a_death_in_the_middle),
        cmocka_unit_test(a_stream_that_kills_is_told),
        cmocka_unit_test(deaths_without_end_end_the_scan),
        cmocka_unit_test(long_files_are_cut_and_told),
        cmocka_unit_test(malformed_records_are_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
