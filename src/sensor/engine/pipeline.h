/* Events in, alerts and actions out: what a live sensor and a replay share.
 *
 * It owns the tables, the detector, the grouping and what makes alerts, and
 * hands alerts to sinks and to the responder, which are its caller's. One thread.
 */
#pragma once

#include "sensor/alert/group.h"
#include "sensor/alert/sink.h"
#include "sensor/capture/capture.h"
#include "sensor/detect/detector.h"
#include "sensor/engine/loaded-rules.h"
#include "sensor/respond/responder.h"

struct pipeline;

struct pipeline_options {
    bool all_matches; /* every rule that matches an event, not the first only */
    bool explain;
    bool measure; /* what each rule costs */
    bool live;    /* events of now and of this machine: /proc may be asked */
    uint32_t wait_milliseconds;
    struct group_options groups;
    struct sink *const *sinks;
    size_t sink_count;
    struct responder *responder;    /* NULL: none */
    struct capture_writer *capture; /* everything that comes is written, too; NULL: not */
    /* A container seen for the first time; asks its runtime. */
    container_found *found;
    void *context; /* of `found` */
};

int pipeline_new(const struct pipeline_options *options, struct pipeline **ret, struct error *err);
void pipeline_free(struct pipeline *pipeline);
DEFINE_CLEANUP(struct pipeline, pipeline_free)

void pipeline_set_host(struct pipeline *pipeline, const struct sensor_host *host, struct view name);
/* The rules from now on; they must outlive the pipeline, or the next call. */
int pipeline_set_rules(struct pipeline *pipeline, const struct loaded_rules *rules,
                       struct error *err);

void pipeline_event(struct pipeline *pipeline, const struct sensor_event *event);
/* What a runtime said about a container (empty: none knows it). */
void pipeline_container(struct pipeline *pipeline, enum container_runtime runtime, struct view id,
                        struct view json);
/* The same from a capture. */
void pipeline_container_record(struct pipeline *pipeline, const struct sensor_event *event);
/* Events were lost here: tells it as an alert of its own, and in the capture. */
void pipeline_lost(struct pipeline *pipeline, const struct sensor_lost *lost, uint64_t time);
/* Waits and windows that have passed; `now` in nanoseconds since boot. */
void pipeline_tick(struct pipeline *pipeline, uint64_t now);
/* Tells of sinks that fail, and of those that work again; of the journal, too. Each second. */
void pipeline_look_at_sinks(struct pipeline *pipeline);
/* Opens the files of sinks again, after a log rotation. */
void pipeline_reopen_sinks(struct pipeline *pipeline);
/* Judges what waits, and tells what is counted. */
void pipeline_finish(struct pipeline *pipeline);

/* Whether the capture file could not be written (a full disk, its limit): nothing more is
 * added to it. */
bool pipeline_capture_failed(const struct pipeline *pipeline, struct error *ret);

struct process_table *pipeline_processes(struct pipeline *pipeline);
struct container_table *pipeline_containers(struct pipeline *pipeline);
const struct detector *pipeline_detector(const struct pipeline *pipeline);
uint64_t pipeline_alerts(const struct pipeline *pipeline);     /* that went out */
uint64_t pipeline_suppressed(const struct pipeline *pipeline); /* counted in a group */
uint64_t pipeline_sink_failures(const struct pipeline *pipeline);
