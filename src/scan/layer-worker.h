/* One reading of a layer or tree by one worker, and what came of it. */
#pragma once

#include "base/buf.h"
#include "scan/layer-op.h"

struct layer_result {
    struct buf reply;
    /* Within the reply; of a failed reading what came before the fault. */
    struct view sections[LAYER_SECTION_COUNT];
    int status; /* 0 or negative */
    struct error error;
    char note[SANDBOX_NOTE_LIMIT]; /* the file the worker was looking into, or "" */
};

void layer_result_init(struct layer_result *result);
void layer_result_done(struct layer_result *result);

/* Starts the worker; on failure the result has the error, and NULL is returned. */
struct sandbox_job *layer_worker_start(struct sandbox *sandbox, const struct layer_request *request,
                                       int fd, unsigned deadline_seconds,
                                       struct layer_result *result);
/* Waits for it. `job` may be NULL. */
void layer_worker_finish(struct sandbox_job *job, struct layer_result *result);
