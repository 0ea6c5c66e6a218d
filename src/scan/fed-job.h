/* A worker that is fed files, and fed again without those that ended it.
 *
 * The owner's functions are called in order for each run: feed(), which gives
 * the files (all but those of fed_job_leaves_out()), then take() with the whole
 * answer, or died() with the file that ended the worker; what feed() told of
 * that run no longer counts then, since the next one tells it anew. One thread.
 */
#pragma once

#include "sandbox/feed.h"
#include "scan/deadly-files.h"

enum { FED_JOB_DEATHS_LIMIT = 16 /* files left out because workers died of them */ };

struct fed_job {
    struct sandbox *sandbox;
    const struct sandbox_op *op;
    struct arena *arena; /* of the paths left out */
    void *ctx;
    /* ERROR_CRASH, of the feed's functions: the worker is gone, which says more. */
    int (*feed)(void *ctx, struct feed *feed, struct error *err);
    int (*take)(void *ctx, struct view answer, struct error *err);
    int (*died)(void *ctx, struct view path, const struct error *why, struct error *err);
    struct deadly_files deadly; /* zero at first */
};

int fed_job_run(struct fed_job *job, struct view request, struct error *err);
bool fed_job_leaves_out(const struct fed_job *job, struct view path);
