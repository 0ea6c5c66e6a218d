#include "sensor/engine/pipeline.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/text.h"
#include "sensor/abi/record.h"
#include "sensor/detect/names-record.h"
#include "sensor/engine/alert-maker.h"
#include "sensor/engine/sink-watch.h"

enum {
    ACTIONS_LIMIT = 4096,
    RECORD_LIMIT = 8 << 20,
};

struct pipeline {
    struct pipeline_options options;
    struct container_table *containers;
    struct process_table *processes;
    struct detector *detector;
    struct alert_maker *maker;
    struct alert_groups *groups;
    struct sink_watch *watch;
    struct sensor_host host;
    char host_name[256];
    uint64_t now; /* of the last event, nanoseconds since boot */
    uint64_t alerts, sink_failures;
    struct error capture_error;
    bool capture_failed, journal_fails;
    struct buf record;        /* of what is made here for the capture */
    struct user_names *names; /* read for the capture; NULL: there is none, or a replay */
};

static void send(const struct alert *alert, void *context)
{
    struct pipeline *pipeline = context;

    pipeline->alerts++;
    for (size_t i = 0; i < pipeline->options.sink_count; i++) {
        struct error err = ERROR_INIT;
        bool failed = sink_send(pipeline->options.sinks[i], alert, &err) < 0;

        sink_watch_sent(pipeline->watch, i, failed ? &err : NULL);
        pipeline->sink_failures += failed;
    }
}

static void matched(const struct match *match, void *context)
{
    struct pipeline *pipeline = context;
    _cleanup_(buf_done) struct buf actions = BUF_INIT(ACTIONS_LIMIT);
    struct alert *alert = alert_maker_make(pipeline->maker, match);

    if (!alert)
        return;
    if (pipeline->options.responder) {
        struct response_target target = alert_maker_target(match);

        responder_alert(pipeline->options.responder, alert, &target, &actions);
        alert->actions = buf_view(&actions);
    }
    alert_groups_add(pipeline->groups, alert);
}

/* ---- The capture ---- */

static void keep(struct pipeline *pipeline, const struct sensor_event *event)
{
    if (!pipeline->options.capture || pipeline->capture_failed)
        return;
    pipeline->capture_failed =
        capture_write(pipeline->options.capture, event, &pipeline->capture_error) < 0;
}

/* Writes what record_begin() to record_end() made. */
static void keep_record(struct pipeline *pipeline)
{
    if (buf_failed(&pipeline->record, "the capture", NULL) == 0)
        keep(pipeline, (const struct sensor_event *)pipeline->record.ptr);
    buf_reset(&pipeline->record);
}

/* An address of a name that rules ask for. */
static void keep_address(struct view name, uint8_t family, const uint8_t *address, void *context)
{
    struct pipeline *pipeline = context;

    names_record_write_address(name, family, address, &pipeline->record);
    keep_record(pipeline);
}

static void keep_name(struct view container, bool group, uint32_t id,
                      const struct user_entry *entry, void *context)
{
    struct pipeline *pipeline = context;

    names_record_write_user(container, group, id, entry, &pipeline->record);
    keep_record(pipeline);
}

/* Names of users that rules may ask for when they judge the event: they stand before it. */
static void keep_names(struct pipeline *pipeline, const struct sensor_event *event)
{
    const struct process *process;
    const struct container *container;
    struct user_entry user;
    struct view group;

    if (!pipeline->names)
        return;
    process = process_table_find(pipeline->processes, event->pid);
    container = process ? process->container : NULL;
    user_names_user(pipeline->names, container, process, 0, event->time, &user);
    user_names_group(pipeline->names, container, process, 0, event->time, &group);
}

static int open_names(struct pipeline *pipeline, struct error *err)
{
    int r = 0;

    if (pipeline->options.capture && pipeline->options.live)
        r = user_names_new(true, &pipeline->names, err);
    if (pipeline->names)
        user_names_on_read(pipeline->names, keep_name, pipeline);
    return r;
}

