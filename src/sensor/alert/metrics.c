#include "sensor/alert/metrics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/fd.h"
#include "codec/utf8.h"
#include "sensor/alert/sink.h"

enum { LABELS = 2, ARENA_LIMIT = 64 << 20 };

#define PREFIX "plimsoll_sensor_"

static const struct metric_kind {
    const char *name;
    bool counter; /* else a gauge */
    const char *labels[LABELS];
    const char *doc;
} metrics[METRIC_COUNT] = {
    [METRIC_BUILD] = {"build_info", false, {"version"}, "1, with the version of the sensor."},
    [METRIC_START_TIME] = {"start_time_seconds", false, {0}, "When the sensor began, since 1970."},
    [METRIC_CPU_SECONDS] = {"cpu_seconds_total", true, {0}, "Processor time that it used."},
    [METRIC_RESIDENT] = {"resident_memory_bytes", false, {0}, "Memory that it has in RAM."},
    [METRIC_MEMORY] = {"memory_bytes", false, {"part"}, "Memory that a part of it keeps."},
    [METRIC_EVENTS] = {"events_total", true, {0}, "Events that the kernel side sent."},
    [METRIC_EVENTS_EVALUATED] = {"events_evaluated_total",
                                 true,
                                 {0},
                                 "Events that rules were asked about."},
    [METRIC_EVENTS_FILTERED] = {"events_filtered_total",
                                true,
                                {0},
                                "Events that the kernel side held back, since no rule can match "
                                "them."},
    [METRIC_EVENTS_LOST] = {"events_lost_total",
                            true,
                            {"class"},
                            "Events lost by overload: state, privileged, network, file, other."},
    [METRIC_EVENTS_WAITED] = {"events_waited_total",
                              true,
                              {0},
                              "Events that waited for what a container runtime says."},
    [METRIC_EVENTS_WAITED_IN_VAIN] = {"events_waited_in_vain_total",
                                      true,
                                      {0},
                                      "Events that waited, and were judged without it."},
    [METRIC_EVENTS_WAITING_BYTES] = {"events_waiting_bytes",
                                     false,
                                     {0},
                                     "Bytes of events that wait now."},
    [METRIC_SNAPSHOTS] = {"snapshots_total",
                          true,
                          {0},
                          "How often all processes were read again, after a gap."},
    [METRIC_RULES] = {"rules", false, {0}, "Rules that are enabled."},
    [METRIC_RULES_LOADED_TIME] = {"rules_loaded_time_seconds",
                                  false,
                                  {0},
                                  "When the rules were loaded, since 1970."},
    [METRIC_RULES_RELOAD_FAILURES] = {"rules_reload_failures_total",
                                      true,
                                      {0},
                                      "Reloads that failed; the old rules stayed."},
    [METRIC_RULE_HITS] = {"rule_hits_total", true, {"rule"}, "Events that a rule matched."},
    [METRIC_RULE_EVALUATIONS] = {"rule_evaluations_total",
                                 true,
                                 {"rule"},
                                 "Events that a rule was evaluated for; with --measure-rules."},
    [METRIC_RULE_SECONDS] = {"rule_seconds_total",
                             true,
                             {"rule"},
                             "Time that evaluating a rule took; with --measure-rules."},
    [METRIC_ALERTS] = {"alerts_total", true, {"priority"}, "Alerts, before they are grouped."},
    [METRIC_ALERTS_SUPPRESSED] = {"alerts_suppressed_total",
                                  true,
                                  {0},
                                  "Alerts that were counted in a summary."},
    [METRIC_SINK_SENT] = {"sink_sent_total", true, {"sink"}, "Alerts that a sink took."},
    [METRIC_SINK_RETRIED] = {"sink_retried_total",
                             true,
                             {"sink"},
                             "Deliveries that failed and are made again."},
    [METRIC_SINK_PARKED] = {"sink_parked_total", true, {"sink"}, "Alerts that a sink refused."},
    [METRIC_SINK_LOST] = {"sink_lost_total",
                          true,
                          {"sink"},
                          "Alerts that were lost: a full spool, a failing file."},
    [METRIC_SINK_WAITING] = {"sink_waiting", false, {"sink"}, "Alerts in a sink's spool."},
    [METRIC_SINK_WAITING_IN_MEMORY] = {"sink_waiting_in_memory",
                                       false,
                                       {"sink"},
                                       "Of these, what a crash would lose: the disk fails."},
    [METRIC_SINK_SPOOL_BYTES] = {"sink_spool_bytes", false, {"sink"}, "Bytes of a spool on disk."},
    [METRIC_SINK_FAILING] = {"sink_failing", false, {"sink"}, "1 when the last delivery failed."},
    [METRIC_ACTIONS] = {"actions_total",
                        true,
                        {"action", "outcome"},
                        "Responses: done, failed, refused, dry-run."},
    [METRIC_JOURNAL_FAILING] = {"journal_failing",
                                false,
                                {0},
                                "1 when lines of the journal wait, since it can't be written."},
    [METRIC_PROCESSES] = {"processes", false, {0}, "Living processes."},
    [METRIC_PROCESSES_KEPT] = {"processes_kept",
                               false,
                               {0},
                               "Ended processes that something refers to."},
    [METRIC_PROCESSES_MADE_UP] = {"processes_made_up_total",
                                  true,
                                  {0},
                                  "Processes that appeared without their beginning."},
    [METRIC_PROCESSES_EVICTED] = {"processes_evicted_total",
                                  true,
                                  {0},
                                  "Processes that were forgotten for lack of room."},
    [METRIC_CONTAINERS] = {"containers", false, {0}, "Containers."},
    [METRIC_CONTAINERS_PENDING] = {"containers_pending",
                                   false,
                                   {0},
                                   "Containers of which the runtime did not tell yet."},
    [METRIC_RUNTIME_QUESTIONS] = {"runtime_questions_total",
                                  true,
                                  {"outcome"},
                                  "Questions to container runtimes: answered, unknown, failed, "
                                  "late, refused."},
};

