#include "sensor/detect/detector.h"

#include <stdlib.h>

#include "sensor/detect/names-record.h"
#include "sensor/detect/waiting.h"

enum { NANOSECONDS_PER_MILLISECOND = 1000000 };

struct detector {
    struct detector_options options;
    struct process_table *processes;
    struct container_table *containers;
    const struct rule_program *program;
    struct rule_evaluation *evaluation;
    uint64_t *hits; /* by rule */
    struct waiting *waiting;
    struct observation base; /* what is the same for all events */
    struct observation_cache cache;
    uint64_t wait; /* nanoseconds */
    uint64_t last_time;
    struct detector_counts counts;
};

int detector_new(const struct detector_options *options, struct process_table *processes,
                 struct container_table *containers, struct detector **ret, struct error *err)
{
    _cleanup_(detector_free_p) struct detector *detector = calloc(1, sizeof(*detector));
    uint32_t wait = options->wait_milliseconds ? options->wait_milliseconds : DETECTOR_WAIT;
    int status;

    if (!detector)
        return error_memory(err);
    detector->options = *options;
    detector->processes = processes;
    detector->containers = containers;
    detector->wait = (uint64_t)wait * NANOSECONDS_PER_MILLISECOND;
    detector->base.cache = &detector->cache;
    detector->base.live = options->live;
    detector->waiting = waiting_new();
    if (!detector->waiting)
        return error_memory(err);
    status = user_names_new(options->live, &detector->base.users, err);
    if (!status)
        status = address_names_new(options->live, &detector->base.addresses, err);
    if (!status)
        *ret = take_ptr(&detector);
    return status;
}

void detector_free(struct detector *detector)
{
    if (!detector)
        return;
    waiting_free(detector->waiting);
    rule_evaluation_free(detector->evaluation);
    user_names_free(detector->base.users);
    address_names_free(detector->base.addresses);
    free(detector->hits);
    free(detector);
}

int detector_set_program(struct detector *detector, const struct rule_program *program,
                         struct error *err)
{
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
    _cleanup_free_ uint64_t *hits = calloc(rule_program_rule_count(program) + 1, sizeof(*hits));
    int status = hits ? rule_evaluation_new(program, &evaluation, err) : error_memory(err);

    if (!status && detector->options.measure)
        status = rule_evaluation_measure(evaluation, err);
    if (status)
        return status;
    if (detector->evaluation)
        detector->counts.given_up += rule_evaluation_given_up(detector->evaluation);
    rule_evaluation_free(detector->evaluation);
    free(detector->hits);
    detector->evaluation = take_ptr(&evaluation);
    detector->hits = take_ptr(&hits);
    detector->program = program;
    address_names_watch_program(detector->base.addresses, program);
    return 0;
}

void detector_set_host(struct detector *detector, const struct sensor_host *host, struct view name)
{
    detector->base.boot_time = (int64_t)host->boot_time;
    detector->base.host_name = name;
}

/* The rules that match; `*ret_asked`: metadata would have been read that is not there yet. */
static const uint32_t *evaluate(struct detector *detector, struct observation *observation,
                                bool *ret_asked, size_t *ret_count)
{
    *ret_asked = false;
    observation->asked_metadata = ret_asked;
    observation_begin(observation);
    detector->counts.evaluated++;
    return rule_evaluate(detector->evaluation, observation, 0, !detector->options.all, ret_count);
}

static void report(struct detector *detector, const struct observation *observation,
                   const uint32_t *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct match match = {detector->program, detector->evaluation, rules[i], observation};

        detector->hits[rules[i]]++;
        detector->counts.matched++;
        if (detector->options.matched)
            detector->options.matched(&match, detector->options.context);
    }
}

static void observe(const struct detector *detector, const struct sensor_event *event,
                    const struct process *process, struct observation *ret)
{
    *ret = detector->base;
    ret->event = event;
    ret->process = process;
    ret->container = process->container;
    if (event->kind == SENSOR_SYSCALL)
        ret->call = syscall_by_number(event->number);
}

