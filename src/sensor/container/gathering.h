/* The documents about one container while they are gathered, and what came of them.
 *
 * Clients of runtimes (container/client.h) fill it: take a body, fetch into it,
 * keep it. Reading asks a worker; it may be done again when more is there, and
 * what the first reading told leads to the rest. One thread.
 */
#pragma once

#include "base/clock.h"
#include "base/fd.h"
#include "sensor/container/answer-op.h"

enum { GATHERING_EXTRA = 250 /* milliseconds */ };

struct gathering {
    struct sandbox *sandbox;
    int root; /* folder that stands for "/" when files are read */
    enum container_runtime runtime;
    struct view id;
    uint64_t deadline; /* clock_now_ns() */
    bool last_resort;  /* no other client is asked afterwards: anything is welcome */
    bool early;        /* a part of it was not there yet, and may be later */
    bool blameless;    /* a failure is this container's, and not the runtime's */
    struct answer_part parts[ANSWER_DOCUMENTS_LIMIT];
    struct buf bodies[ANSWER_DOCUMENTS_LIMIT];
    size_t count;
    struct buf reply;
    struct answer_reply answer; /* views of `reply` */
};

void gathering_done(struct gathering *g);

/* An empty body for the next document; kept by gathering_keep(), else used again.
 * NULL: there are ANSWER_DOCUMENTS_LIMIT. */
struct buf *gathering_body(struct gathering *g);
/* Keeps it; before the others when it is more to be trusted. */
void gathering_keep(struct gathering *g, enum answer_document kind, bool first);
/* For the next exchange: what is left, or GATHERING_EXTRA when something is known
 * already and this is more; at least 1. */
unsigned gathering_milliseconds(const struct gathering *g);
/* Whatever stops a worker is the documents' fault: ERROR_INPUT, and blameless. */
int gathering_read(struct gathering *g, struct error *err);

/* A file below the root, as a document. ERROR_NOT_FOUND: it is not there. */
int gathering_keep_file(struct gathering *g, enum answer_document kind, const char *path,
                        struct error *err);
/* What the kernel tells of the first process, when `pid` is in the container. */
void gathering_keep_process(struct gathering *g, uint32_t pid);
/* Can `id` stand in a path and in a URL as it is? */
bool gathering_id_is_plain(struct view id);
