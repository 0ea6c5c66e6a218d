#include "sandbox/zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "sandbox/confine.h"
#include "sandbox/worker.h"

struct slot {
    pid_t pid; /* 0: free */
    uint32_t job;
    int status_fd;
    uint64_t deadline_ns; /* 0: none */
};

struct zygote {
    int socket, signals;
    const struct sandbox_op *ops;
    size_t op_count;
    struct confinement confinement;
    struct slot slots[ZYGOTE_WORKERS_LIMIT];
};

/* Handlers that the program had installed mean nothing in a worker, and a
 * crash must look like one. */
static void restore_signals(void)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGPIPE};
    sigset_t none;

    for (size_t i = 0; !CONFINE_SANITIZED && i < sizeof(fatal) / sizeof(fatal[0]); i++)
        signal(fatal[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void report_status(int fd, int status)
{
    ssize_t n = write(fd, &status, sizeof(status));

    (void)n; /* the owner is gone, then */
    close(fd);
}

/* The child closes what belongs to the zygote and to other jobs. */
static _Noreturn void become_worker(const struct zygote *z, const struct zygote_order *order,
                                    const int *fds, size_t fd_count)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    restore_signals();
    close(z->socket);
    close(z->signals);
    close(fds[2]);
    for (size_t i = 0; i < ZYGOTE_WORKERS_LIMIT; i++)
        if (z->slots[i].pid)
            close(z->slots[i].status_fd);
    worker_main(&z->ops[order->op], &z->confinement, fds[0], fds[1], fds + 3, fd_count - 3);
}

static struct slot *find_slot(struct zygote *z, pid_t pid)
{
    for (size_t i = 0; i < ZYGOTE_WORKERS_LIMIT; i++)
        if (z->slots[i].pid == pid)
            return &z->slots[i];
    return NULL;
}

static void start_worker(struct zygote *z, const struct zygote_order *order, const int *fds,
                         size_t fd_count)
{
    struct slot *slot = find_slot(z, 0);
    pid_t pid;

    if (!slot || order->op >= z->op_count || fd_count < 3) {
        for (size_t i = 0; i < fd_count; i++)
            close(fds[i]); /* the owner sees its pipes end without a status */
        return;
    }
    pid = fork();
    if (pid == 0)
        become_worker(z, order, fds, fd_count);
    for (size_t i = 0; i < fd_count; i++)
        if (i != 2)
            close(fds[i]);
    if (pid < 0) {
        close(fds[2]);
        return;
    }
    *slot = (struct slot){pid, order->job, fds[2], 0};
    if (order->deadline_seconds)
        slot->deadline_ns = clock_now_ns() + order->deadline_seconds * 1000000000ULL;
}

static void kill_job(struct zygote *z, uint32_t job)
{
    for (size_t i = 0; i < ZYGOTE_WORKERS_LIMIT; i++)
        if (z->slots[i].pid && z->slots[i].job == job)
            kill(z->slots[i].pid, SIGKILL);
}

/* False when the program is gone. */
static bool take_order(struct zygote *z)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * ZYGOTE_FDS_LIMIT)];
        struct cmsghdr align;
    } control;
    struct zygote_order order;
    struct iovec part = {&order, sizeof(order)};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    int fds[ZYGOTE_FDS_LIMIT];
    size_t fd_count = 0;
    ssize_t n = recvmsg(z->socket, &message, MSG_CMSG_CLOEXEC);

    if (n < 0 && errno == EINTR)
        return true;
    if (n != sizeof(order))
        return false;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        fd_count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(fds, CMSG_DATA(c), fd_count * sizeof(int));
    }
    if (order.verb == ZYGOTE_START)
        start_worker(z, &order, fds, fd_count);
    else
        kill_job(z, order.job);
    return true;
}

static void reap(struct zygote *z)
{
    struct signalfd_siginfo ignored;
    ssize_t n = read(z->signals, &ignored, sizeof(ignored));
    pid_t pid;
    int status;

    (void)n; /* several deaths may come as one signal: waitpid() tells */
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct slot *slot = find_slot(z, pid);

        if (!slot)
            continue;
        slot->pid = 0;
        report_status(slot->status_fd, status);
    }
}

/* Kills the overdue with SIGALRM, so that the owner knows why; returns
 * milliseconds until the next deadline, -1 for none. */
static int enforce_deadlines(struct zygote *z)
{
    uint64_t now = clock_now_ns(), next = UINT64_MAX;

    for (size_t i = 0; i < ZYGOTE_WORKERS_LIMIT; i++) {
        struct slot *slot = &z->slots[i];

        if (!slot->pid || !slot->deadline_ns)
            continue;
        if (slot->deadline_ns <= now) {
            slot->deadline_ns = 0;
            kill(slot->pid, SIGALRM);
        } else if (slot->deadline_ns < next) {
            next = slot->deadline_ns;
        }
    }
    return next == UINT64_MAX ? -1 : (int)((next - now) / 1000000 + 1);
}

static void serve(struct zygote *z)
{
    struct pollfd polled[] = {{z->socket, POLLIN, 0}, {z->signals, POLLIN, 0}};

    for (;;) {
        if (poll(polled, 2, enforce_deadlines(z)) < 0 && errno != EINTR)
            return;
        if (polled[1].revents)
            reap(z);
        if (polled[0].revents && !take_order(z))
            return;
        polled[0].revents = polled[1].revents = 0;
    }
}

/* Standard streams of workers lead nowhere; sanitizers still need stderr. */
static void silence(int socket)
{
    int null = open("/dev/null", O_RDWR);

    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        if (!CONFINE_SANITIZED)
            dup2(null, STDERR_FILENO);
        if (null > STDERR_FILENO)
            close(null);
    }
    if (socket > 3)
        close_range(3, (unsigned)socket - 1, 0);
    close_range((unsigned)socket + 1, ~0U, 0);
}

_Noreturn void zygote_main(int socket, const struct sandbox_op *ops, size_t op_count)
{
    struct zygote z = {.socket = socket, .ops = ops, .op_count = op_count};
    struct zygote_hello hello = {0};
    sigset_t child;
    int r;

    silence(socket);
    signal(SIGINT, SIG_IGN); /* the program decides when a terminal interrupts */
    signal(SIGTERM, SIG_DFL);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    z.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    r = confine_zygote(&z.confinement, &hello.error);
    hello.landlock_abi = z.confinement.landlock_abi;
    hello.changed_user = z.confinement.changed_user;
    if (write(socket, &hello, sizeof(hello)) != sizeof(hello) || r < 0)
        _exit(1);
    serve(&z);
    for (size_t i = 0; i < ZYGOTE_WORKERS_LIMIT; i++)
        if (z.slots[i].pid)
            kill(z.slots[i].pid, SIGKILL);
    _exit(0);
}