/* Judges an event that waited, and frees it. */
static void judge(struct detector *detector, struct waiting_event *event, bool in_vain)
{
    struct observation observation;
    const uint32_t *rules;
    size_t count;
    bool asked;

    observe(detector, waiting_record(event), process_snapshot_process(event->process),
            &observation);
    observation.number = event->number;
    observation.previous_time = event->previous_time;
    detector->counts.waited_in_vain += in_vain;
    rules = evaluate(detector, &observation, &asked, &count);
    report(detector, &observation, rules, count);
    waiting_event_free(detector->waiting, event);
}

static void judge_all(struct detector *detector, struct container *container)
{
    struct waiting_event *event;

    container_ref(container);
    while ((event = waiting_take(detector->waiting, container)))
        judge(detector, event, container->knowledge == CONTAINER_PENDING);
    container_unref(container);
}

static void judge_oldest(struct detector *detector)
{
    uint64_t time;
    struct container *container = waiting_oldest(detector->waiting, &time);

    judge(detector, waiting_take(detector->waiting, container), true);
}

static bool wait_for(struct detector *detector, const struct observation *observation)
{
    if (!waiting_add(detector->waiting, observation->process->container, observation->event,
                     observation->process, observation->number, observation->previous_time))
        return false;
    detector->counts.waited++;
    while (waiting_bytes(detector->waiting) > DETECTOR_WAITING_LIMIT) {
        detector->counts.given_up++;
        judge_oldest(detector);
    }
    return true;
}

/* Evaluates the rules. In a container that is not known yet a match waits as
 * well as a question: its output would lack the container's name. */
static void look_at(struct detector *detector, const struct sensor_event *event,
                    const struct process *process)
{
    struct container *container = process->container;
    bool pending = container && container->knowledge == CONTAINER_PENDING;
    struct observation observation;
    const uint32_t *rules;
    size_t count;
    bool asked;

    if (container && !pending && waiting_any(detector->waiting, container))
        judge_all(detector, container);
    observe(detector, event, process, &observation);
    observation.number = detector->counts.events;
    observation.previous_time = detector->last_time;
    rules = evaluate(detector, &observation, &asked, &count);
    if (pending && (asked || count) && wait_for(detector, &observation))
        return;
    report(detector, &observation, rules, count);
}

static bool has_rules(const struct detector *detector, const struct sensor_event *event)
{
    switch (event->kind) {
    case SENSOR_SYSCALL:
    case SENSOR_EXEC:
    case SENSOR_FORK:
    case SENSOR_EXIT:
        return detector->program != NULL;
    default:
        return false;
    }
}

static void number(struct detector *detector, const struct sensor_event *event)
{
    if (!detector->counts.events++)
        detector->base.first_time = detector->last_time = event->time;
}

void detector_event(struct detector *detector, const struct sensor_event *event)
{
    const struct process *process = process_table_apply(detector->processes, event);

    names_record_read(event, detector->base.users, detector->base.addresses);
    if (has_rules(detector, event)) {
        number(detector, event);
        if (process)
            look_at(detector, event, process);
        detector->last_time = event->time;
    }
    process_table_finish(detector->processes, event);
}

void detector_container_known(struct detector *detector, struct container *container)
{
    judge_all(detector, container);
}

void detector_tick(struct detector *detector, uint64_t now)
{
    uint64_t time;

    address_names_take(detector->base.addresses, detector->options.resolved,
                       detector->options.context);
    while (waiting_oldest(detector->waiting, &time) && time + detector->wait <= now)
        judge_oldest(detector);
}

void detector_finish(struct detector *detector)
{
    uint64_t time;

    while (waiting_oldest(detector->waiting, &time))
        judge_oldest(detector);
}

struct detector_counts detector_counts(const struct detector *detector)
{
    struct detector_counts counts = detector->counts;

    if (detector->evaluation)
        counts.given_up += rule_evaluation_given_up(detector->evaluation);
    counts.waiting_bytes = waiting_bytes(detector->waiting);
    return counts;
}

struct rule_cost detector_rule_cost(const struct detector *detector, size_t rule)
{
    struct rule_evaluation_cost cost = rule_evaluation_cost(detector->evaluation, rule);

    return (struct rule_cost){detector->hits[rule], cost.evaluations, cost.nanoseconds};
}
