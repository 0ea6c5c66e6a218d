/* Files on their way to a worker: whole, in pieces, empty, many; and workers
 * that are slow, die, or stop reading. */
#include "../test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "sandbox/confine.h"
#include "sandbox/feed.h"

/* What the worker says of each piece. */
struct said {
    uint64_t hash, offset, size, len;
    uint32_t tag;
    uint8_t first, last;
    uint8_t path_len;
    char path[36];
};

static int say(struct worker *worker, const struct feed_piece *piece, struct error *err)
{
    struct said said = {hash_stable(piece->bytes),
                        piece->offset,
                        piece->size,
                        piece->bytes.len,
                        piece->tag,
                        piece->first,
                        piece->last,
                        (uint8_t)piece->path.len};

    memcpy(said.path, piece->path.ptr, piece->path.len < 36 ? piece->path.len : 36);
    return worker_reply(worker, view_from(&said, sizeof(said)), err);
}

static int op_tell(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_(feed_reader_free_p) struct feed_reader *reader = NULL;
    struct feed_piece piece;
    int r = feed_reader_new(worker, &reader, err);

    while (r == 0 && (r = feed_next(reader, &piece, err)) == 1) {
        worker_note(worker, piece.path);
        if (view_eq(piece.path, VIEW("deadly")))
            _exit(7);
        if (view_eq(request, VIEW("slow")))
            poll(NULL, 0, 2);
        r = say(worker, &piece, err);
    }
    return r;
}

/* Reads one piece and ends as if it had read all. */
static int op_early(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_(feed_reader_free_p) struct feed_reader *reader = NULL;
    struct feed_piece piece;
    int r = feed_reader_new(worker, &reader, err);

    (void)request;
    if (r == 0)
        r = feed_next(reader, &piece, err);
    return r < 0 ? r : 0;
}

/* The slots are the owner's: a worker that writes to them through its mapping
 * dies of it. */
static int op_write(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_(feed_reader_free_p) struct feed_reader *reader = NULL;
    struct feed_piece piece;
    int r = feed_reader_new(worker, &reader, err);

    (void)request;
    if (r == 0 && feed_next(reader, &piece, err) == 1)
        *(volatile char *)piece.bytes.ptr = 'x';
    return r;
}

static const struct sandbox_op ops[] = {
    {"tell", op_tell, 64 << 20, 64 << 20, 30},
    {"early", op_early, 64 << 20, 1 << 20, 30},
    {"write", op_write, 64 << 20, 1 << 20, 30},
};

struct run {
    struct sandbox *sandbox;
    struct feed *feed;
    struct sandbox_job *job;
};

static void start(struct run *run, struct sandbox *sandbox, const char *op, struct view request)
{
    run->sandbox = sandbox;
    assert_int_equal(feed_new(&run->feed, NULL), 0);
    assert_int_equal(
        sandbox_job_start(sandbox, op, request, feed_fds(run->feed), FEED_FDS, 60, &run->job, NULL),
        0);
}

static int finish(struct run *run, struct buf *reply, char note[static SANDBOX_NOTE_LIMIT],
                  struct error *err)
{
    int r;

    feed_finish(run->feed, NULL);
    r = sandbox_job_finish_noted(run->job, reply, note, err);
    feed_free(run->feed);
    return r;
}

static char byte_at(size_t file, size_t i)
{
    return (char)(i * 31 + (i >> 12) + file * 7);
}

/* Gives a file of `len` bytes in steps of at most `step`. */
static int give(struct feed *feed, const char *path, uint64_t announced, size_t file, size_t len,
                size_t step, struct error *err)
{
    int r = feed_begin(feed, view_of(path), announced, (uint32_t)file, err);

    for (size_t done = 0; r == 0 && done < len;) {
        size_t room;
        char *at;

        r = feed_room(feed, &at, &room, err);
        if (r < 0)
            return r;
        assert_true(room > 0);
        room = room < step ? room : step;
        room = room < len - done ? room : len - done;
        for (size_t i = 0; i < room; i++)
            at[i] = byte_at(file, done + i);
        feed_fill(feed, room);
        done += room;
    }
    return r < 0 ? r : feed_end_file(feed, err);
}

