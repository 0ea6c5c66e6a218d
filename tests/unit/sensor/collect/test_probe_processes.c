/* Processes that are forked, run programs and end, and those that are there. As root. */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"

#include "watch.h"

#include "test.h"

static struct watch watch;
static char folder[] = "/tmp/plimsoll-probe-XXXXXX";

#define STEP(number, condition)                                                                    \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return 100 + (number);                                                                 \
    } while (0)

static int run_odd_name(void *context)
{
    char odd[] = "odd \xff\n", empty[] = "", words[] = "two words";
    char *const arguments[] = {odd, empty, words, NULL}, *const none[] = {NULL};

    (void)context;
    STEP(1, chdir(folder) == 0);
    execve("./\xff\x01true", arguments, none);
    return 102;
}

static void programs(void **state)
{
    const struct sensor_process *process;
    const struct sensor_event *event;
    struct view arguments;
    char want[256];

    (void)state;
    watch_run(&watch, run_odd_name, NULL);
    event = watch_find(&watch, SENSOR_EXEC, NULL, 0);
    process = watch_process(event);
    snprintf(want, sizeof(want), "%s/\xff\x01true", folder);
    assert_string_equal(watch_text(event, SENSOR_EXE, -1), want);
    assert_string_equal(watch_text(event, SENSOR_FILENAME, -1), "./\xff\x01true");
    assert_string_equal(watch_text(event, SENSOR_CWD, -1), folder);
    assert_true(record_find(event, SENSOR_ARGUMENTS, -1, &arguments));
    assert_int_equal(arguments.len, 18);
    assert_memory_equal(arguments.ptr, "odd \xff\n\0\0two words", 18);
    assert_string_equal(process->comm, "\xff\x01true");
    assert_int_equal(process->parent, getpid());
    assert_int_equal(process->vpid, event->pid);
    assert_true(process->flags & SENSOR_EXE_WRITABLE);
    assert_false(process->flags & (SENSOR_EXE_MEMFD | SENSOR_EXE_DELETED));
    assert_null(record_parameter(event, SENSOR_ROOT, -1));
    event = watch_find(&watch, SENSOR_EXIT, NULL, 0);
    assert_int_equal(event->result, 0);
}

static int run_memfd(void *context)
{
    _cleanup_close_ int from = open("/bin/true", O_RDONLY | O_CLOEXEC);
    int to = memfd_create("payload", MFD_CLOEXEC);
    char name[] = "payload";
    char *const arguments[] = {name, NULL}, *const none[] = {NULL};
    char block[4096];
    ssize_t size;

    (void)context;
    while ((size = read(from, block, sizeof(block))) > 0)
        STEP(1, write(to, block, (size_t)size) == size);
    syscall(SYS_execveat, to, "", arguments, none, AT_EMPTY_PATH);
    return 102;
}

static void programs_in_memory(void **state)
{
    const struct sensor_event *event;

    (void)state;
    watch_run(&watch, run_memfd, NULL);
    event = watch_find(&watch, SENSOR_EXEC, "execveat", 0);
    assert_true(watch_process(event)->flags & SENSOR_EXE_MEMFD);
    assert_string_equal(watch_text(event, SENSOR_EXE, -1), "memfd:payload");
}

