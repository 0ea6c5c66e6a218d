#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "sensor/respond/journal.h"

struct fixture {
    char directory[64], path[96];
    struct arena *arena;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    strcpy(f->directory, "/tmp/journal-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    snprintf(f->path, sizeof(f->path), "%s/new/journal.jsonl", f->directory);
    f->arena = arena_new(64 << 20);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char directory[96];

    unlink(f->path);
    snprintf(directory, sizeof(directory), "%s/new", f->directory);
    rmdir(directory);
    rmdir(f->directory);
    arena_free(f->arena);
    free(f);
    return 0;
}

static struct journal_entry an_entry(void)
{
    return (struct journal_entry){
        .action = VIEW("pause"),
        .who = VIEW("rule Reverse shell"),
        .why = VIEW("odd bytes: \" \\ \n \x01 \xe4\xb8\xad"),
        .target = {.pid = 77,
                   .start = 1234567890123,
                   .runtime = CONTAINER_PODMAN,
                   .container_id = VIEW("0123abc"),
                   .cgroup = VIEW("/machine.slice/libpod-0123abc.scope"),
                   .container_name = VIEW("web"),
                   .image = VIEW("nginx:1"),
                   .pod_namespace = VIEW("shop"),
                   .pod_name = VIEW("web-1")},
    };
}

static size_t read_all(const struct fixture *f, struct journal_entry **ret, size_t want_broken)
{
    size_t count, broken;

    assert_int_equal(journal_read(f->path, f->arena, ret, &count, &broken, NULL), 0);
    assert_int_equal(broken, want_broken);
    return count;
}

static void test_round_trip(void **state)
{
    const struct fixture *f = *state;
    _cleanup_(journal_close_p) struct journal *journal = NULL;
    struct journal_entry entry = an_entry(), failing = {.action = VIEW("kill"), .dry_run = true};
    struct journal_entry *list, found;
    char first[JOURNAL_ID_SIZE], second[JOURNAL_ID_SIZE];
    struct stat file;

    assert_int_equal(journal_open(f->path, &journal, NULL), 0);
    assert_int_equal(stat(f->path, &file), 0);
    assert_int_equal(file.st_mode & 07777, 0600);
    assert_int_equal(journal_intend(journal, &entry, first, NULL), 0);
    assert_int_equal(journal_intend(journal, &failing, second, NULL), 0);
    assert_true(strcmp(first, second) < 0);
    assert_int_equal(read_all(f, &list, 0), 2);
    assert_view(list[0].id, first);
    assert_int_equal(list[0].state, JOURNAL_INTENDED);
    assert_int_equal(list[0].time, entry.time);
    assert_view(list[0].why, "odd bytes: \" \\ \n \x01 \xe4\xb8\xad");
    assert_int_equal(list[0].target.pid, 77);
    assert_int_equal(list[0].target.start, 1234567890123);
    assert_int_equal(list[0].target.runtime, CONTAINER_PODMAN);
    assert_view(list[0].target.cgroup, "/machine.slice/libpod-0123abc.scope");
    assert_view(list[0].target.pod_name, "web-1");
    assert_false(list[0].dry_run);
    assert_true(list[1].dry_run);

    entry.state = JOURNAL_DONE;
    entry.undo = VIEW("/sys/fs/cgroup/x");
    assert_int_equal(journal_settle(journal, &entry, NULL), 0);
    failing.state = JOURNAL_FAILED;
    failing.outcome = VIEW("process 7 has ended");
    assert_int_equal(journal_settle(journal, &failing, NULL), 0);
    assert_int_equal(journal_find(f->path, view_of(first), f->arena, &found, NULL), 0);
    assert_int_equal(found.state, JOURNAL_DONE);
    assert_view(found.undo, "/sys/fs/cgroup/x");
    assert_view(found.who, "rule Reverse shell");
    entry.state = JOURNAL_UNDONE;
    entry.undo = VIEW_EMPTY;
    entry.undone_by = VIEW("uid 0");
    assert_int_equal(journal_settle(journal, &entry, NULL), 0);
    assert_int_equal(read_all(f, &list, 0), 2);
    assert_int_equal(list[0].state, JOURNAL_UNDONE);
    assert_view(list[0].undo, "/sys/fs/cgroup/x");
    assert_view(list[0].undone_by, "uid 0");
    assert_view(list[1].outcome, "process 7 has ended");
    assert_int_equal(journal_find(f->path, VIEW("nothing"), f->arena, &found, NULL),
                     ERROR_NOT_FOUND);
}

/* The next action is found under the name; what belongs to the one before stays with it. */
static void test_rotated(void **state)
{
    const struct fixture *f = *state;
    _cleanup_(journal_close_p) struct journal *journal = NULL;
    struct journal_entry entry = an_entry(), *list;
    char id[JOURNAL_ID_SIZE], away[128];

    snprintf(away, sizeof(away), "%s.1", f->path);
    assert_int_equal(journal_open(f->path, &journal, NULL), 0);
    assert_int_equal(journal_intend(journal, &entry, id, NULL), 0);
    assert_int_equal(rename(f->path, away), 0);
    entry.state = JOURNAL_DONE;
    assert_int_equal(journal_settle(journal, &entry, NULL), 0);
    assert_int_equal(access(f->path, F_OK), -1);
    assert_int_equal(journal_intend(journal, &entry, id, NULL), 0);
    entry.state = JOURNAL_FAILED;
    assert_int_equal(journal_settle(journal, &entry, NULL), 0);
    assert_int_equal(read_all(f, &list, 0), 1);
    assert_int_equal(list[0].state, JOURNAL_FAILED);
    assert_int_equal(rename(away, f->path), 0);
    assert_int_equal(read_all(f, &list, 0), 1);
    assert_int_equal(list[0].state, JOURNAL_DONE);
}

/* A disk that was full for a while: lines that it took are written again. */
static void test_written_twice(void **state)
{
    const struct fixture *f = *state;
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
    struct journal *journal = NULL;
    struct journal_entry entry = an_entry(), *list;
    char id[JOURNAL_ID_SIZE];
    int fd;

    assert_int_equal(journal_open(f->path, &journal, NULL), 0);
    assert_int_equal(journal_intend(journal, &entry, id, NULL), 0);
    journal_close(journal);
    assert_int_equal(fd_read_file(f->path, &text, NULL), 0);
    fd = open(f->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(fd_write_all(fd, buf_view(&text), NULL), 0);
    close(fd);
    assert_int_equal(read_all(f, &list, 0), 1);
}

/* The program died within a line: the line is left, and the next one stands alone. */
static void test_broken(void **state)
{
    const struct fixture *f = *state;
    struct journal *journal = NULL;
    struct journal_entry entry = an_entry(), *list;
    char id[JOURNAL_ID_SIZE];
    struct stat file;

    assert_int_equal(journal_open(f->path, &journal, NULL), 0);
    assert_int_equal(journal_intend(journal, &entry, id, NULL), 0);
    assert_int_equal(journal_intend(journal, &entry, id, NULL), 0);
    journal_close(journal);
    assert_int_equal(stat(f->path, &file), 0);
    assert_int_equal(truncate(f->path, file.st_size - 20), 0);
    assert_int_equal(read_all(f, &list, 1), 1);
    assert_int_equal(journal_open(f->path, &journal, NULL), 0);
    assert_int_equal(journal_intend(journal, &entry, id, NULL), 0);
    journal_close(journal);
    assert_int_equal(read_all(f, &list, 1), 2);
    assert_view(list[1].id, id);
}

static void test_foreign_lines(void **state)
{
    const struct fixture *f = *state;
    static const struct {
        const char *line;
        size_t entries, broken;
    } cases[] = {
        {"", 0, 0},
        {"\n\n", 0, 0},
        {"no JSON\n", 0, 1},
        {"[]\n", 0, 1},
        {"{\"id\":\"1\",\"state\":\"intended\"}\n", 1, 0},
        {"{\"id\":\"1\",\"state\":\"odd\"}\n", 0, 1},
        {"{\"state\":\"intended\"}\n", 0, 1},
        {"{\"id\":\"1\",\"state\":\"done\"}\n", 0, 1}, /* nobody intended it */
        {"{\"id\":\"1\",\"state\":\"intended\"}\n{\"id\":\"1\",\"state\":\"intended\"}\n", 1, 0},
        {"{\"id\":\"1\",\"time\":1,\"state\":\"intended\"}\n"
         "{\"id\":\"1\",\"time\":2,\"state\":\"intended\"}\n",
         1, 1}, /* another action of that name */
        {"{\"id\":\"1\",\"state\":\"intended\",\"pid\":4294967296}\n", 0, 1},
        {"{\"id\":\"1234567890123456789012345678901234\",\"state\":\"intended\"}\n", 0, 1},
    };
    struct journal *journal = NULL;

    assert_int_equal(journal_open(f->path, &journal, NULL), 0);
    journal_close(journal);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct journal_entry *list;
        size_t count, broken;
        int fd = open(f->path, O_WRONLY | O_TRUNC | O_CLOEXEC);

        assert_int_equal(fd_write_all(fd, view_of(cases[i].line), NULL), 0);
        close(fd);
        assert_int_equal(journal_read(f->path, f->arena, &list, &count, &broken, NULL), 0);
        if (count != cases[i].entries || broken != cases[i].broken)
            fail_msg("%s: %zu entries, %zu broken", cases[i].line, count, broken);
    }
}

/* Where nothing can be written an entry waits, and the id is there. */
static void test_full(void **state)
{
    struct journal *journal = NULL;
    struct journal_entry entry = an_entry();
    char id[JOURNAL_ID_SIZE] = "";
    struct error err = ERROR_INIT;

    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_int_equal(journal_open("/dev/full", &journal, NULL), 0);
    for (int i = 0; i < 10000; i++)
        assert_true(journal_intend(journal, &entry, id, &err) < 0);
    assert_true(id[0] != '\0');
    journal_close(journal);
}

RUN_TESTS(cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
          cmocka_unit_test_setup_teardown(test_rotated, set_up, tear_down),
          cmocka_unit_test_setup_teardown(test_written_twice, set_up, tear_down),
          cmocka_unit_test_setup_teardown(test_broken, set_up, tear_down),
          cmocka_unit_test_setup_teardown(test_foreign_lines, set_up, tear_down),
          cmocka_unit_test(test_full))
