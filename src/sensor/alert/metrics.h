/* Metrics: what the sensor counts, as Prometheus reads it (text format 0.0.4).
 *
 * All metrics stand in one const table (docs/formats/metrics.md lists them). They are
 * pulled: who serves them calls a function that adds the values of this moment. Samples
 * may be added in any order; equal ones (two sinks of one name) are added up.
 *
 *     static void collect(struct metrics_page *page, void *context)
 *     {
 *         metrics_add(page, METRIC_EVENTS, counts.events);
 *         metrics_add_of(page, METRIC_RULE_HITS, rule->name, cost.hits);
 *     }
 *
 * One thread. Label values are any bytes; broken UTF-8 becomes U+FFFD.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

enum {
    METRICS_SAMPLES = 100000,      /* of one page; what is more is left out */
    METRICS_PAGE_LIMIT = 32 << 20, /* bytes */
    METRICS_LABEL_LIMIT = 1024,    /* bytes of a label's value */
};

enum metric {
    METRIC_BUILD,
    METRIC_START_TIME,
    METRIC_CPU_SECONDS,
    METRIC_RESIDENT,
    METRIC_MEMORY,

    METRIC_EVENTS,
    METRIC_EVENTS_EVALUATED,
    METRIC_EVENTS_FILTERED,
    METRIC_EVENTS_LOST,
    METRIC_EVENTS_WAITED,
    METRIC_EVENTS_WAITED_IN_VAIN,
    METRIC_EVENTS_WAITING_BYTES,
    METRIC_SNAPSHOTS,

    METRIC_RULES,
    METRIC_RULES_LOADED_TIME,
    METRIC_RULES_RELOAD_FAILURES,
    METRIC_RULE_HITS,
    METRIC_RULE_EVALUATIONS,
    METRIC_RULE_SECONDS,

    METRIC_ALERTS,
    METRIC_ALERTS_SUPPRESSED,

    METRIC_SINK_SENT,
    METRIC_SINK_RETRIED,
    METRIC_SINK_PARKED,
    METRIC_SINK_LOST,
    METRIC_SINK_WAITING,
    METRIC_SINK_WAITING_IN_MEMORY,
    METRIC_SINK_SPOOL_BYTES,
    METRIC_SINK_FAILING,

    METRIC_ACTIONS,
    METRIC_JOURNAL_FAILING,

    METRIC_PROCESSES,
    METRIC_PROCESSES_KEPT,
    METRIC_PROCESSES_MADE_UP,
    METRIC_PROCESSES_EVICTED,
    METRIC_CONTAINERS,
    METRIC_CONTAINERS_PENDING,
    METRIC_RUNTIME_QUESTIONS,
    METRIC_COUNT,
};

struct metrics_page;

/* The value of a metric without labels; of one with a label; of one with two. Those with the
 * wrong number of labels are left out. */
void metrics_add(struct metrics_page *page, enum metric metric, double value);
void metrics_add_of(struct metrics_page *page, enum metric metric, struct view label, double value);
void metrics_add_of2(struct metrics_page *page, enum metric metric, struct view first,
                     struct view second, double value);
/* Processor time, resident memory and the version of this process. */
void metrics_add_process(struct metrics_page *page, struct view version);
struct sink;
void metrics_add_sink(struct metrics_page *page, const struct sink *sink);

typedef void metrics_collect(struct metrics_page *page, void *context);

/* The whole page. */
int metrics_write(metrics_collect *collect, void *context, struct buf *to, struct error *err);
/* The same as a file that appears whole, for the textfile collector of Prometheus's
 * node_exporter (which reads *.prom). */
int metrics_write_file(const char *path, metrics_collect *collect, void *context,
                       struct error *err);
/* The table as documentation has it: name, type, labels, meaning, in Markdown. */
void metrics_document(struct buf *to);