int pipeline_new(const struct pipeline_options *options, struct pipeline **ret, struct error *err)
{
    _cleanup_(pipeline_free_p) struct pipeline *pipeline = calloc(1, sizeof(*pipeline));
    const struct alert_maker_options maker = {.explain = options->explain};
    const struct detector_options detector = {
        .all = options->all_matches,
        .measure = options->measure,
        .live = options->live,
        .resolved = options->capture ? keep_address : NULL,
        .wait_milliseconds = options->wait_milliseconds,
        .matched = matched,
        .context = pipeline,
    };
    int r;

    if (!pipeline)
        return error_memory(err);
    pipeline->options = *options;
    pipeline->record = BUF_INIT(RECORD_LIMIT);
    r = container_table_new(&pipeline->containers, err);
    if (r == 0)
        r = process_table_new(pipeline->containers, &pipeline->processes, err);
    if (r == 0)
        r = detector_new(&detector, pipeline->processes, pipeline->containers, &pipeline->detector,
                         err);
    if (r == 0)
        r = alert_maker_new(&maker, &pipeline->maker, err);
    if (r == 0)
        r = alert_groups_new(&options->groups, send, pipeline, &pipeline->groups, err);
    if (r == 0)
        r = sink_watch_new(options->sinks, options->sink_count, &pipeline->watch, err);
    if (r == 0)
        r = open_names(pipeline, err);
    if (r < 0)
        return r;
    if (options->found)
        container_table_on_found(pipeline->containers, options->found, options->context);
    *ret = take_ptr(&pipeline);
    return 0;
}

void pipeline_free(struct pipeline *pipeline)
{
    if (!pipeline)
        return;
    detector_free(pipeline->detector);
    alert_groups_free(pipeline->groups);
    alert_maker_free(pipeline->maker);
    sink_watch_free(pipeline->watch);
    process_table_free(pipeline->processes);
    container_table_free(pipeline->containers);
    user_names_free(pipeline->names);
    buf_done(&pipeline->record);
    free(pipeline);
}

void pipeline_set_host(struct pipeline *pipeline, const struct sensor_host *host, struct view name)
{
    pipeline->host = *host;
    snprintf(pipeline->host_name, sizeof(pipeline->host_name), "%.*s", VIEW_ARG(name));
    detector_set_host(pipeline->detector, host, view_of(pipeline->host_name));
}

int pipeline_set_rules(struct pipeline *pipeline, const struct loaded_rules *rules,
                       struct error *err)
{
    int r = detector_set_program(pipeline->detector, loaded_rules_program(rules), err);

    alert_maker_forget(pipeline->maker);
    return r;
}

static void keep_container(struct pipeline *pipeline, const struct container *container)
{
    if (!pipeline->options.capture)
        return;
    container_record_write(container, pipeline->now, &pipeline->record);
    keep_record(pipeline);
}

bool pipeline_capture_failed(const struct pipeline *pipeline, struct error *ret)
{
    if (pipeline->capture_failed && ret)
        *ret = pipeline->capture_error;
    return pipeline->capture_failed;
}

/* ---- What comes in ---- */

void pipeline_event(struct pipeline *pipeline, const struct sensor_event *event)
{
    pipeline->now = event->time;
    keep_names(pipeline, event);
    keep(pipeline, event);
    detector_event(pipeline->detector, event);
}

/* `settled`: 0, or why what was said of the container could not be taken in. */
static void container_settled(struct pipeline *pipeline, struct view id, int settled,
                              const struct error *err)
{
    struct container *container = container_table_find(pipeline->containers, id);

    if (settled < 0 && settled != ERROR_NOT_FOUND)
        log_warning(tr("container %.*s: %s"), VIEW_ARG(view_sub(id, 0, 12)), err->message);
    if (!container)
        return;
    keep_container(pipeline, container);
    detector_container_known(pipeline->detector, container);
}

void pipeline_container(struct pipeline *pipeline, enum container_runtime runtime, struct view id,
                        struct view json)
{
    struct error err = ERROR_INIT;
    int settled = container_table_settle(pipeline->containers, id, runtime, json, &err);

    container_settled(pipeline, id, settled, &err);
}

void pipeline_container_record(struct pipeline *pipeline, const struct sensor_event *event)
{
    struct error err = ERROR_INIT;
    struct view id = {0};
    int settled = container_table_settle_record(pipeline->containers, event, &err);

    record_find(event, SENSOR_NAME, -1, &id);
    container_settled(pipeline, id, settled, &err);
}

