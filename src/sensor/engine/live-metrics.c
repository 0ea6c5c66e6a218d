#include "sensor/engine/live-metrics.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "sensor/alert/metrics-server.h"

enum { FILE_SECONDS = 5 };

struct live_metrics {
    struct live_metrics_options options;
    struct metrics_server *server;
    const struct live *live; /* while it is asked */
    int64_t started, written, loaded;
    uint64_t reloads;
    bool failing; /* the file could not be written the last time */
};

static const char *const class_names[SENSOR_CLASS_COUNT] = {
    [SENSOR_CLASS_STATE] = "state",     [SENSOR_CLASS_PRIVILEGED] = "privileged",
    [SENSOR_CLASS_NETWORK] = "network", [SENSOR_CLASS_FILE] = "file",
    [SENSOR_CLASS_OTHER] = "other",
};

static void add_events(struct metrics_page *page, const struct live *live)
{
    struct probe_counts probe = probe_counts(live_probe(live));
    struct detector_counts detector = detector_counts(pipeline_detector(live_pipeline(live)));

    metrics_add(page, METRIC_EVENTS, (double)probe.sent);
    metrics_add(page, METRIC_EVENTS_FILTERED, (double)probe.filtered);
    for (int i = 0; i < SENSOR_CLASS_COUNT; i++)
        metrics_add_of(page, METRIC_EVENTS_LOST, view_of(class_names[i]), (double)probe.lost[i]);
    metrics_add(page, METRIC_SNAPSHOTS, (double)live_snapshots(live));
    metrics_add(page, METRIC_EVENTS_EVALUATED, (double)detector.evaluated);
    metrics_add(page, METRIC_EVENTS_WAITED, (double)detector.waited);
    metrics_add(page, METRIC_EVENTS_WAITED_IN_VAIN, (double)detector.waited_in_vain);
    metrics_add(page, METRIC_EVENTS_WAITING_BYTES, (double)detector.waiting_bytes);
}

static void add_rules(struct metrics_page *page, const struct live_metrics *metrics,
                      const struct live *live)
{
    const struct rule_program *program = loaded_rules_program(live_rules(live));
    const struct detector *detector = pipeline_detector(live_pipeline(live));
    uint64_t failed;

    live_reloads(live, &failed);
    metrics_add(page, METRIC_RULES, (double)loaded_rules_count(live_rules(live)));
    metrics_add(page, METRIC_RULES_LOADED_TIME, (double)metrics->loaded);
    metrics_add(page, METRIC_RULES_RELOAD_FAILURES, (double)failed);
    for (size_t i = 0; i < rule_program_rule_count(program); i++) {
        const struct rule *rule = rule_program_rule(program, i);
        struct rule_cost cost = detector_rule_cost(detector, i);

        /* Equal samples are added up: rules of one priority. */
        metrics_add_of(page, METRIC_ALERTS, view_of(rule_priority_name(rule->priority)),
                       (double)cost.hits);
        metrics_add_of(page, METRIC_RULE_HITS, rule->name, (double)cost.hits);
        if (!cost.evaluations)
            continue;
        metrics_add_of(page, METRIC_RULE_EVALUATIONS, rule->name, (double)cost.evaluations);
        metrics_add_of(page, METRIC_RULE_SECONDS, rule->name, (double)cost.nanoseconds / 1e9);
    }
}

static void add_state(struct metrics_page *page, const struct live *live)
{
    struct pipeline *pipeline = live_pipeline(live);
    struct container_table *containers = pipeline_containers(pipeline);
    struct process_table_counts counts = process_table_counts(pipeline_processes(pipeline));
    size_t pending = 0;

    for (size_t i = 0; i < container_table_count(containers); i++)
        pending += container_table_at(containers, i)->knowledge == CONTAINER_PENDING;
    metrics_add(page, METRIC_PROCESSES, (double)counts.processes);
    metrics_add(page, METRIC_PROCESSES_KEPT, (double)counts.kept);
    metrics_add(page, METRIC_PROCESSES_MADE_UP, (double)counts.made_up);
    metrics_add(page, METRIC_PROCESSES_EVICTED, (double)counts.evicted);
    metrics_add_of(page, METRIC_MEMORY, VIEW("processes"), (double)counts.bytes);
    metrics_add(page, METRIC_CONTAINERS, (double)container_table_count(containers));
    metrics_add(page, METRIC_CONTAINERS_PENDING, (double)pending);
}

