#include "sensor/respond/exec-guard.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/fanotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"

enum {
    MOUNTS_LIMIT = 4 << 20,
    NAME_SIZE = 16, /* of a process, with its NUL */
    NAME_DIGITS = 7,
    LIST_LIMIT = 64 << 20,
    FANOTIFY = 3, /* descriptors of the guard */
    CONTAINER = 4,
};

/* ---- The guard ---- */

static int64_t nanoseconds(struct timespec time)
{
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static bool is_old(int fd, int64_t began)
{
    struct stat file;

    return fstat(fd, &file) < 0 || nanoseconds(file.st_ctim) <= began;
}

static void set_alarm(int milliseconds)
{
    setitimer(ITIMER_REAL,
              &(struct itimerval){.it_value = {milliseconds / 1000, milliseconds % 1000 * 1000}},
              NULL);
}

/* Answers what was asked; the alarm ends a guard that hangs. */
static void answer(const struct fanotify_event_metadata *event, int64_t began)
{
    struct fanotify_response response = {.fd = event->fd, .response = FAN_ALLOW};
    ssize_t written;

    if (event->fd < 0)
        return;
    if (event->mask & FAN_OPEN_EXEC_PERM) {
        if (!is_old(event->fd, began))
            response.response = FAN_DENY;
        written = write(FANOTIFY, &response, sizeof(response));
        (void)written; /* one that can't be answered has gone away */
    }
    close(event->fd);
}

static void answer_all(int64_t began)
{
    char events[8192] __attribute__((aligned(__alignof__(struct fanotify_event_metadata))));
    ssize_t size = read(FANOTIFY, events, sizeof(events));
    const struct fanotify_event_metadata *event = (const void *)events;

    set_alarm(GUARD_ANSWER_LIMIT);
    while (FAN_EVENT_OK(event, size)) {
        answer(event, began);
        event = FAN_EVENT_NEXT(event, size);
    }
    set_alarm(0);
}

static void guard(int64_t began) __attribute__((noreturn));

/* Until the container's first process ends. */
static void guard(int64_t began)
{
    struct pollfd watched[] = {{.fd = FANOTIFY, .events = POLLIN},
                               {.fd = CONTAINER, .events = POLLIN}};

    for (;;) {
        if (poll(watched, 2, -1) < 0 && errno != EINTR)
            _exit(1);
        if (watched[0].revents)
            answer_all(began);
        if (watched[1].revents)
            _exit(0);
    }
}

/* ---- Starting it ---- */

struct parts {
    int fanotify, container, null, report;
    int64_t began; /* nanoseconds since 1970 */
    char name[NAME_SIZE];
};

/* In a copy of a process with threads: nothing but system calls from here on. */
static void become_guard(const struct parts *parts) __attribute__((noreturn));

static void become_guard(const struct parts *parts)
{
    sigset_t none;
    uint32_t pid = (uint32_t)getpid();

    setsid();
    prctl(PR_SET_NAME, parts->name);
    for (int signal = 1; signal < NSIG; signal++)
        sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (write(parts->report, &pid, sizeof(pid)) != sizeof(pid))
        _exit(1);
    /* Out of the way first, since the wanted numbers may be taken by one another. */
    int fanotify = fcntl(parts->fanotify, F_DUPFD, 10),
        container = fcntl(parts->container, F_DUPFD, 10);

    for (int fd = 0; fd < FANOTIFY; fd++)
        dup2(parts->null, fd);
    if (dup2(fanotify, FANOTIFY) < 0 || dup2(container, CONTAINER) < 0 ||
        syscall(SYS_close_range, CONTAINER + 1, ~0U, 0) < 0)
        _exit(1);
    guard(parts->began);
}

/* Twice, so that the guard is nobody's child and leaves no zombie. */
static int fork_guard(struct parts *parts, uint32_t *ret_pid, struct error *err)
{
    int ends[2];
    _cleanup_close_ int read_end = -1;
    ssize_t size;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, "a pipe");
    read_end = ends[0];
    parts->report = ends[1];
    child = fork();
    if (child == 0) {
        if (fork() == 0)
            become_guard(parts);
        _exit(0);
    }
    close(parts->report);
    if (child < 0)
        return error_errno(err, "the guard");
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    size = fd_read_full(read_end, ret_pid, sizeof(*ret_pid), err);
    if (size == sizeof(*ret_pid))
        return 0;
    return size < 0 ? (int)size : error_set(err, ERROR_IO, "the guard did not start");
}

static void name_guard(struct view id, char name[static NAME_SIZE])
{
    struct view digits = view_sub(id, 0, NAME_DIGITS);

    snprintf(name, NAME_SIZE, LIVING_GUARD_NAME "%.*s", VIEW_ARG(digits));
}

/* A process of that name that is of the same program, not one that only calls itself so. */
static bool is_guarded(const char *name)
{
    _cleanup_arena_ struct arena *arena = arena_new(LIST_LIMIT);
    struct living_process *list;
    size_t count;

    if (!arena || living_process_list(arena, &list, &count, NULL) < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strncmp(list[i].comm, name, sizeof(list[i].comm)) == 0 &&
            living_process_is_ours(&list[i]))
            return true;
    return false;
}

/* ---- What it watches ---- */

