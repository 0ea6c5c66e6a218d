/* The live sensor: from the kernel's rings to the pipeline, until it is told to stop.
 *
 * One thread reads, judges and alerts; runtimes, sinks and actions have threads of
 * their own. SIGTERM and SIGINT end it in order; SIGHUP, or a change of a rule
 * file, loads the rules anew and keeps the old ones when they have errors.
 */
#pragma once

#include "sensor/collect/probe.h"
#include "sensor/container/inquiry.h"
#include "sensor/engine/pipeline.h"

struct live;

struct live_options {
    struct probe_options probe;
    struct loaded_rules_options rules;
    loaded_rules_problem *tell; /* of rule files, at the start and at reloads */
    void *tell_ctx;
    struct inquiry *inquiry;                           /* NULL: runtimes are not asked */
    bool no_push_down;                                 /* everything that is captured is sent */
    uint64_t seconds;                                  /* 0: until a signal */
    bool watch;                                        /* rule files for changes */
    void (*ready)(void *ctx, const struct live *live); /* events flow from now on */
    /* Called some fifty times a second, for metrics. */
    void (*turn)(void *ctx, const struct live *live);
    void *ctx;
};

/* Loads rules and kernel programs, all that needs privilege; events flow from
 * live_run() on. `pipeline`'s found
 * callback must be live_container_found with the result. The loaded rules belong to it. */
int live_new(const struct live_options *options, struct live **ret, struct error *err);
void live_free(struct live *live);
DEFINE_CLEANUP(struct live, live_free)

/* For pipeline_options.found; `context` is the struct live. */
void live_container_found(struct container *container, void *context);

/* Blocks. `inquiry` NULL: runtimes are not asked. 0 when it ended in order. */
int live_run(struct live *live, struct pipeline *pipeline, struct inquiry *inquiry,
             struct error *err);

const struct loaded_rules *live_rules(const struct live *live);
const struct probe *live_probe(const struct live *live);
struct pipeline *live_pipeline(const struct live *live);
const struct inquiry *live_inquiry(const struct live *live); /* NULL: runtimes are not asked */
uint64_t live_snapshots(const struct live *live); /* since the first */
uint64_t live_reloads(const struct live *live, uint64_t *ret_failed);
