#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "sandbox/job-page.h"
#include "sandbox/zygote.h"

enum { REPLY_PIPE_SIZE = 1 << 20 };

struct sandbox {
    int socket;
    pid_t zygote;
    pthread_mutex_t lock; /* of next_job */
    uint32_t next_job;
    char description[128];
    size_t op_count;
    struct sandbox_op ops[]; /* a copy; the zygote has the same */
};

struct sandbox_job {
    struct sandbox *sandbox;
    const struct sandbox_op *op;
    uint32_t id;
    int reply, status;
    struct job_page *page;
    size_t page_size;
    uint64_t received;
    bool over_limit;
};

static void describe(struct sandbox *s, const struct zygote_hello *hello)
{
    char landlock[48];

    snprintf(landlock, sizeof(landlock), "Landlock ABI %d", hello->landlock_abi);
    snprintf(s->description, sizeof(s->description), "seccomp, %s, rlimits%s",
             hello->landlock_abi ? landlock : "no Landlock",
             hello->changed_user ? ", user 65534" : "");
}

static int greet(struct sandbox *s, struct error *err)
{
    struct zygote_hello hello = {0};
    ssize_t n = recv(s->socket, &hello, sizeof(hello), 0);

    if (n != sizeof(hello))
        return error_set(err, ERROR_INTERNAL, "the sandbox did not start");
    if (error_is_set(&hello.error)) {
        if (err)
            *err = hello.error;
        return hello.error.kind;
    }
    describe(s, &hello);
    return 0;
}

int sandbox_start(const struct sandbox_op *ops, size_t count, struct sandbox **ret,
                  struct error *err)
{
    struct sandbox *s = calloc(1, sizeof(*s) + count * sizeof(s->ops[0]));
    int pair[2], r;

    if (!s)
        return error_memory(err);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        free(s);
        return error_errno(err, "cannot start the sandbox");
    }
    pthread_mutex_init(&s->lock, NULL);
    s->socket = pair[0];
    memcpy(s->ops, ops, count * sizeof(s->ops[0]));
    s->op_count = count;
    s->zygote = fork();
    if (s->zygote == 0)
        zygote_main(pair[1], s->ops, count);
    close(pair[1]);
    r = s->zygote < 0 ? error_errno(err, "cannot start the sandbox") : greet(s, err);
    if (r < 0) {
        sandbox_stop(s);
        return r;
    }
    *ret = s;
    return 0;
}

void sandbox_stop(struct sandbox *s)
{
    if (!s)
        return;
    close(s->socket);
    if (s->zygote > 0)
        while (waitpid(s->zygote, NULL, 0) < 0 && errno == EINTR)
            ;
    pthread_mutex_destroy(&s->lock);
    free(s);
}

const char *sandbox_describe(const struct sandbox *s)
{
    return s->description;
}

static int send_order(struct sandbox *s, const struct zygote_order *order, const int *fds,
                      size_t fd_count, struct error *err)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * ZYGOTE_FDS_LIMIT)];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec part = {(void *)order, sizeof(*order)};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (fd_count) {
        struct cmsghdr *c = &control.align;

        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
        memcpy(CMSG_DATA(c), fds, sizeof(int) * fd_count);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
    }
    while (sendmsg(s->socket, &message, MSG_NOSIGNAL) < 0)
        if (errno != EINTR)
            return error_errno(err, "the sandbox is gone");
    return 0;
}

static const struct sandbox_op *find_op(const struct sandbox *s, const char *name)
{
    for (size_t i = 0; i < s->op_count; i++)
        if (strcmp(s->ops[i].name, name) == 0)
            return &s->ops[i];
    return NULL;
}

static void free_job(struct sandbox_job *job)
{
    close_p(&job->reply);
    close_p(&job->status);
    job_page_unmap(job->page, job->page_size);
    free(job);
}

static int launch(struct sandbox_job *job, int page_fd, const int *fds, size_t fd_count,
                  unsigned deadline_seconds, struct error *err)
{
    struct sandbox *s = job->sandbox;
    struct zygote_order order = {ZYGOTE_START, 0, (uint32_t)(job->op - s->ops), deadline_seconds};
    int reply[2], status[2], all[ZYGOTE_FDS_LIMIT], r;

    if (pipe2(reply, O_CLOEXEC) < 0)
        return error_errno(err, "cannot start a worker");
    job->reply = reply[0];
    if (pipe2(status, O_CLOEXEC) < 0) {
        error_errno(err, "cannot start a worker");
        close(reply[1]);
        return err ? err->kind : ERROR_IO;
    }
    job->status = status[0];
    fcntl(reply[1], F_SETPIPE_SZ, REPLY_PIPE_SIZE); /* only faster with it */
    pthread_mutex_lock(&s->lock);
    order.job = job->id = s->next_job++;
    pthread_mutex_unlock(&s->lock);
    all[0] = page_fd;
    all[1] = reply[1];
    all[2] = status[1];
    if (fd_count)
        memcpy(all + 3, fds, fd_count * sizeof(int));
    r = send_order(s, &order, all, 3 + fd_count, err);
    close(reply[1]);
    close(status[1]);
    return r;
}

