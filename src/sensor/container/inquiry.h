/* Asking runtimes about containers, in threads of their own.
 *
 * One queue in, one queue out. A container is asked for at the runtime that its
 * cgroup names first (Docker engine, containerd's own API and CRI, CRI-O, Podman:
 * their Unix sockets, found where they usually are and where the options say);
 * a runtime's events tell of new containers before they are asked for, so most
 * answers are there already. Answers are outside bytes: they are parsed in a sandbox
 * worker with limits, and a socket that hangs, lies or floods costs only its answers:
 * each question has a deadline, each runtime a breaker that opens after
 * failures and closes again.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "sensor/state/container.h"

struct inquiry;

struct inquiry_options {
    const char *docker_socket, *containerd_socket, *cri_socket, *crio_socket, *podman_socket;
    uint32_t deadline_milliseconds; /* of one answer; 0: INQUIRY_DEADLINE */
};

enum {
    INQUIRY_DEADLINE = 1500,         /* milliseconds */
    INQUIRY_ANSWER_LIMIT = 4 << 20,  /* bytes of one answer */
    INQUIRY_QUEUE_LIMIT = 4096,
};

int inquiry_new(const struct inquiry_options *options, struct inquiry **ret, struct error *err);
void inquiry_free(struct inquiry *inquiry); /* stops the threads */
DEFINE_CLEANUP(struct inquiry, inquiry_free)

/* Asks; false when the queue is full (counted). Never blocks. */
bool inquiry_ask(struct inquiry *inquiry, enum container_runtime runtime, struct view id);
/* The next answer: metadata as JSON (container_metadata_write()), empty when no
 * runtime knows the id. False: none. Views live until the next call. */
struct inquiry_answer {
    enum container_runtime runtime;
    struct view id, json;
};
bool inquiry_take(struct inquiry *inquiry, struct inquiry_answer *ret);
/* Readable when there is an answer. */
int inquiry_descriptor(const struct inquiry *inquiry);

struct inquiry_counts {
    uint64_t asked, answered, unknown, failed, late, refused;
};
struct inquiry_counts inquiry_counts(const struct inquiry *inquiry);