static int run_from_overlay(void *context)
{
    char options[512], path[256];
    char name[] = "true";
    char *const arguments[] = {name, NULL}, *const none[] = {NULL};
    bool upper = *(bool *)context;

    STEP(1, unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    STEP(2, chdir(folder) == 0 && mount("x", "layers", "tmpfs", 0, NULL) == 0);
    STEP(3, mkdir("layers/u", 0755) == 0 && mkdir("layers/w", 0755) == 0 &&
                mkdir("layers/m", 0755) == 0);
    snprintf(options, sizeof(options), "lowerdir=%s/lower,upperdir=%s/layers/u,workdir=%s/layers/w",
             folder, folder, folder);
    snprintf(path, sizeof(path), "%s/layers/m/true", folder);
    if (mount("overlay", "layers/m", "overlay", 0, options))
        return 99;
    STEP(5, !upper || chmod(path, 0700) == 0);
    execve(path, arguments, none);
    return 106;
}

static void programs_in_overlays(void **state)
{
    (void)state;
    for (unsigned upper = 0; upper < 2; upper++) {
        bool context = upper;
        const struct sensor_event *event;

        watch_run(&watch, run_from_overlay, &context);
        event = watch_find(&watch, SENSOR_EXEC, NULL, 0);
        if (!event) {
            print_message("skipped: no overlay can be mounted here\n");
            return;
        }
        assert_true(watch_process(event)->flags & (upper ? SENSOR_EXE_UPPER : SENSOR_EXE_LOWER));
        assert_false(watch_process(event)->flags & (upper ? SENSOR_EXE_LOWER : SENSOR_EXE_UPPER));
    }
}

static int fork_and_rename(void *context)
{
    pid_t pid = fork();
    int status;

    (void)context;
    if (pid == 0)
        _exit(7);
    STEP(1, waitpid(pid, &status, 0) == pid);
    STEP(2, prctl(PR_SET_NAME, "another name") == 0);
    return 3;
}

static void forks(void **state)
{
    const struct sensor_event *event;

    (void)state;
    watch_run(&watch, fork_and_rename, NULL);
    /* The first fork is this test's own, of the child. */
    event = watch_find(&watch, SENSOR_FORK, NULL, 0);
    assert_int_equal(event->other, watch.pid);
    event = watch_find(&watch, SENSOR_FORK, "clone", 1);
    assert_int_equal(event->pid, watch.pid);
    assert_int_equal(watch_process(event)->parent, watch.pid);
    assert_int_equal(watch_process(event)->pid, event->other);
    event = watch_find(&watch, SENSOR_RENAME, NULL, 0);
    assert_string_equal(watch_text(event, SENSOR_COMM, -1), "another name");
    event = watch_find(&watch, SENSOR_EXIT, NULL, 0);
    assert_int_equal(WEXITSTATUS(event->result), 3);
}

struct seen {
    struct watch *watch;
    size_t processes, cgroups;
    bool self, unknown;
};

static void compare_self(const struct sensor_event *event)
{
    const struct sensor_process *process = watch_process(event);
    char want[4096] = {0};
    struct stat info;
    struct view arguments;
    _cleanup_(buf_done) struct buf line = BUF_INIT(65536);

    assert_true(readlink("/proc/self/exe", want, sizeof(want) - 1) > 0);
    assert_string_equal(watch_text(event, SENSOR_EXE, -1), want);
    assert_non_null(getcwd(want, sizeof(want)));
    assert_string_equal(watch_text(event, SENSOR_CWD, -1), want);
    assert_int_equal(stat("/proc/self/exe", &info), 0);
    assert_int_equal(process->exe_inode, info.st_ino);
    assert_int_equal(process->exe_mtime,
                     (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec);
    assert_int_equal(process->exe_ctime,
                     (int64_t)info.st_ctim.tv_sec * 1000000000 + info.st_ctim.tv_nsec);
    assert_int_equal(process->parent, getppid());
    assert_int_equal(process->sid, getsid(0));
    assert_int_equal(process->pgid, getpgid(0));
    assert_int_equal(stat("/proc/self/ns/pid", &info), 0);
    assert_int_equal(process->pid_namespace, info.st_ino);
    assert_int_equal(stat("/proc/self/ns/mnt", &info), 0);
    assert_int_equal(process->mount_namespace, info.st_ino);
    assert_int_equal(stat("/proc/self/ns/net", &info), 0);
    assert_int_equal(process->net_namespace, info.st_ino);
    assert_int_equal(fd_read_file("/proc/self/cmdline", &line, NULL), 0);
    assert_true(record_find(event, SENSOR_ARGUMENTS, -1, &arguments));
    assert_true(view_eq(arguments, buf_view(&line)));
}

static void look_at(const struct sensor_event *event, void *context)
{
    struct seen *seen = context;

    assert_int_equal(record_check(view_from(event, event->size), NULL), 0);
    seen->cgroups += event->kind == SENSOR_CGROUP_MAKE;
    seen->processes += event->kind == SENSOR_PROCESS;
    if (event->kind != SENSOR_PROCESS || event->pid != (uint32_t)getpid())
        return;
    seen->self = true;
    compare_self(event);
}

/* A zombie is no process any more: a snapshot leaves it out. */
static bool is_zombie(const char *pid)
{
    _cleanup_(buf_done) struct buf stat = BUF_INIT(4096);
    char path[300];
    ptrdiff_t name_end;

    snprintf(path, sizeof(path), "/proc/%s/stat", pid);
    if (fd_read_file(path, &stat, NULL) < 0)
        return true;
    name_end = view_rfind(buf_view(&stat), ')');
    return name_end < 0 || strchr("ZX", stat.ptr[name_end + 2]);
}

static size_t count_processes(void)
{
    DIR *directory = opendir("/proc");
    const struct dirent *entry;
    size_t count = 0;

    while ((entry = readdir(directory)))
        count += entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && !is_zombie(entry->d_name);
    closedir(directory);
    return count;
}

static void snapshot(void **state)
{
    struct seen seen = {.watch = &watch};
    size_t before = count_processes(), after;
    struct error err = ERROR_INIT;

    (void)state;
    assert_int_equal(probe_snapshot(watch.probe, look_at, &seen, &err), 0);
    after = count_processes();
    assert_true(seen.self);
    /* Others come and go meanwhile. */
    assert_true(seen.processes + 50 > (before < after ? before : after));
    assert_true(seen.cgroups > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs),
        cmocka_unit_test(programs_in_memory),
        cmocka_unit_test(programs_in_overlays),
        cmocka_unit_test(forks),
        cmocka_unit_test(snapshot),
    };
    char command[512];
    int failed;

    if (!watch_open(&watch, 0))
        return 77;
    if (!mkdtemp(folder))
        return 1;
    snprintf(command, sizeof(command),
             "cd %s && cp /bin/true \"$(printf '\\377\\001true')\" && mkdir lower layers && "
             "cp /bin/true lower",
             folder);
    if (system(command))
        return 1;
    watch_set_filter(&watch);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    watch_close(&watch);
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command) ? 1 : failed;
}
