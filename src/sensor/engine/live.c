#include "sensor/engine/live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "sensor/abi/record.h"
#include "sensor/engine/host.h"
#include "sensor/engine/rule-watch.h"

enum {
    READ_WAIT = 20,           /* milliseconds; urgent events wake sooner */
    RELOAD_QUIET = 300,       /* milliseconds without a change before rules are read */
    SNAPSHOT_INTERVAL = 1000, /* milliseconds between two, when state was lost */
    MILLISECOND = 1000000,
};

struct live {
    struct live_options options;
    struct loaded_rules *rules;
    struct probe *probe;
    struct pipeline *pipeline;
    struct inquiry *inquiry;
    struct rule_watch *watch;
    bool has_environment; /* of programs: that is decided when the kernel programs are loaded */
    int signals;          /* a signalfd */
    bool stop;
    uint64_t reload_at; /* nanoseconds since boot; 0: nothing to reload */
    uint64_t reloads, failed_reloads;
    uint64_t snapshots;
    uint64_t inquiry_failed;
    char inquiry_error[sizeof(((struct error *)0)->message)]; /* that was told last */
    uint64_t ticked, snapshot_at, state_gaps;
    uint64_t lost[SENSOR_CLASS_COUNT]; /* that was told */
};

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---- Rules ---- */

static int put_filter(struct live *live, const struct loaded_rules *rules, struct error *err)
{
    struct push_down *push_down = loaded_rules_push_down(rules);
    _cleanup_free_ struct filter *filter = malloc(sizeof(*filter));

    if (!filter)
        return error_memory(err);
    *filter = *push_down_filter(push_down);
    filter->off = live->options.no_push_down;
    return probe_set_filter(live->probe, filter, err);
}

/* ---- Events ---- */

/* A new program, or a new process: what rules can never match of it. */
static void mask_process(struct live *live, const struct sensor_event *event)
{
    uint32_t pid = event->kind == SENSOR_FORK ? event->other : event->pid;
    const struct process *process = process_table_find(pipeline_processes(live->pipeline), pid);
    struct sensor_process told;
    struct view bytes;

    if (!process || !record_find(event, SENSOR_PROCESS_PARAMETER, -1, &bytes) ||
        bytes.len != sizeof(told))
        return;
    memcpy(&told, bytes.ptr, sizeof(told));
    probe_set_process_mask(live->probe, told.pid, told.start, told.exec_id,
                           push_down_process_mask(loaded_rules_push_down(live->rules), process));
}

/* A process that a container has put into a cgroup of the host is the container's still. */
static void tell_whose(struct live *live, uint32_t pid)
{
    const struct process *process = process_table_find(pipeline_processes(live->pipeline), pid);

    if (process && process->container)
        probe_set_cgroup(live->probe, process->cgroup, true);
}

static void tell_cgroup(struct live *live, const struct sensor_event *event)
{
    uint64_t id = event->arguments[0];
    bool known;
    struct container *container =
        container_table_of_cgroup(pipeline_containers(live->pipeline), id, &known);

    if (event->kind == SENSOR_CGROUP_REMOVE)
        probe_forget_cgroup(live->probe, id);
    else if (known)
        probe_set_cgroup(live->probe, id, container != NULL);
}

static void take(const struct sensor_event *event, void *context)
{
    struct live *live = context;

    pipeline_event(live->pipeline, event);
    switch (event->kind) {
    case SENSOR_EXEC:
    case SENSOR_FORK:
    case SENSOR_PROCESS:
        mask_process(live, event);
        tell_whose(live, event->kind == SENSOR_FORK ? event->other : event->pid);
        break;
    case SENSOR_CGROUP_MAKE:
    case SENSOR_CGROUP_REMOVE:
        tell_cgroup(live, event);
        break;
    case SENSOR_CGROUP_ENTER:
        tell_whose(live, event->other);
        break;
    default:
        break;
    }
}

static int take_snapshot(struct live *live, struct error *err)
{
    struct process_table *processes = pipeline_processes(live->pipeline);
    int r;

    process_table_begin_snapshot(processes);
    r = probe_snapshot(live->probe, take, live, err);
    process_table_end_snapshot(processes, now_ns());
    return r < 0 ? r : 0;
}

