/* Events in, matches out: state, rules, and waiting for metadata.
 *
 * detector_event() applies the event to the process and container tables and
 * evaluates the rules of its class. An event whose evaluation read metadata that the
 * runtime has not told yet is kept (with its process) until it is there or
 * DETECTOR_WAIT has passed, and judged then, with what there is; order among the
 * events of one container is kept. One thread.
 */
#pragma once

#include "rule/program.h"
#include "sensor/detect/address-names.h"
#include "sensor/detect/observation.h"
#include "sensor/state/container-table.h"
#include "sensor/state/process-table.h"

enum {
    DETECTOR_WAIT = 2000,             /* milliseconds */
    DETECTOR_WAITING_LIMIT = 8 << 20, /* bytes of events that wait; past it they are judged */
};

struct detector;

/* A rule matched. `observation` and the evaluation are valid during the call:
 * rule_evaluation_output() writes the output, rule_evaluation_value() reads fields. */
struct match {
    const struct rule_program *program;
    struct rule_evaluation *evaluation;
    size_t rule; /* of the program */
    const struct observation *observation;
};
typedef void detector_matched(const struct match *match, void *context);

struct detector_options {
    bool all;                   /* every matching rule, not the first only */
    uint32_t wait_milliseconds; /* 0: DETECTOR_WAIT */
    bool measure;               /* nanoseconds of each rule: slower */
    bool live;                  /* events of now and of this machine: /proc may be asked */
    detector_matched *matched;
    address_names_told *resolved; /* an address of a name that rules ask for: for captures
                                     (names-record.h); may be NULL */
    void *context;
};

int detector_new(const struct detector_options *options, struct process_table *processes,
                 struct container_table *containers, struct detector **ret, struct error *err);
void detector_free(struct detector *detector);
DEFINE_CLEANUP(struct detector, detector_free)

/* The rules from now on; must outlive the detector or the next call. Events that
 * wait are judged by the new ones. */
int detector_set_program(struct detector *detector, const struct rule_program *program,
                         struct error *err);
void detector_set_host(struct detector *detector, const struct sensor_host *host, struct view name);
/* Records of SENSOR_USER and SENSOR_RESOLVED are taken in, too. */
void detector_event(struct detector *detector, const struct sensor_event *event);
/* Metadata of a container arrived: judges what waits for it. */
void detector_container_known(struct detector *detector, struct container *container);
/* Judges what has waited too long; `now` in nanoseconds since boot (of a replay:
 * the last event's). */
void detector_tick(struct detector *detector, uint64_t now);
/* Judges all that waits. */
void detector_finish(struct detector *detector);

struct detector_counts {
    uint64_t events, evaluated, matched, waited, waited_in_vain, given_up;
    uint64_t waiting_bytes;
};
struct detector_counts detector_counts(const struct detector *detector);
/* Hits and, when measured, nanoseconds of a rule. */
struct rule_cost {
    uint64_t hits, evaluations, nanoseconds;
};
struct rule_cost detector_rule_cost(const struct detector *detector, size_t rule);