/* The pieces of one file, from `*at` in the reply, are in order and whole. */
static size_t check_file(struct view reply, size_t *at, const char *path, uint64_t announced,
                         size_t file, size_t len)
{
    uint64_t offset = 0;
    size_t pieces = 0;
    bool last = false;

    while (!last) {
        struct said said;
        _cleanup_free_ char *want = NULL;

        assert_true(*at + sizeof(said) <= reply.len);
        memcpy(&said, reply.ptr + *at, sizeof(said));
        *at += sizeof(said);
        assert_view(view_from(said.path, said.path_len), path);
        assert_int_equal(said.tag, file);
        assert_int_equal(said.size, announced);
        assert_int_equal(said.offset, offset);
        assert_int_equal(said.first, pieces == 0);
        want = malloc(said.len + 1);
        for (size_t i = 0; i < said.len; i++)
            want[i] = byte_at(file, offset + i);
        assert_int_equal(said.hash, hash_stable(view_from(want, said.len)));
        offset += said.len;
        last = said.last;
        pieces++;
    }
    assert_int_equal(offset, len);
    return pieces;
}

static const struct {
    const char *path;
    size_t len;
    int64_t announced;   /* -1: as it is */
    size_t step, pieces; /* 0: more than one */
} files[] = {
    {"a", 10, -1, 4096, 1},
    {"empty", 0, -1, 4096, 1},
    {"a/b/c", 4096, -1, 1, 1},
    {"nearly a slot", FEED_SLOT_BYTES - 200, -1, 1 << 20, 1},
    {"behind it", 100000, -1, 5000, 1},
    {"a slot", FEED_SLOT_BYTES, -1, 1 << 20, 0},
    {"two slots and more", 2 * FEED_SLOT_BYTES + 77, -1, 1 << 20, 0},
    {"more than the circle", (FEED_SLOTS + 2) * FEED_SLOT_BYTES, -1, 3 << 20, 0},
    {"longer than it said", FEED_SLOT_BYTES + 5, 12, 1 << 19, 0},
    {"shorter than it said", 12, 1 << 20, 1 << 19, 1},
    {"", 3, -1, 3, 1},
};

static void files_arrive_whole(void **state)
{
    static const char *const paces[] = {"", "slow"};

    for (size_t p = 0; p < COUNT(paces); p++) {
        _cleanup_(buf_done) struct buf reply = BUF_INIT(64 << 20);
        char note[SANDBOX_NOTE_LIMIT];
        size_t at = 0;
        struct run run;

        start(&run, *state, "tell", view_of(paces[p]));
        for (size_t i = 0; i < COUNT(files); i++)
            assert_int_equal(
                give(run.feed, files[i].path,
                     files[i].announced < 0 ? files[i].len : (uint64_t)files[i].announced, i,
                     files[i].len, files[i].step, NULL),
                0);
        assert_int_equal(finish(&run, &reply, note, NULL), 0);
        for (size_t i = 0; i < COUNT(files); i++) {
            size_t pieces =
                check_file(buf_view(&reply), &at, files[i].path,
                           files[i].announced < 0 ? files[i].len : (uint64_t)files[i].announced, i,
                           files[i].len);

            if (files[i].pieces)
                assert_int_equal(pieces, files[i].pieces);
            else
                assert_true(pieces > 1);
        }
        assert_int_equal(at, reply.len);
    }
}

static void many_small_files_arrive(void **state)
{
    enum { FILES = 12000 };
    _cleanup_(buf_done) struct buf reply = BUF_INIT(64 << 20);
    char note[SANDBOX_NOTE_LIMIT];
    size_t at = 0;
    struct run run;

    start(&run, *state, "tell", VIEW_EMPTY);
    for (size_t i = 0; i < FILES; i++)
        assert_int_equal(give(run.feed, "usr/share/x", i % 3000, i, i % 3000, 4096, NULL), 0);
    assert_int_equal(finish(&run, &reply, note, NULL), 0);
    for (size_t i = 0; i < FILES; i++)
        assert_int_equal(check_file(buf_view(&reply), &at, "usr/share/x", i % 3000, i, i % 3000),
                         1);
}

static void descriptors_are_read(void **state)
{
    _cleanup_(buf_done) struct buf reply = BUF_INIT(1 << 20);
    _cleanup_close_ int fd = memfd_create("file", MFD_CLOEXEC);
    _cleanup_close_ int directory = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char note[SANDBOX_NOTE_LIMIT], bytes[1000];
    struct error err = ERROR_INIT;
    uint64_t len = 99;
    size_t at = 0;
    struct run run;

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = byte_at(5, i);
    assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
    start(&run, *state, "tell", VIEW_EMPTY);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(feed_file(run.feed, VIEW("whole"), fd, UINT64_MAX, 5, &len, &err), 0);
    assert_int_equal(len, 1000);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(feed_file(run.feed, VIEW("cut"), fd, 300, 5, &len, &err), 0);
    assert_int_equal(len, 300);
    assert_true(feed_file(run.feed, VIEW("unreadable"), directory, 300, 5, &len, &err) < 0);
    assert_int_not_equal(err.kind, ERROR_CRASH);
    assert_int_equal(len, 300);
    assert_int_equal(give(run.feed, "after it", 8, 6, 8, 8, &err), 0);
    assert_int_equal(finish(&run, &reply, note, NULL), 0);
    assert_int_equal(check_file(buf_view(&reply), &at, "whole", 1000, 5, 1000), 1);
    assert_int_equal(check_file(buf_view(&reply), &at, "cut", 1000, 5, 300), 1);
    at += sizeof(struct said); /* the unreadable one, empty */
    assert_int_equal(check_file(buf_view(&reply), &at, "after it", 8, 6, 8), 1);
}