/* ---- New rules ---- */

/* Takes `rules` over when both sides do; else both keep the old ones. What old rules can't
 * match of a process says nothing about new ones: all processes are looked at again. */
static int exchange(struct live *live, struct loaded_rules *rules, struct error *err)
{
    struct loaded_rules *old = live->rules;
    int r;

    if (push_down_needs_environment(loaded_rules_push_down(rules)) && !live->has_environment)
        return error_set(err, ERROR_UNSUPPORTED,
                         "the new ones read the environment of programs, which is captured only "
                         "when rules at the start do; restart the sensor");
    r = pipeline_set_rules(live->pipeline, rules, err);
    if (r == 0)
        r = put_filter(live, rules, err);
    if (r < 0) {
        pipeline_set_rules(live->pipeline, old, NULL);
        return r;
    }
    live->rules = rules;
    loaded_rules_free(old);
    return 0;
}

static void reload(struct live *live)
{
    struct error err = ERROR_INIT;
    _cleanup_(loaded_rules_free_p) struct loaded_rules *rules = NULL;
    int r = loaded_rules_new(&live->options.rules, live->options.tell, live->options.tell_ctx,
                             &rules, &err);

    live->reload_at = 0;
    if (r == 0)
        r = exchange(live, rules, &err);
    if (r < 0) {
        live->failed_reloads++;
        log_error(tr("the rules were not loaded, the old ones stay: %s"), err.message);
        return;
    }
    take_ptr(&rules);
    live->reloads++;
    log_info(tr("rules loaded again: %zu"), loaded_rules_count(live->rules));
    if (take_snapshot(live, &err) < 0)
        log_error("%s", err.message);
}

/* ---- Losses ---- */

/* Tells what was lost since the last time, and reads state anew when some of
 * it was state. */
static void look_for_losses(struct live *live, uint64_t now)
{
    struct probe_counts counts = probe_counts(live->probe);
    struct sensor_lost lost = {0};
    uint64_t all = 0;

    for (int i = 0; i < SENSOR_CLASS_COUNT; i++) {
        lost.count[i] = counts.lost[i] - live->lost[i];
        live->lost[i] = counts.lost[i];
        all += lost.count[i];
    }
    if (all)
        pipeline_lost(live->pipeline, &lost, now);
    if (counts.state_gaps != live->state_gaps && now >= live->snapshot_at) {
        struct error err = ERROR_INIT;

        live->state_gaps = counts.state_gaps;
        live->snapshot_at = now + (uint64_t)SNAPSHOT_INTERVAL * MILLISECOND;
        live->snapshots++;
        log_warning(tr("events about processes were lost: all are read again"));
        if (take_snapshot(live, &err) < 0)
            log_error("%s", err.message);
    }
}

/* ---- Runtimes ---- */

void live_container_found(struct container *container, void *context)
{
    struct live *live = context;

    if (!live->inquiry || !inquiry_ask(live->inquiry, container->runtime, container->id))
        container->knowledge = CONTAINER_UNKNOWN;
}

static void take_answers(struct live *live)
{
    struct inquiry_answer answer;

    while (live->inquiry && inquiry_take(live->inquiry, &answer))
        pipeline_container(live->pipeline, answer.runtime, answer.id, answer.json);
}

/* ---- The loop ---- */

static void take_signals(struct live *live)
{
    struct signalfd_siginfo info;

    while (read(live->signals, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGHUP) {
            live->reload_at = 1;
            pipeline_reopen_sinks(live->pipeline);
        } else {
            live->stop = true;
        }
    }
}

/* A runtime that fails is told once, until it fails in another way. */
static void look_for_runtimes(struct live *live)
{
    struct error err = ERROR_INIT;
    uint64_t failed = live->inquiry ? inquiry_counts(live->inquiry).failed : 0;

    if (failed == live->inquiry_failed)
        return;
    live->inquiry_failed = failed;
    inquiry_last_error(live->inquiry, &err);
    if (strcmp(err.message, live->inquiry_error) == 0)
        return;
    snprintf(live->inquiry_error, sizeof(live->inquiry_error), "%s", err.message);
    log_warning("%s", err.message);
}