/* Refused: somebody makes cgroups that look like containers faster than can be asked. */
static void add_questions(struct metrics_page *page, const struct inquiry *inquiry)
{
    struct inquiry_counts counts = inquiry_counts(inquiry);
    const struct {
        struct view outcome;
        uint64_t count;
    } samples[] = {
        {VIEW("answered"), counts.answered}, {VIEW("unknown"), counts.unknown},
        {VIEW("failed"), counts.failed},     {VIEW("late"), counts.late},
        {VIEW("refused"), counts.refused},
    };

    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
        metrics_add_of(page, METRIC_RUNTIME_QUESTIONS, samples[i].outcome,
                       (double)samples[i].count);
}

static void add_actions(struct metrics_page *page, struct responder *responder)
{
    struct responder_counts counts = responder_counts(responder);

    metrics_add(page, METRIC_JOURNAL_FAILING, counts.journal_fails);
    for (size_t i = 0; i < ACTION_COUNT; i++)
        for (int k = 0; k < RESPONSE_OUTCOME_COUNT; k++)
            metrics_add_of2(page, METRIC_ACTIONS, view_of(action_at(i)->name),
                            view_of(response_outcome_name(k)), (double)counts.outcomes[i][k]);
}

static void collect(struct metrics_page *page, void *context)
{
    const struct live_metrics *metrics = context;

    metrics_add_process(page, view_of(metrics->options.version));
    metrics_add(page, METRIC_START_TIME, (double)metrics->started);
    add_events(page, metrics->live);
    add_rules(page, metrics, metrics->live);
    add_state(page, metrics->live);
    if (live_inquiry(metrics->live))
        add_questions(page, live_inquiry(metrics->live));
    metrics_add(page, METRIC_ALERTS_SUPPRESSED,
                (double)pipeline_suppressed(live_pipeline(metrics->live)));
    for (size_t i = 0; i < metrics->options.sink_count; i++)
        metrics_add_sink(page, metrics->options.sinks[i]);
    if (metrics->options.responder)
        add_actions(page, metrics->options.responder);
}

int live_metrics_new(const struct live_metrics_options *options, struct live_metrics **ret,
                     struct error *err)
{
    _cleanup_(live_metrics_free_p) struct live_metrics *metrics = calloc(1, sizeof(*metrics));

    if (!metrics)
        return error_memory(err);
    metrics->options = *options;
    metrics->started = metrics->loaded = clock_unix_seconds();
    if (options->address &&
        metrics_server_open(options->address, collect, metrics, &metrics->server, err) < 0)
        return error_wrap(err, "--metrics");
    *ret = take_ptr(&metrics);
    return 0;
}

void live_metrics_free(struct live_metrics *metrics)
{
    if (!metrics)
        return;
    metrics_server_free(metrics->server);
    free(metrics);
}

static void write_file(struct live_metrics *metrics)
{
    struct error err = ERROR_INIT;

    if (metrics_write_file(metrics->options.file, collect, metrics, &err) == 0) {
        metrics->failing = false;
    } else if (!metrics->failing) {
        metrics->failing = true;
        log_error("--metrics-file: %s", err.message);
    }
}

void live_metrics_turn(struct live_metrics *metrics, const struct live *live)
{
    uint64_t failed, reloads = live_reloads(live, &failed);
    int64_t now = clock_unix_seconds();

    metrics->live = live;
    if (reloads != metrics->reloads) {
        metrics->reloads = reloads;
        metrics->loaded = clock_unix_seconds();
    }
    if (metrics->server)
        metrics_server_run(metrics->server);
    if (metrics->options.file && now - metrics->written >= FILE_SECONDS) {
        metrics->written = now;
        write_file(metrics);
    }
}

void live_metrics_finish(struct live_metrics *metrics, const struct live *live)
{
    metrics->live = live;
    if (metrics->options.file)
        write_file(metrics);
}
