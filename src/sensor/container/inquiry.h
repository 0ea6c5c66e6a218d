/* Asking runtimes about containers, in threads of their own: one for each runtime,
 * and none for a question.
 *
 * One queue in, one queue out. A container is asked for at the runtime that its
 * cgroup names first, then where else it may be known:
 *
 *   Docker       its files, the engine's API, containerd
 *   containerd   its own API, and CRI for what Kubernetes made; Docker; bundles
 *   CRI-O        CRI; bundles
 *   Podman       its files, its service when that runs
 *   other        bundles, containerd
 *
 * The sockets are found where they usually are and where the options say. What a
 * runtime has written before the container starts is read first where it says
 * enough: Docker's engine answers about a container only when it has started.
 * Such an answer is followed by a fuller one (the first process, image digests), as
 * is one that came before the container ran: at most INQUIRY_RENEWALS, and only
 * when they say something else.
 *
 * Answers are outside bytes: they are parsed in a sandbox worker with limits, and
 * a socket that hangs, lies or floods costs only its answers: each question has
 * a deadline, each runtime a breaker (container/breaker.h). A runtime that does not
 * know a container yet is asked again until the deadline.
 *
 * Asking and taking may be done by any thread; taking by one at a time.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "sandbox/sandbox.h"
#include "sensor/state/container.h"

struct inquiry;

struct inquiry_options {
    const char *docker_socket, *containerd_socket, *cri_socket, *crio_socket, *podman_socket;
    uint32_t deadline_milliseconds; /* of one answer; 0: INQUIRY_DEADLINE */
    struct sandbox *sandbox;        /* with inquiry_ops among its operations; outlives it */
    const char *root; /* folder that stands for "/", for files and usual sockets; NULL: "/" */
};

enum {
    INQUIRY_DEADLINE = 1500,        /* milliseconds */
    INQUIRY_ANSWER_LIMIT = 4 << 20, /* bytes of one answer */
    INQUIRY_QUEUE_LIMIT = 4096,     /* questions and answers that wait; where there are more,
                                       a question that the first runtime did not know gives way */
    INQUIRY_WAITING_LIMIT = 2 * INQUIRY_QUEUE_LIMIT,
    INQUIRY_RENEWALS = 3,
};

/* For sandbox_start(). */
extern const struct sandbox_op *const inquiry_ops;
extern const size_t inquiry_op_count;

/* Where its socket is looked for when no option says so, ended by NULL; of the runtimes that
 * have one. */
const char *const *inquiry_usual_sockets(enum container_runtime runtime);

int inquiry_new(const struct inquiry_options *options, struct inquiry **ret, struct error *err);
void inquiry_free(struct inquiry *inquiry); /* stops the threads */
DEFINE_CLEANUP(struct inquiry, inquiry_free)

/* Asks; false when the queue is full (counted). Never blocks. */
bool inquiry_ask(struct inquiry *inquiry, enum container_runtime runtime, struct view id);
/* The next answer: metadata as JSON (container_metadata_write()), empty when no
 * runtime knows the id. False: none. Views live until the next call. A container
 * that was answered for with metadata may be again, with more. */
struct inquiry_answer {
    enum container_runtime runtime;
    struct view id, json;
};
bool inquiry_take(struct inquiry *inquiry, struct inquiry_answer *ret);
/* Readable when there is an answer. */
int inquiry_descriptor(const struct inquiry *inquiry);

struct inquiry_counts {
    uint64_t asked, answered, unknown;
    uint64_t failed;  /* runtimes that were asked and did not answer, or wrongly */
    uint64_t late;    /* answers after their deadline */
    uint64_t refused; /* questions, the queue being full */
    uint64_t renewed;
};
struct inquiry_counts inquiry_counts(const struct inquiry *inquiry);
/* What the runtime's client last failed with, for doctors and logs; empty: nothing. */
void inquiry_last_error(const struct inquiry *inquiry, struct error *ret);