static void second_passed(struct live *live, uint64_t now)
{
    look_for_losses(live, now);
    look_for_runtimes(live);
    pipeline_look_at_sinks(live->pipeline);
    probe_tidy(live->probe);
}

static int turn(struct live *live, struct error *err)
{
    int r = probe_read(live->probe, READ_WAIT, take, live, err);
    uint64_t now = now_ns();

    if (r < 0)
        return r;
    live->stop |= pipeline_capture_failed(live->pipeline, NULL);
    take_answers(live);
    pipeline_tick(live->pipeline, now);
    take_signals(live);
    if (live->watch && rule_watch_changed(live->watch))
        live->reload_at = now + (uint64_t)RELOAD_QUIET * MILLISECOND;
    if (live->reload_at && now >= live->reload_at)
        reload(live);
    if (live->options.turn)
        live->options.turn(live->options.ctx, live);
    if (now - live->ticked >= 1000 * (uint64_t)MILLISECOND) {
        live->ticked = now;
        second_passed(live, now);
    }
    return 0;
}

static int open_signals(struct live *live, struct error *err)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return error_errno(err, "cannot block signals");
    live->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return live->signals < 0 ? error_errno(err, "cannot wait for signals") : 0;
}

int live_new(const struct live_options *options, struct live **ret, struct error *err)
{
    _cleanup_(live_free_p) struct live *live = calloc(1, sizeof(*live));
    struct probe_options probe = options->probe;
    int r;

    if (!live)
        return error_memory(err);
    live->options = *options;
    live->signals = -1;
    r = loaded_rules_new(&options->rules, options->tell, options->tell_ctx, &live->rules, err);
    if (r == 0)
        r = open_signals(live, err);
    if (r == 0 && options->watch && options->rules.path_count)
        r = rule_watch_new(options->rules.paths, options->rules.path_count, &live->watch, err);
    if (r < 0)
        return r;
    probe.environment |= push_down_needs_environment(loaded_rules_push_down(live->rules));
    probe.own_pid = (uint32_t)getpid();
    live->has_environment = probe.environment;
    r = probe_open(&probe, &live->probe, err);
    if (r == 0)
        r = put_filter(live, live->rules, err);
    if (r == 0)
        *ret = take_ptr(&live);
    return r;
}

void live_free(struct live *live)
{
    if (!live)
        return;
    probe_close(live->probe);
    loaded_rules_free(live->rules);
    rule_watch_free(live->watch);
    if (live->signals >= 0)
        close(live->signals);
    free(live);
}

int live_run(struct live *live, struct pipeline *pipeline, struct inquiry *inquiry,
             struct error *err)
{
    struct sensor_host host;
    char name[HOST_NAME_SIZE];
    uint64_t end = live->options.seconds ? now_ns() + live->options.seconds * 1000000000 : 0;
    int r;

    live->pipeline = pipeline;
    live->inquiry = inquiry;
    host_describe(&host, name);
    pipeline_set_host(pipeline, &host, view_of(name));
    r = pipeline_set_rules(pipeline, live->rules, err);
    if (r == 0)
        r = probe_attach(live->probe, err);
    if (r == 0)
        r = take_snapshot(live, err);
    if (r == 0 && live->options.ready)
        live->options.ready(live->options.ctx, live);
    while (r == 0 && !live->stop && (!end || now_ns() < end))
        r = turn(live, err);
    if (r == 0)
        r = probe_read(live->probe, 0, take, live, err);
    look_for_losses(live, now_ns());
    take_answers(live);
    pipeline_finish(pipeline);
    return r < 0 ? r : 0;
}

const struct loaded_rules *live_rules(const struct live *live)
{
    return live->rules;
}

const struct probe *live_probe(const struct live *live)
{
    return live->probe;
}

struct pipeline *live_pipeline(const struct live *live)
{
    return live->pipeline;
}

const struct inquiry *live_inquiry(const struct live *live)
{
    return live->inquiry;
}

uint64_t live_snapshots(const struct live *live)
{
    return live->snapshots;
}

uint64_t live_reloads(const struct live *live, uint64_t *ret_failed)
{
    *ret_failed = live->failed_reloads;
    return live->reloads;
}
