/* What a live sensor counts, as metrics: served, written into a file, or both. */
#pragma once

#include "sensor/engine/live.h"

struct live_metrics;

struct live_metrics_options {
    const char *address; /* NULL: not served */
    const char *file;    /* NULL: not written */
    const char *version;
    struct sink *const *sinks;
    size_t sink_count;
    struct responder *responder; /* may be NULL */
};

/* Listens at once; the first page is there when the sensor runs. */
int live_metrics_new(const struct live_metrics_options *options, struct live_metrics **ret,
                     struct error *err);
void live_metrics_free(struct live_metrics *metrics);
DEFINE_CLEANUP(struct live_metrics, live_metrics_free)

/* To be called often: answers those who ask, and writes the file when it is time.
 * Never blocks but for the file. */
void live_metrics_turn(struct live_metrics *metrics, const struct live *live);
/* Writes the file a last time, when the sensor has ended. */
void live_metrics_finish(struct live_metrics *metrics, const struct live *live);