/* mountinfo writes blanks and the like as "\040". */
static bool unescape(struct view text, char to[static PATH_LIMIT])
{
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '\\' && i + 3 < text.len) {
            c = (char)((text.ptr[i + 1] - '0') << 6 | (text.ptr[i + 2] - '0') << 3 |
                       (text.ptr[i + 3] - '0'));
            i += 3;
        }
        if (len + 1 >= PATH_LIMIT)
            return false;
        to[len++] = c;
    }
    to[len] = '\0';
    return true;
}

static bool is_pseudo(struct view type)
{
    static const char *const types[] = {"proc",   "sysfs",   "cgroup", "cgroup2", "devpts",
                                        "mqueue", "debugfs", "bpf",    "nsfs",    "tracefs"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (view_eq(type, view_of(types[i])))
            return true;
    return false;
}

static bool is_noexec(struct view options)
{
    while (options.ptr)
        if (view_eq(view_cut(&options, ','), VIEW("noexec")))
            return true;
    return false;
}

/* One line of the container's mountinfo. An overlay is the container's own: all of it
 * is watched, however it is mounted again; of others only this mount. */
static int watch_mount(int fanotify, int root, struct view line, struct error *err)
{
    ptrdiff_t dash = view_find_view(line, VIEW(" - "));
    struct view tail = dash < 0 ? VIEW_EMPTY : view_sub(line, (size_t)dash + 3, line.len);
    struct view type = view_word(&tail), point, options;
    _cleanup_close_ int fd = -1;
    char path[PATH_LIMIT];
    unsigned scope;

    for (int i = 0; i < 4; i++)
        view_word(&line);
    point = view_word(&line);
    options = view_word(&line);
    if (!point.len || is_pseudo(type) || is_noexec(options) || !unescape(point, path))
        return 0;
    if (path_open_in(root, path, O_PATH, &fd, NULL) < 0)
        return 0; /* mounted over, or gone */
    scope = view_eq(type, VIEW("overlay")) ? FAN_MARK_FILESYSTEM : FAN_MARK_MOUNT;
    /* O_PATH descriptors can't be marked themselves; their names in /proc can. */
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (fanotify_mark(fanotify, FAN_MARK_ADD | scope, FAN_OPEN_EXEC_PERM, AT_FDCWD, path) == 0)
        return 1;
    if (errno == EINVAL) {
        error_errno(err, "this kernel has no permission events for programs");
        return ERROR_UNSUPPORTED;
    }
    return error_errno(err, "mount %.*s", VIEW_ARG(point));
}

static int watch_mounts(int fanotify, uint32_t pid, struct error *err)
{
    _cleanup_(buf_done) struct buf mounts = BUF_INIT(MOUNTS_LIMIT);
    _cleanup_close_ int root = -1;
    char path[64];
    struct view rest;
    unsigned watched = 0;
    int r;

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/root", pid);
    root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return error_errno(err, "%s", path);
    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/mountinfo", pid);
    r = fd_read_file(path, &mounts, err);
    rest = buf_view(&mounts);
    while (r == 0 && rest.ptr && watched < GUARD_MOUNTS_LIMIT) {
        r = watch_mount(fanotify, root, view_line(&rest), err);
        if (r > 0) {
            watched++;
            r = 0;
        }
    }
    if (r == 0 && !watched)
        return error_set(err, ERROR_NOT_FOUND, "process %" PRIu32 " has no mounts to watch", pid);
    return r;
}

static int start(const struct living_process *first, struct parts *parts,
                 struct living_process *ret_guard, struct error *err)
{
    _cleanup_close_ int fanotify =
        fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY | O_CLOEXEC);
    _cleanup_close_ int container = -1, null = open("/dev/null", O_RDWR | O_CLOEXEC);
    uint32_t pid;
    int r;

    if (fanotify < 0)
        return error_errno(err, "fanotify");
    if (null < 0)
        return error_errno(err, "/dev/null");
    r = living_process_open(first->pid, first->start, &container, err);
    if (r == 0)
        r = watch_mounts(fanotify, first->pid, err);
    if (r < 0)
        return r;
    parts->fanotify = fanotify;
    parts->container = container;
    parts->null = null;
    r = fork_guard(parts, &pid, err);
    return r < 0 ? r : living_process_read(pid, ret_guard, err);
}

int exec_guard_start(const struct living_process *first, struct view id, bool dry_run,
                     struct living_process *ret_guard, struct error *err)
{
    struct parts parts = {.began = living_process_began(first)};
    int r = living_process_check_mounts(first->pid, err);

    name_guard(id, parts.name);
    if (r < 0)
        return r;
    if (dry_run || is_guarded(parts.name)) {
        *ret_guard = (struct living_process){0};
        return 0;
    }
    return start(first, &parts, ret_guard, err);
}

int exec_guard_stop(uint32_t pid, uint64_t start_time, struct error *err)
{
    _cleanup_close_ int fd = -1;
    struct living_process guard;
    int r = living_process_open(pid, start_time, &fd, err);

    if (r == 0)
        r = living_process_read(pid, &guard, err);
    if (r == ERROR_NOT_FOUND)
        return 0;
    if (r < 0)
        return r;
    if (!living_process_is_ours(&guard))
        return error_set(err, ERROR_DENIED, "process %" PRIu32 " is no guard", pid);
    return syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0) < 0
               ? error_errno(err, "process %" PRIu32, pid)
               : 0;
}
