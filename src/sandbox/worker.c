#include "sandbox/worker.h"

#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "sandbox/job-page.h"

struct worker {
    struct job_page *page;
    int reply_fd;
    const int *fds;
    size_t fd_count;
    const void *context;
};

const void *worker_context(const struct worker *worker)
{
    return worker->context;
}

int worker_fd(const struct worker *worker, size_t i)
{
    return i < worker->fd_count ? worker->fds[i] : -1;
}

int worker_reply(struct worker *worker, struct view bytes, struct error *err)
{
    if (fd_write_all(worker->reply_fd, bytes, err) < 0)
        return error_wrap(err, "the reply of a worker");
    return 0;
}

void worker_note(struct worker *worker, struct view what)
{
    size_t len = what.len < SANDBOX_NOTE_LIMIT - 1 ? what.len : SANDBOX_NOTE_LIMIT - 1;

    if (len)
        memcpy(worker->page->note, what.ptr, len);
    worker->page->note[len] = '\0';
}

_Noreturn void worker_main(const struct sandbox_op *op, const struct confinement *confinement,
                           int page_fd, int reply_fd, const int *fds, size_t fd_count)
{
    struct worker worker = {NULL, reply_fd, fds, fd_count, op->context};
    struct confine_limits limits = {op->memory_limit, op->cpu_seconds};
    struct error err = ERROR_INIT;
    struct view request;
    int r;

    if (job_page_map(page_fd, &worker.page, &err) < 0)
        _exit(1);
    close(page_fd);
    request = view_from(worker.page->request, (size_t)worker.page->request_len);
    r = confine_worker(confinement, &limits, &err);
    if (r == 0)
        r = op->run(&worker, request, &err);
    if (r < 0) {
        if (!error_is_set(&err))
            error_set(&err, r, "%s failed", op->name);
        worker.page->error = err;
    }
    _exit(r < 0);
}