/* Gives files until the feed says no. */
static int give_until_refused(struct feed *feed, struct error *err)
{
    for (size_t i = 0; i < 64; i++) {
        int r = give(feed, "more", 1 << 20, i, 1 << 20, 1 << 20, err);

        if (r < 0)
            return r;
    }
    return 0;
}

static void a_worker_that_dies_is_noticed(void **state)
{
    char note[SANDBOX_NOTE_LIMIT];
    struct error err = ERROR_INIT;
    struct run run;

    start(&run, *state, "tell", VIEW_EMPTY);
    assert_int_equal(give(run.feed, "harmless", 8, 1, 8, 8, &err), 0);
    assert_int_equal(give(run.feed, "deadly", 8, 2, 8, 8, &err), 0);
    assert_int_equal(give_until_refused(run.feed, &err), ERROR_CRASH);
    assert_string_equal(err.message, "the worker ended before it had read everything");
    assert_int_equal(finish(&run, NULL, note, &err), ERROR_CRASH);
    assert_string_equal(note, "deadly");
}

static void a_worker_that_stops_reading_is_noticed(void **state)
{
    char note[SANDBOX_NOTE_LIMIT];
    struct error err = ERROR_INIT;
    struct run run;

    start(&run, *state, "early", VIEW_EMPTY);
    assert_int_equal(give_until_refused(run.feed, &err), ERROR_CRASH);
    assert_int_equal(finish(&run, NULL, note, &err), 0);
}

static void the_slots_can_not_be_written(void **state)
{
    char note[SANDBOX_NOTE_LIMIT];
    struct error err = ERROR_INIT;
    struct run run;

    if (CONFINE_SANITIZED) /* it would explain the fault at length */
        skip();
    start(&run, *state, "write", VIEW_EMPTY);
    assert_int_equal(give(run.feed, "file", 8, 1, 8, 8, &err), 0);
    assert_int_not_equal(finish(&run, NULL, note, &err), 0);
}

static void an_owner_that_breaks_off_is_told(void **state)
{
    char note[SANDBOX_NOTE_LIMIT];
    struct error err = ERROR_INIT;
    struct run run;

    start(&run, *state, "tell", VIEW_EMPTY);
    assert_int_equal(give(run.feed, "file", 8, 1, 8, 8, &err), 0);
    feed_free(run.feed);
    assert_int_equal(sandbox_job_finish_noted(run.job, NULL, note, &err), ERROR_IO);
    assert_string_equal(err.message, "the feed of a worker broke off");
}

static void a_path_has_a_limit(void **state)
{
    char path[FEED_PATH_LIMIT + 1];
    char note[SANDBOX_NOTE_LIMIT];
    struct error err = ERROR_INIT;
    struct run run;

    memset(path, 'p', sizeof(path));
    start(&run, *state, "early", VIEW_EMPTY);
    assert_int_equal(feed_begin(run.feed, view_from(path, sizeof(path)), 0, 0, &err), ERROR_LIMIT);
    assert_int_equal(feed_begin(run.feed, view_from(path, sizeof(path) - 1), 0, 0, &err), 0);
    assert_int_equal(feed_end_file(run.feed, &err), 0);
    assert_int_equal(finish(&run, NULL, note, &err), 0);
}

static int start_sandbox(void **state)
{
    signal(SIGPIPE, SIG_IGN);
    return sandbox_start(ops, COUNT(ops), (struct sandbox **)state, NULL);
}

static int stop_sandbox(void **state)
{
    sandbox_stop(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_arrive_whole),
        cmocka_unit_test(many_small_files_arrive),
        cmocka_unit_test(descriptors_are_read),
        cmocka_unit_test(a_worker_that_dies_is_noticed),
        cmocka_unit_test(a_worker_that_stops_reading_is_noticed),
        cmocka_unit_test(the_slots_can_not_be_written),
        cmocka_unit_test(an_owner_that_breaks_off_is_told),
        cmocka_unit_test(a_path_has_a_limit),
    };

    return cmocka_run_group_tests(tests, start_sandbox, stop_sandbox);
}
