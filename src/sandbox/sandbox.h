/* Workers that read bytes from outside, without privilege.
 *
 * sandbox_start() forks a small zygote before the program has threads, network
 * or secrets. Each job is a process forked from the zygote that runs one
 * operation of the table: it has no file system (Landlock, and seccomp refuses
 * open), no network (seccomp refuses sockets), no capabilities, no new
 * privileges, an unprivileged uid when started as root, and rlimits on memory,
 * CPU seconds and files. Its world is the request, the descriptors passed with
 * it, and one pipe for the reply.
 *
 * What a worker says is untrusted: callers read replies with a cursor.
 *
 * A worker that crashes, exceeds a limit or is stuck ends its job with one
 * error that says how and, from the note the worker left on a shared page,
 * what it was reading; it concerns no other job. When the program dies, the
 * zygote and all workers die with it.
 *
 * Threads: any thread may run jobs; one job belongs to one thread.
 */
#pragma once

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum {
    SANDBOX_REQUEST_LIMIT = 8 << 20,
    SANDBOX_FDS_LIMIT = 4,
    SANDBOX_NOTE_LIMIT = 512,
};

struct worker;

struct sandbox_op {
    const char *name;
    /* Runs in the worker. 0, or an error that travels to the job's owner. */
    int (*run)(struct worker *worker, struct view request, struct error *err);
    uint64_t memory_limit; /* bytes of address space beyond what the zygote has */
    uint64_t reply_limit;  /* bytes */
    unsigned cpu_seconds;  /* CPU time; wall time is bounded by the job's deadline */
    /* What the operation works with, made before sandbox_start(): workers
     * inherit it by fork. May be NULL. */
    const void *context;
};

/* ---- In the program ---- */

struct sandbox;
struct sandbox_job;

/* The table is copied. Must be called while the process has one thread. */
int sandbox_start(const struct sandbox_op *ops, size_t count, struct sandbox **ret,
                  struct error *err);
void sandbox_stop(struct sandbox *sandbox);
DEFINE_CLEANUP(struct sandbox, sandbox_stop)

/* Starts a worker on `op`. The descriptors are duplicated into the worker and
 * stay the caller's. `deadline_seconds` of wall time, 0 for none. */
int sandbox_job_start(struct sandbox *sandbox, const char *op, struct view request, const int *fds,
                      size_t fd_count, unsigned deadline_seconds, struct sandbox_job **ret,
                      struct error *err);
/* Reads up to `len` bytes of the reply, short only at its end (0 at the end). */
ssize_t sandbox_job_read(struct sandbox_job *job, void *to, size_t len, struct error *err);
/* Reads the rest of the reply into `reply` (NULL: discards it), waits for the
 * worker, and says how it went: 0 or the worker's own error, ERROR_CRASH,
 * ERROR_LIMIT or ERROR_TIMEOUT. The job is freed in any case. */
int sandbox_job_finish(struct sandbox_job *job, struct buf *reply, struct error *err);
/* The worker's note (what it was reading when it ended), valid until finish;
 * copied to `to`. For finish with a failure, use sandbox_job_finish_noted(). */
int sandbox_job_finish_noted(struct sandbox_job *job, struct buf *reply,
                             char note[static SANDBOX_NOTE_LIMIT], struct error *err);
/* Kills the worker; finish must still be called. */
void sandbox_job_cancel(struct sandbox_job *job);

/* start + finish. */
int sandbox_call(struct sandbox *sandbox, const char *op, struct view request, const int *fds,
                 size_t fd_count, unsigned deadline_seconds, struct buf *reply, struct error *err);

/* One line of what holds the workers here ("seccomp, Landlock ABI 7, rlimits,
 * uid 65534"), for --version and diagnostics. */
const char *sandbox_describe(const struct sandbox *sandbox);

/* ---- In a worker ---- */

/* The operation's context. */
const void *worker_context(const struct worker *worker);
/* The i-th descriptor of the job, or -1. */
int worker_fd(const struct worker *worker, size_t i);
/* Appends to the reply; blocks while the owner is slow. */
int worker_reply(struct worker *worker, struct view bytes, struct error *err);
/* Says what is being read now; cheap (a copy into shared memory). */
void worker_note(struct worker *worker, struct view what);
