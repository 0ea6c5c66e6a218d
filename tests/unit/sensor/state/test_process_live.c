/* The table of this machine's processes, held against /proc while others come and go.
 * As root, where the kernel takes programs; else 77. */
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "sensor/collect/probe.h"
#include "sensor/state/container-table.h"
#include "sensor/state/process-table.h"
#include "sensor/syscall/syscall.h"

enum { FAMILIES = 200, STAYING = 40, TICK = 10000000, TEXT = 8192, ROUNDS = 20 };

struct live {
    struct probe *probe;
    struct container_table *containers;
    struct process_table *table;
    uint64_t events;
};

static void take(const struct sensor_event *event, void *context)
{
    struct live *live = context;

    live->events++;
    process_table_apply(live->table, event);
    process_table_finish(live->table, event);
}

static void drain(struct live *live)
{
    int r;

    while ((r = probe_read(live->probe, 0, take, live, NULL)) > 0)
        ;
    assert_int_equal(r, 0);
}

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_BOOTTIME, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void start(struct live *live)
{
    static struct filter filter;
    struct error err = ERROR_INIT;

    *live = (struct live){0};
    if (geteuid() != 0 || probe_open(&(struct probe_options){0}, &live->probe, &err) < 0 ||
        probe_attach(live->probe, &err) < 0) {
        fprintf(stderr, "skipped: no programs can be loaded here: %s\n", err.message);
        exit(77);
    }
    syscall_plan(filter.calls);
    assert_int_equal(probe_set_filter(live->probe, &filter, NULL), 0);
    assert_int_equal(container_table_new(&live->containers, NULL), 0);
    assert_int_equal(process_table_new(live->containers, &live->table, NULL), 0);
    process_table_begin_snapshot(live->table);
    assert_true(probe_snapshot(live->probe, take, live, NULL) >= 0);
    process_table_end_snapshot(live->table, now());
}

static void stop(struct live *live)
{
    probe_close(live->probe);
    process_table_free(live->table);
    container_table_free(live->containers);
}

/* ---- Comings and goings ---- */

/* Forks a child that changes itself, one that stays and one that is orphaned. */
static void family(int number, int until, int keeps)
{
    char name[16], c;

    close(keeps); /* or it would never end */
    if (fork() == 0) {
        if (fork() == 0)
            _exit(0);
        snprintf(name, sizeof(name), "orphan-%d", number);
        prctl(PR_SET_NAME, name);
        if (number % (FAMILIES / STAYING) == 0) {
            if (chdir("/usr") < 0 || read(until, &c, 1) < 0)
                _exit(1);
        } else if (number % 7 == 0) {
            execl("/bin/true", "true", "an argument", NULL);
        }
        _exit(0);
    }
    _exit(0);
}

static void come_and_go(int until, int keeps, struct live *live)
{
    for (int i = 0; i < FAMILIES; i++) {
        pid_t child = fork();

        if (child == 0)
            family(i, until, keeps);
        waitpid(child, NULL, 0);
        if (i % 16 == 0)
            drain(live);
    }
}

/* ---- What /proc says ---- */

static struct view read_proc(uint32_t pid, const char *name, char to[static TEXT])
{
    char path[64];
    _cleanup_close_ int fd = -1;
    ssize_t len;

    snprintf(path, sizeof(path), "/proc/%u/%s", pid, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    len = fd < 0 ? 0 : read(fd, to, TEXT);
    return view_from(to, len < 0 ? 0 : (size_t)len);
}

static struct view read_proc_link(uint32_t pid, const char *name, char to[static TEXT])
{
    char path[64];
    ssize_t len;