static void keep_lost(struct pipeline *pipeline, const struct sensor_lost *lost, uint64_t time)
{
    const struct sensor_event header = {.kind = SENSOR_LOST, .time = time};
    size_t begin;

    if (!pipeline->options.capture)
        return;
    begin = record_begin(&pipeline->record, &header);
    record_add(&pipeline->record, SENSOR_LOST_PARAMETER, 0, 0,
               (struct view){(const char *)lost, sizeof(*lost)});
    record_end(&pipeline->record, begin);
    keep_record(pipeline);
}

void pipeline_lost(struct pipeline *pipeline, const struct sensor_lost *lost, uint64_t time)
{
    static const char *const names[] = {"state", "privileged", "network", "file", "other"};
    _cleanup_(buf_done) struct buf output = BUF_INIT(ACTIONS_LIMIT);
    struct alert_field fields[SENSOR_CLASS_COUNT];
    char numbers[SENSOR_CLASS_COUNT][24];
    int64_t now = (int64_t)(pipeline->host.boot_time + time);
    struct alert alert = {
        .time = now,
        .rule = VIEW("Sensor lost events"),
        .rule_id = VIEW("sensor-lost-events"),
        .priority = RULE_WARNING,
        .source = VIEW("internal"),
        .host = view_of(pipeline->host_name),
        .fields = fields,
        .field_count = SENSOR_CLASS_COUNT,
        .cause = VIEW("lost"),
        .count = 1,
        .first_time = now,
        .last_time = now,
    };
    uint64_t all = 0;

    keep_lost(pipeline, lost, time);
    for (int i = 0; i < SENSOR_CLASS_COUNT; i++) {
        all += lost->count[i];
        snprintf(numbers[i], sizeof(numbers[i]), "%llu", (unsigned long long)lost->count[i]);
        fields[i] =
            (struct alert_field){view_of(names[i]), view_of(numbers[i]), ALERT_FIELD_NUMBER};
    }
    buf_addf(&output, tr("%llu events were lost: rules may have missed something"),
             (unsigned long long)all);
    alert.output = buf_view(&output);
    alert_maker_number(pipeline->maker, &alert);
    alert_groups_add(pipeline->groups, &alert);
}

void pipeline_tick(struct pipeline *pipeline, uint64_t now)
{
    detector_tick(pipeline->detector, now);
    alert_groups_tick(pipeline->groups, (int64_t)(pipeline->host.boot_time + now));
    if (pipeline->options.responder)
        responder_tick(pipeline->options.responder);
}

static void look_at_journal(struct pipeline *pipeline)
{
    bool fails = responder_counts(pipeline->options.responder).journal_fails;

    if (fails && !pipeline->journal_fails)
        log_error(tr("the journal can't be written (is the disk full?); what is done waits in "
                     "memory to be written"));
    else if (!fails && pipeline->journal_fails)
        log_info(tr("the journal can be written again"));
    pipeline->journal_fails = fails;
}

void pipeline_look_at_sinks(struct pipeline *pipeline)
{
    sink_watch_look(pipeline->watch);
    if (pipeline->options.responder)
        look_at_journal(pipeline);
}

void pipeline_reopen_sinks(struct pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->options.sink_count; i++) {
        struct error err = ERROR_INIT;

        if (sink_reopen(pipeline->options.sinks[i], &err) < 0)
            log_error("%s: %s", sink_name(pipeline->options.sinks[i]), err.message);
    }
}

void pipeline_finish(struct pipeline *pipeline)
{
    detector_finish(pipeline->detector);
    alert_groups_flush(pipeline->groups);
}

/* ---- What is inside ---- */

struct process_table *pipeline_processes(struct pipeline *pipeline)
{
    return pipeline->processes;
}

struct container_table *pipeline_containers(struct pipeline *pipeline)
{
    return pipeline->containers;
}

const struct detector *pipeline_detector(const struct pipeline *pipeline)
{
    return pipeline->detector;
}

uint64_t pipeline_alerts(const struct pipeline *pipeline)
{
    return pipeline->alerts;
}

uint64_t pipeline_suppressed(const struct pipeline *pipeline)
{
    return alert_groups_suppressed(pipeline->groups);
}

uint64_t pipeline_sink_failures(const struct pipeline *pipeline)
{
    return pipeline->sink_failures;
}
