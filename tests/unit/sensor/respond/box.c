#include "box.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

extern char **environ;

static void skip(const char *why)
{
    fprintf(stderr, "skipped: %s: %s\n", why, strerror(errno));
    exit(77);
}

/* ---- What it does ---- */

static int run(const char *const *arguments)
{
    pid_t child;
    int status, error = posix_spawnp(&child, arguments[0], NULL, NULL, (char **)arguments, environ);

    if (error)
        return error;
    waitpid(child, &status, 0);
    return status ? ECHILD : 0;
}

static int send_packet(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(443)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), error;

    inet_pton(AF_INET, "10.99.0.2", &to.sin_addr);
    error = sendto(fd, "x", 1, 0, (void *)&to, sizeof(to)) < 0 ? errno : 0;
    close(fd);
    return error;
}

static int run_new(void)
{
    static unsigned number;
    char path[64];
    const char *const copy[] = {"cp", "/bin/true", path, NULL}, *const it[] = {path, NULL};
    int error;

    snprintf(path, sizeof(path), "/mnt/new-%u", number++);
    error = run(copy);
    return error ? error : run(it);
}

static int fork_deep(int depth)
{
    pid_t child = depth ? fork() : -1;

    if (child == 0) {
        fork_deep(depth - 1);
        for (;;)
            pause();
    }
    return 0;
}

static int obey(char order)
{
    static const char *const old[] = {"/bin/true", NULL};

    switch (order) {
    case BOX_FORK:
        return fork_deep(3);
    case BOX_SEND:
        return send_packet();
    case BOX_RUN_OLD:
        return run(old);
    case BOX_RUN_NEW:
        return run_new();
    default:
        return 0;
    }
}

/* A network whose only way leads to a pair that nobody listens at. */
static void make_network(void)
{
    static const char *const commands[][10] = {
        {"ip", "link", "set", "lo", "up"},
        {"ip", "link", "add", "box0", "type", "veth", "peer", "name", "box1"},
        {"ip", "addr", "add", "10.99.0.1/24", "dev", "box0"},
        {"ip", "link", "set", "box0", "up"},
        {"ip", "link", "set", "box1", "up"},
        {"ip", "neigh", "add", "10.99.0.2", "lladdr", "02:00:00:00:00:02", "dev", "box0"},
    };

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (run(commands[i]) != 0)
            _exit(77);
}

static void live(int socket)
{
    char order;
    int answer;

    if (unshare(CLONE_NEWNS | CLONE_NEWNET) < 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("none", "/mnt", "tmpfs", 0, NULL) < 0)
        _exit(77);
    make_network();
    answer = 0;
    do {
        if (write(socket, &answer, sizeof(answer)) != sizeof(answer) ||
            read(socket, &order, 1) != 1)
            _exit(0);
        answer = obey(order);
    } while (true);
}

/* ---- Making it ---- */

/* Version 1's freezer, or version 2. */
static const char *hierarchy(void)
{
    return access("/sys/fs/cgroup/freezer/cgroup.procs", F_OK) == 0 ? "/sys/fs/cgroup/freezer"
                                                                    : "/sys/fs/cgroup";
}

static void make_cgroup(struct box *box)
{
    char parent[128];

    for (size_t i = 0; i + 1 < BOX_ID_SIZE; i++)
        box->id[i] = "0123456789abcdef"[i < 8 ? (unsigned)getpid() >> 4 * i & 15 : i & 15];
    box->id[BOX_ID_SIZE - 1] = '\0';
    snprintf(parent, sizeof(parent), "%s/docker", hierarchy());
    snprintf(box->cgroup, sizeof(box->cgroup), "%s/%s", parent, box->id);
    if ((mkdir(parent, 0755) < 0 && errno != EEXIST) || mkdir(box->cgroup, 0755) < 0)
        skip("no cgroup can be made");
}

static bool enter(const struct box *box)
{
    char path[300];
    int fd;
    bool entered;

    snprintf(path, sizeof(path), "%s/cgroup.procs", box->cgroup);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    entered = fd >= 0 && write(fd, "0", 1) == 1;
    close(fd);
    return entered;
}

void box_open(struct box *box)
{
    int ends[2], status;

    if (geteuid() != 0) {
        errno = EPERM;
        skip("this needs root");
    }
    make_cgroup(box);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        abort();
    box->arena = arena_new(1 << 20);
    box->socket = ends[0];
    box->pid = fork();
    if (box->pid == 0) {
        close(ends[0]);
        if (!enter(box))
            _exit(77);
        live(ends[1]);
    }
    close(ends[1]);
    if (read(box->socket, &status, sizeof(status)) == sizeof(status))
        return;
    waitpid(box->pid, &status, 0);
    rmdir(box->cgroup);
    errno = EPERM;
    skip("namespaces and a network can't be made here");
}

size_t box_count(const struct box *box)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
    char path[300];
    struct view rest;
    size_t count = 0;

    snprintf(path, sizeof(path), "%s/cgroup.procs", box->cgroup);
    fd_read_file(path, &text, NULL);
    for (rest = buf_view(&text); view_word(&rest).len;)
        count++;
    return count;
}

void box_close(struct box *box)
{
    struct living_process *list;
    size_t count;
    struct response_target target = {.container_id = view_of(box->id)};

    close(box->socket);
    if (response_target_processes(&target, box->arena, &list, &count, NULL) == 0)
        for (size_t i = 0; i < count; i++)
            kill((pid_t)list[i].pid, SIGKILL);
    while (waitpid(box->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    while (rmdir(box->cgroup) < 0 && errno == EBUSY)
        poll(NULL, 0, 5); /* its last processes are ending */
    arena_free(box->arena);
}

/* ---- Using it ---- */

struct response_target box_target(struct box *box)
{
    struct response_target target = {0};

    if (response_target_of_pid((uint32_t)box->pid, box->arena, &target, NULL) < 0)
        abort();
    return target;
}

int box_ask(struct box *box, enum box_order order, int milliseconds)
{
    struct pollfd ready = {.fd = box->socket, .events = POLLIN};
    char c = (char)order;
    int answer;

    if (write(box->socket, &c, 1) != 1 || poll(&ready, 1, milliseconds) <= 0 ||
        read(box->socket, &answer, sizeof(answer)) != sizeof(answer))
        return -1;
    return answer;
}

int box_wait(struct box *box)
{
    int status = -1;

    waitpid(box->pid, &status, 0);
    return status;
}