    snprintf(path, sizeof(path), "/proc/%u/%s", pid, name);
    len = readlink(path, to, TEXT);
    return view_from(to, len < 0 ? 0 : (size_t)len);
}

struct seen {
    char state;
    uint64_t start, parent;
};

static bool read_stat(uint32_t pid, struct seen *ret)
{
    char text[TEXT];
    struct view rest = read_proc(pid, "stat", text);
    ptrdiff_t close = view_rfind(rest, ')');

    *ret = (struct seen){0};
    if (close < 0)
        return false;
    rest = view_sub(rest, (size_t)close + 2, rest.len);
    ret->state = rest.ptr[0];
    for (int i = 0; i < 20; i++) {
        struct view word = view_word(&rest);

        if (i == 1)
            view_to_u64(word, &ret->parent);
        if (i == 19)
            view_to_u64(word, &ret->start);
    }
    return ret->state != 'Z' && ret->state != 'X';
}

/* Nothing of it when the process is gone or changes meanwhile. */
static unsigned compare(const struct process *process, uint32_t pid)
{
    char text[TEXT];
    struct view comm = view_trim(read_proc(pid, "comm", text));
    struct seen seen;
    unsigned wrong = 0;

    if (!read_stat(pid, &seen))
        return 0;
    if (process && process->made_up && pid == 1) {
        print_message("1 (%.*s): the kernel's iterator hides it here\n", VIEW_ARG(comm));
        return 0;
    }
    if (!process || process->start / TICK != seen.start) {
        print_message("%u (%.*s): %s\n", pid, VIEW_ARG(comm), process ? "another" : "missing");
        return 1;
    }
    wrong += !(process->flags & SENSOR_KERNEL_THREAD) &&
             strncmp(process->comm, comm.ptr, SENSOR_COMM_SIZE - 1) != 0 &&
             strncmp(process->comm, comm.ptr, comm.len) != 0;
    wrong += seen.parent == 1 || !process->parent
                 ? 0 /* perhaps an orphan: its true parent is known here only */
                 : process->parent->ended == 0 && process->parent->pid != seen.parent;
    if (process->image) {
        struct view exe = read_proc_link(pid, "exe", text);

        exe = view_strip_suffix(exe, VIEW(" (deleted)"));
        if (view_starts(exe, VIEW("/memfd:"))) /* it is in no directory */
            exe = view_sub(exe, 1, exe.len);
        wrong += exe.len && !view_eq(exe, process->image->exepath);
        exe = read_proc_link(pid, "cwd", text);
        wrong += exe.len && !view_eq(view_strip_suffix(exe, VIEW(" (deleted)")), process->cwd);
    }
    if (wrong)
        print_message("%u (%u wrong): comm %.16s, exe %.*s, cwd %.*s, parent %u (%lu)\n", pid,
                      wrong, process->comm,
                      VIEW_ARG(process->image ? process->image->exepath : VIEW_EMPTY),
                      VIEW_ARG(process->cwd), process->parent ? process->parent->pid : 0,
                      (unsigned long)seen.parent);
    return wrong;
}

static void closedir_p(DIR **folder)
{
    closedir(*folder);
}

/* All that live. */
static unsigned compare_all(const struct live *live)
{
    _cleanup_(closedir_p) DIR *folder = opendir("/proc");
    uint64_t before = now();
    struct dirent *entry;
    unsigned wrong = 0;

    while ((entry = readdir(folder))) {
        struct seen seen;
        uint64_t pid;

        if (view_to_u64(view_of(entry->d_name), &pid) && read_stat((uint32_t)pid, &seen) &&
            seen.start < before / TICK)
            wrong += compare(process_table_find(live->table, (uint32_t)pid), (uint32_t)pid);
    }
    return wrong;
}

static void count_orphans(const struct live *live, unsigned *ret, const struct process *self)
{
    _cleanup_(closedir_p) DIR *folder = opendir("/proc");
    struct dirent *entry;

    while ((entry = readdir(folder))) {
        const struct process *process;
        uint64_t pid;

        if (!view_to_u64(view_of(entry->d_name), &pid))
            continue;
        process = process_table_find(live->table, (uint32_t)pid);
        if (!process || strncmp(process->comm, "orphan-", 7) != 0)
            continue;
        /* orphan <- its ended parent <- this test */
        assert_true(process->parent->ended > 0);
        assert_ptr_equal(process->parent->parent, self);
        assert_view(process->cwd, "/usr");
        ++*ret;
    }
}

static void test_against_proc(void **state)
{
    struct live live;
    unsigned orphans = 0, wrong = 1;
    int ends[2];

    (void)state;
    start(&live);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    come_and_go(ends[0], ends[1], &live);
    /* Others on this machine run programs between what is told and what is looked at. */
    for (int i = 0; i < ROUNDS && wrong; i++) {
        drain(&live);
        wrong = compare_all(&live);
    }
    assert_int_equal(wrong, 0);
    count_orphans(&live, &orphans, process_table_find(live.table, (uint32_t)getpid()));
    assert_int_equal(orphans, STAYING);
    close(ends[1]);
    close(ends[0]);
    print_message("%lu events, %lu processes, %lu made up, %lu missed, %lu bytes\n",
                  (unsigned long)live.events,
                  (unsigned long)process_table_counts(live.table).processes,
                  (unsigned long)process_table_counts(live.table).made_up,
                  (unsigned long)process_table_counts(live.table).missed_ends,
                  (unsigned long)process_table_counts(live.table).bytes);
    assert_int_equal(process_table_counts(live.table).made_up, 0);
    assert_int_equal(probe_counts(live.probe).state_gaps, 0);
    stop(&live);
}

RUN_TESTS(cmocka_unit_test(test_against_proc))