struct sample {
    enum metric metric;
    struct view labels[LABELS];
    double value;
    size_t order; /* of addition: rules stay as they are defined */
};

struct metrics_page {
    struct arena *arena;
    struct sample *samples;
    size_t count;
};

/* ---- Collecting ---- */

static size_t label_count(enum metric metric)
{
    return (metrics[metric].labels[0] != NULL) + (metrics[metric].labels[1] != NULL);
}

static void add(struct metrics_page *page, enum metric metric, const struct view *labels,
                size_t count, double value)
{
    struct sample *sample;

    if (page->count == METRICS_SAMPLES || count != label_count(metric))
        return;
    sample = arena_push(page->arena, &page->samples, &page->count, sizeof(*sample));
    if (!sample)
        return;
    *sample = (struct sample){.metric = metric, .value = value, .order = page->count};
    for (size_t i = 0; i < count; i++)
        sample->labels[i] = arena_copy(page->arena, view_sub(labels[i], 0, METRICS_LABEL_LIMIT));
}

void metrics_add(struct metrics_page *page, enum metric metric, double value)
{
    add(page, metric, NULL, 0, value);
}

void metrics_add_of(struct metrics_page *page, enum metric metric, struct view label, double value)
{
    add(page, metric, &label, 1, value);
}

void metrics_add_of2(struct metrics_page *page, enum metric metric, struct view first,
                     struct view second, double value)
{
    struct view labels[] = {first, second};

    add(page, metric, labels, 2, value);
}

