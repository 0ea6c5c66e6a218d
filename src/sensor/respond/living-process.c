#include "sensor/respond/living-process.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"

enum {
    TICK = 10000000,          /* nanoseconds of /proc's USER_HZ, 100 on all machines */
    KERNEL_THREAD = 0x200000, /* PF_KTHREAD of the flags in /proc/PID/stat */
    STAT_LIMIT = 4096,
};

static int gone(uint32_t pid, struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND, "process %" PRIu32 " has ended", pid);
}

static int read_file(uint32_t pid, const char *name, struct buf *to, struct error *err)
{
    char path[64];
    struct error cause = ERROR_INIT;

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/%s", pid, name);
    if (fd_read_file(path, to, &cause) == 0)
        return 0;
    if (errno == ESRCH || cause.kind == ERROR_NOT_FOUND)
        return gone(pid, err);
    if (err)
        *err = cause;
    return cause.kind;
}

/* proc(5): pid (comm) state ppid pgrp session tty tpgid flags ... starttime is the
 * 22nd. The name may hold blanks and parentheses. */
static bool parse_stat(struct view text, struct living_process *ret)
{
    ptrdiff_t open = view_find(text, '('), close = view_rfind(text, ')');
    struct view rest, comm;
    uint64_t fields[20] = {0};

    if (open < 0 || close < open || text.len < (size_t)close + 4)
        return false;
    comm = view_sub(text, (size_t)open + 1, (size_t)(close - open - 1));
    memcpy(ret->comm, comm.ptr, comm.len < sizeof(ret->comm) ? comm.len : sizeof(ret->comm) - 1);
    rest = view_sub(text, (size_t)close + 2, text.len);
    ret->has_ended = rest.ptr[0] == 'Z' || rest.ptr[0] == 'X';
    for (size_t i = 0; i < 20; i++)
        if (!view_to_u64(view_cut(&rest, ' '), &fields[i]) && i == 19)
            return false;
    ret->parent = (uint32_t)fields[1];
    ret->is_kernel_thread = fields[6] & KERNEL_THREAD;
    ret->start = fields[19] * TICK;
    return true;
}

int living_process_read(uint32_t pid, struct living_process *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(STAT_LIMIT);
    struct living_process process = {.pid = pid};
    int r = read_file(pid, "stat", &text, err);

    if (r < 0)
        return r;
    if (!parse_stat(buf_view(&text), &process))
        return error_set(err, ERROR_IO, "/proc/%" PRIu32 "/stat makes no sense", pid);
    *ret = process;
    return 0;
}

static int open_pidfd(uint32_t pid)
{
    return (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
}

/* The descriptor comes first: what /proc says afterwards is about the same process
 * when that still lives behind it. */
int living_process_open(uint32_t pid, uint64_t start, int *ret_fd, struct error *err)
{
    _cleanup_close_ int fd = -1;
    struct living_process process;
    int r;

    if (pid == 0 || pid > INT32_MAX)
        return gone(pid, err);
    fd = open_pidfd(pid);
    if (fd < 0 && (errno == ESRCH || errno == EINVAL)) /* EINVAL: a thread's */
        return gone(pid, err);
    if (fd < 0)
        return error_errno(err, "process %" PRIu32, pid);
    r = living_process_read(pid, &process, err);
    if (r < 0)
        return r;
    if (process.start / TICK != start / TICK || process.has_ended ||
        syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0) < 0)
        return gone(pid, err);
    *ret_fd = take_fd(&fd);
    return 0;
}

static void closedir_p(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

int living_process_list(struct arena *arena, struct living_process **ret, size_t *ret_count,
                        struct error *err)
{
    _cleanup_(closedir_p) DIR *folder = opendir("/proc");
    struct living_process *list = NULL;
    struct dirent *entry;
    size_t count = 0;

    if (!folder)
        return error_errno(err, "/proc");
    while ((entry = readdir(folder)) && count < LIVING_PROCESS_LIMIT) {
        struct living_process process, *added;
        uint64_t pid;

        if (!view_to_u64(view_of(entry->d_name), &pid) || pid > INT32_MAX ||
            living_process_read((uint32_t)pid, &process, NULL) < 0 || process.has_ended)
            continue;
        added = arena_push(arena, &list, &count, sizeof(*list));
        if (!added)
            return error_memory(err);
        *added = process;
    }
    *ret = list;
    *ret_count = count;
    return 0;
}

static bool is_same_program(uint32_t pid)
{
    char path[64];
    struct stat mine, its;

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/exe", pid);
    return stat("/proc/self/exe", &mine) == 0 && stat(path, &its) == 0 &&
           mine.st_dev == its.st_dev && mine.st_ino == its.st_ino;
}

bool living_process_is_ours(const struct living_process *process)
{
    static const char *const names[] = {"plimsoll-sensor", LIVING_GUARD_NAME};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strncmp(process->comm, names[i], strlen(names[i])) == 0)
            return is_same_program(process->pid);
    return false;
}

int living_process_cgroups(uint32_t pid, struct arena *arena, struct cgroup_line **ret,
                           size_t *ret_count, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(LIVING_CGROUPS_LIMIT);
    struct cgroup_line *list = NULL;
    size_t count = 0;
    struct view rest;
    int r = read_file(pid, "cgroup", &text, err);

    if (r < 0)
        return r;
    rest = arena_copy(arena, buf_view(&text));
    while (rest.ptr) {
        struct view line = view_line(&rest);
        struct cgroup_line *added;

        view_cut(&line, ':'); /* number of the hierarchy */
        if (!line.ptr)
            continue;
        added = arena_push(arena, &list, &count, sizeof(*list));
        if (!added)
            return error_memory(err);
        added->controllers = view_cut(&line, ':');
        added->path = line;
    }
    *ret = list;
    *ret_count = count;
    return 0;
}

bool living_process_container(uint32_t pid, struct arena *arena, struct cgroup_owner *ret,
                              struct view *ret_path)
{
    struct cgroup_line *lines;
    size_t count;

    if (living_process_cgroups(pid, arena, &lines, &count, NULL) < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (cgroup_path_owner(lines[i].path, ret)) {
            *ret_path = lines[i].path;
            return true;
        }
    return false;
}

int living_process_check_mounts(uint32_t pid, struct error *err)
{
    char path[64];
    struct stat its, host;

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/ns/mnt", pid);
    if (stat(path, &its) < 0)
        return error_errno(err, "%s", path);
    if ((stat("/proc/1/ns/mnt", &host) == 0 && host.st_ino == its.st_ino) ||
        (stat("/proc/self/ns/mnt", &host) == 0 && host.st_ino == its.st_ino))
        return error_set(err, ERROR_DENIED, "process %" PRIu32 " uses the host's mounts", pid);
    return 0;
}

static int64_t nanoseconds(struct timespec time)
{
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

int64_t living_process_began(const struct living_process *process)
{
    struct timespec boot, real;

    clock_gettime(CLOCK_BOOTTIME, &boot);
    clock_gettime(CLOCK_REALTIME, &real);
    return nanoseconds(real) - nanoseconds(boot) + (int64_t)process->start;
}