int sandbox_job_start(struct sandbox *s, const char *op, struct view request, const int *fds,
                      size_t fd_count, unsigned deadline_seconds, struct sandbox_job **ret,
                      struct error *err)
{
    const struct sandbox_op *found = find_op(s, op);
    _cleanup_close_ int page_fd = -1;
    struct sandbox_job *job;
    int r;

    if (!found || fd_count > SANDBOX_FDS_LIMIT)
        return error_set(err, ERROR_INTERNAL, "no worker can do %s", op);
    job = calloc(1, sizeof(*job));
    if (!job)
        return error_memory(err);
    *job = (struct sandbox_job){.sandbox = s, .op = found, .reply = -1, .status = -1};
    job->page_size = job_page_size(request);
    r = job_page_new(request, &page_fd, &job->page, err);
    if (r == 0)
        r = launch(job, page_fd, fds, fd_count, deadline_seconds, err);
    if (r < 0) {
        free_job(job);
        return r;
    }
    *ret = job;
    return 0;
}

void sandbox_job_cancel(struct sandbox_job *job)
{
    struct zygote_order order = {ZYGOTE_KILL, job->id, 0, 0};

    send_order(job->sandbox, &order, NULL, 0, NULL);
}

static int over_limit(struct sandbox_job *job, struct error *err)
{
    if (!job->over_limit)
        sandbox_job_cancel(job);
    job->over_limit = true;
    return error_set(err, ERROR_LIMIT, "the reply of %s is larger than %llu bytes", job->op->name,
                     (unsigned long long)job->op->reply_limit);
}

ssize_t sandbox_job_read(struct sandbox_job *job, void *to, size_t len, struct error *err)
{
    ssize_t n;

    if (job->over_limit)
        return over_limit(job, err);
    n = fd_read_full(job->reply, to, len, err);
    if (n > 0)
        job->received += (uint64_t)n;
    if (job->op->reply_limit && job->received > job->op->reply_limit)
        return over_limit(job, err);
    return n;
}

static int drain(struct sandbox_job *job, struct buf *reply, struct error *err)
{
    enum { STEP = 64 << 10 };
    _cleanup_free_ char *discarded = reply ? NULL : malloc(STEP);

    if (!reply && !discarded)
        return error_memory(err);
    for (;;) {
        size_t step = reply && reply->max - reply->len < STEP ? reply->max - reply->len : STEP;
        char *at = reply ? buf_reserve(reply, step) : discarded;
        ssize_t n;

        if (!at || step == 0)
            return over_limit(job, err);
        n = sandbox_job_read(job, at, step, err);
        if (n <= 0)
            return (int)n;
        if (reply)
            reply->len += (size_t)n;
    }
}

/* How a worker ended that left no error of its own. */
static int explain_signal(const struct sandbox_op *op, int signal, struct error *err)
{
    switch (signal) {
    case SIGALRM:
        return error_set(err, ERROR_TIMEOUT, "%s took too long and was stopped", op->name);
    case SIGXCPU:
        return error_set(err, ERROR_LIMIT, "%s used more than %u s of processor time", op->name,
                         op->cpu_seconds);
    case SIGSYS:
        return error_set(err, ERROR_CRASH,
                         "%s made a forbidden system call and was killed: the input may be hostile",
                         op->name);
    case SIGKILL:
        return error_set(err, ERROR_LIMIT, "%s was killed (out of memory, or cancelled)", op->name);
    default:
        return error_set(err, ERROR_CRASH, "%s crashed (signal %d, SIG%s)", op->name, signal,
                         sigabbrev_np(signal) ? sigabbrev_np(signal) : "?");
    }
}

static int outcome(struct sandbox_job *job, struct error *err)
{
    int status;
    ssize_t n = fd_read_full(job->status, &status, sizeof(status), err);

    if (n != sizeof(status))
        return error_set(err, ERROR_INTERNAL, "the sandbox could not run %s", job->op->name);
    if (WIFSIGNALED(status))
        return explain_signal(job->op, WTERMSIG(status), err);
    if (WEXITSTATUS(status) == 0)
        return 0;
    if (WEXITSTATUS(status) == 1 && job->page->error.kind != 0) {
        struct error own;

        job_page_error(job->page, &own);
        if (err)
            *err = own;
        return own.kind;
    }
    return error_set(err, ERROR_CRASH, "%s ended with status %d", job->op->name,
                     WEXITSTATUS(status));
}

int sandbox_job_finish_noted(struct sandbox_job *job, struct buf *reply,
                             char note[static SANDBOX_NOTE_LIMIT], struct error *err)
{
    struct error reading = ERROR_INIT;
    int drained = drain(job, reply, &reading), r = outcome(job, err);

    job_page_note(job->page, note);
    free_job(job);
    if (drained < 0) {
        if (err)
            *err = reading;
        return drained;
    }
    return r;
}

int sandbox_job_finish(struct sandbox_job *job, struct buf *reply, struct error *err)
{
    char note[SANDBOX_NOTE_LIMIT];

    return sandbox_job_finish_noted(job, reply, note, err);
}

int sandbox_call(struct sandbox *s, const char *op, struct view request, const int *fds,
                 size_t fd_count, unsigned deadline_seconds, struct buf *reply, struct error *err)
{
    struct sandbox_job *job;
    int r = sandbox_job_start(s, op, request, fds, fd_count, deadline_seconds, &job, err);

    return r < 0 ? r : sandbox_job_finish(job, reply, err);
}