static double resident_bytes(void)
{
    _cleanup_fclose_ FILE *file = fopen("/proc/self/statm", "re");
    unsigned long long size, resident;

    if (!file || fscanf(file, "%llu %llu", &size, &resident) != 2)
        return NAN;
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

void metrics_add_process(struct metrics_page *page, struct view version)
{
    struct rusage usage;

    metrics_add_of(page, METRIC_BUILD, version, 1);
    metrics_add(page, METRIC_RESIDENT, resident_bytes());
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        metrics_add(page, METRIC_CPU_SECONDS,
                    (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                        (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
}

void metrics_add_sink(struct metrics_page *page, const struct sink *sink)
{
    struct view name = view_of(sink_name(sink));
    struct sink_counts counts = sink_counts(sink);
    struct error failure;

    metrics_add_of(page, METRIC_SINK_SENT, name, (double)counts.sent);
    metrics_add_of(page, METRIC_SINK_RETRIED, name, (double)counts.retried);
    metrics_add_of(page, METRIC_SINK_PARKED, name, (double)counts.parked);
    metrics_add_of(page, METRIC_SINK_LOST, name, (double)counts.lost);
    metrics_add_of(page, METRIC_SINK_WAITING, name, (double)counts.spooled);
    metrics_add_of(page, METRIC_SINK_WAITING_IN_MEMORY, name, (double)counts.in_memory);
    metrics_add_of(page, METRIC_SINK_SPOOL_BYTES, name, (double)counts.spool_bytes);
    metrics_add_of(page, METRIC_SINK_FAILING, name, sink_failure(sink, &failure));
}

/* ---- Writing ---- */

static int by_metric_and_labels(const void *a, const void *b)
{
    const struct sample *x = a, *y = b;

    if (x->metric != y->metric)
        return x->metric < y->metric ? -1 : 1;
    for (size_t i = 0; i < LABELS; i++) {
        int order = view_cmp(x->labels[i], y->labels[i]);

        if (order)
            return order;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

static int by_metric_and_order(const void *a, const void *b)
{
    const struct sample *x = a, *y = b;

    if (x->metric != y->metric)
        return x->metric < y->metric ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static bool is_same(const struct sample *a, const struct sample *b)
{
    return a->metric == b->metric && view_eq(a->labels[0], b->labels[0]) &&
           view_eq(a->labels[1], b->labels[1]);
}

/* Prometheus refuses a page that has a sample twice. */
static void merge_equal(struct metrics_page *page)
{
    size_t kept = 0;

    if (page->count == 0)
        return;
    qsort(page->samples, page->count, sizeof(*page->samples), by_metric_and_labels);
    for (size_t i = 1; i < page->count; i++) {
        if (is_same(&page->samples[kept], &page->samples[i]))
            page->samples[kept].value += page->samples[i].value;
        else
            page->samples[++kept] = page->samples[i];
    }
    page->count = kept + 1;
    qsort(page->samples, page->count, sizeof(*page->samples), by_metric_and_order);
}

static void add_label(struct buf *to, const char *name, struct view value)
{
    buf_addf(to, "%s=\"", name);
    while (value.len) {
        size_t len = utf8_length(value);
        char c = value.ptr[0];

        if (len == 0)
            buf_add(to, VIEW("\xef\xbf\xbd"));
        else if (c == '\n')
            buf_add(to, VIEW("\\n"));
        else if (c == '"' || c == '\\')
            buf_addf(to, "\\%c", c);
        else
            buf_add(to, view_sub(value, 0, len));
        value = view_sub(value, len ? len : 1, value.len);
    }
    buf_add_char(to, '"');
}

static void add_value(struct buf *to, double value)
{
    if (isnan(value))
        buf_add(to, VIEW(" NaN\n"));
    else if (value == floor(value) && fabs(value) < 9e15)
        buf_addf(to, " %lld\n", (long long)value);
    else
        buf_addf(to, " %lld.%09lld\n", (long long)value,
                 (long long)fabs((value - trunc(value)) * 1e9));
}

static void write_sample(const struct sample *sample, struct buf *to)
{
    const struct metric_kind *kind = &metrics[sample->metric];

    buf_addf(to, PREFIX "%s", kind->name);
    for (size_t i = 0; i < LABELS && kind->labels[i]; i++) {
        buf_add_char(to, i ? ',' : '{');
        add_label(to, kind->labels[i], sample->labels[i]);
    }
    if (kind->labels[0])
        buf_add_char(to, '}');
    add_value(to, sample->value);
}

static const char *type_name(const struct metric_kind *kind)
{
    return kind->counter ? "counter" : "gauge";
}

static void write_page(const struct metrics_page *page, struct buf *to)
{
    for (size_t i = 0; i < page->count; i++) {
        const struct metric_kind *kind = &metrics[page->samples[i].metric];

        if (i == 0 || page->samples[i].metric != page->samples[i - 1].metric)
            buf_addf(to, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", kind->name, kind->doc,
                     kind->name, type_name(kind));
        write_sample(&page->samples[i], to);
    }
}

int metrics_write(metrics_collect *collect, void *context, struct buf *to, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct metrics_page page = {.arena = arena};

    if (!arena)
        return error_memory(err);
    collect(&page, context);
    if (arena_failed(arena, "metrics", err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    merge_equal(&page);
    write_page(&page, to);
    return buf_failed(to, "metrics", err);
}

int metrics_write_file(const char *path, metrics_collect *collect, void *context, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(METRICS_PAGE_LIMIT);
    _cleanup_(atomic_file_done) struct atomic_file file = ATOMIC_FILE_INIT;

    if (metrics_write(collect, context, &text, err) < 0 ||
        atomic_file_open(&file, path, 0644, err) < 0)
        return err ? err->kind : ERROR_IO;
    file.skip_sync = true;
    if (fd_write_all(file.fd, buf_view(&text), err) < 0)
        return error_wrap(err, "%s", path);
    return atomic_file_commit(&file, err);
}

void metrics_document(struct buf *to)
{
    buf_add(to, VIEW("| metric | type | labels | meaning |\n|---|---|---|---|\n"));
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const struct metric_kind *kind = &metrics[i];

        buf_addf(to, "| `" PREFIX "%s` | %s |", kind->name, type_name(kind));
        for (size_t k = 0; k < LABELS && kind->labels[k]; k++)
            buf_addf(to, "%s `%s`", k ? "," : "", kind->labels[k]);
        buf_addf(to, " | %s |\n", kind->doc);
    }
}
