/* A worker that dies of some files: what its owner is told, and what is fed again. */
#include "scan/fed-job.h"

#include <signal.h>
#include <unistd.h>

#include "base/buf.h"
#include "test.h"

enum { ROOM = 4096 };

/* Answers with the paths it was fed; "crash" in a path ends it. */
static int run_worker(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_(feed_reader_free_p) struct feed_reader *reader = NULL;
    _cleanup_(buf_done) struct buf answer = BUF_INIT(ROOM);
    struct feed_piece piece;
    int r = feed_reader_new(worker, &reader, err);

    buf_add(&answer, request);
    while (r == 0 && (r = feed_next(reader, &piece, err)) > 0) {
        r = 0;
        worker_note(worker, piece.path);
        if (view_starts(piece.path, VIEW("crash")))
            _exit(9);
        if (view_starts(piece.path, VIEW("fail")))
            return error_set(err, ERROR_INPUT, "refused");
        buf_addf(&answer, " %.*s=%.*s", VIEW_ARG(piece.path), VIEW_ARG(piece.bytes));
    }
    worker_note(worker, VIEW_EMPTY);
    return r < 0 ? r : worker_reply(worker, buf_view(&answer), err);
}

static const struct sandbox_op op = {"fed", run_worker, 256 << 20, ROOM, 10};

struct owner {
    struct fed_job job;
    const char *const *paths;
    size_t stops_at; /* the owner's own fault, at this path; SIZE_MAX: none */
    unsigned runs;
    struct buf told;
};

static int feed(void *ctx, struct feed *feed, struct error *err)
{
    struct owner *owner = ctx;
    int r = 0;

    owner->runs++;
    for (size_t i = 0; r == 0 && owner->paths[i]; i++) {
        if (i == owner->stops_at)
            return error_set(err, ERROR_DENIED, "the owner's fault");
        if (!fed_job_leaves_out(&owner->job, view_of(owner->paths[i])))
            r = feed_text(feed, view_of(owner->paths[i]), VIEW("x"), 0, err);
    }
    return r;
}

static int take(void *ctx, struct view answer, struct error *err)
{
    struct owner *owner = ctx;

    (void)err;
    buf_add(&owner->told, answer);
    return 0;
}

static int died(void *ctx, struct view path, const struct error *why, struct error *err)
{
    struct owner *owner = ctx;

    (void)err;
    assert_non_null(strstr(why->message, "it was left out"));
    buf_addf(&owner->told, "died of %.*s; ", VIEW_ARG(path));
    return 0;
}

static int start(void **state)
{
    signal(SIGPIPE, SIG_IGN);
    return sandbox_start(&op, 1, (struct sandbox **)state, NULL);
}

static int stop(void **state)
{
    sandbox_stop(*state);
    return 0;
}

static const char *const none[] = {NULL}, *const fine[] = {"a", "b", NULL},
                         *const deadly[] = {"a", "crash1", "b", "crash2", NULL},
                         *const refused[] = {"a", "fail", NULL};
static const char *const many[] = {
    "crash1",  "crash2",  "crash3",  "crash4",  "crash5",  "crash6",
    "crash7",  "crash8",  "crash9",  "crash10", "crash11", "crash12",
    "crash13", "crash14", "crash15", "crash16", "crash17", NULL,
};

static void runs(void **state)
{
    static const struct {
        const char *name;
        const char *const *paths;
        size_t stops_at;
        int want;
        unsigned runs;
        const char *told; /* NULL: not looked at */
    } cases[] = {
        {"fine", fine, SIZE_MAX, 0, 1, "go a=x b=x"},
        {"no file", none, SIZE_MAX, 0, 1, "go"},
        {"two deadly ones", deadly, SIZE_MAX, 0, 3, "died of crash1; died of crash2; go a=x b=x"},
        {"a refusal is no death", refused, SIZE_MAX, ERROR_INPUT, 1, ""},
        {"the owner's fault", fine, 1, ERROR_DENIED, 1, ""},
        {"too many", many, SIZE_MAX, ERROR_CRASH, FED_JOB_DEATHS_LIMIT + 1, NULL},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
        struct owner owner = {
            .job = {*state, &op, arena, &owner, feed, take, died},
            .paths = cases[i].paths,
            .stops_at = cases[i].stops_at,
            .told = BUF_INIT(ROOM),
        };
        struct error err = ERROR_INIT;

        print_message("%s\n", cases[i].name);
        assert_int_equal(fed_job_run(&owner.job, VIEW("go"), &err), cases[i].want);
        assert_int_equal(error_is_set(&err), cases[i].want < 0);
        assert_int_equal(owner.runs, cases[i].runs);
        if (cases[i].told)
            assert_string_equal(buf_cstr(&owner.told), cases[i].told);
        buf_done(&owner.told);
    }
}

static void blame(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct deadly_files files = {0};

    (void)state;
    assert_false(deadly_files_add(&files, ERROR_CRASH, "", 2, arena));
    assert_false(deadly_files_add(&files, ERROR_INPUT, "a", 2, arena));
    assert_true(deadly_files_add(&files, ERROR_CRASH, "a", 2, arena));
    assert_true(deadly_files_add(&files, ERROR_LIMIT, "a", 2, arena)); /* of the same round */
    assert_int_equal(files.count, 1);
    files.active = files.count;
    assert_false(deadly_files_add(&files, ERROR_CRASH, "a", 2, arena)); /* it was left out */
    assert_true(deadly_files_add(&files, ERROR_TIMEOUT, "b", 2, arena));
    assert_false(deadly_files_add(&files, ERROR_MEMORY, "c", 2, arena));
    assert_true(deadly_files_hold(&files, VIEW("b")));
    assert_false(deadly_files_hold(&files, VIEW("c")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(runs), cmocka_unit_test(blame)};

    return cmocka_run_group_tests(tests, start, stop);
}
