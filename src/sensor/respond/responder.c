#include "sensor/respond/responder.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "sensor/respond/guard-rails.h"
#include "sensor/respond/policy.h"

enum {
    JOB_LIMIT = 1 << 20, /* bytes of one */
    UNDO_LIMIT = 4096,   /* bytes of what an undo needs */
    RECENT = 512,        /* actions that are remembered as done, a power of two */
    READ_LIMIT = 256 << 20,
    JOURNAL_RETRY = 1, /* seconds */
};

static const uint64_t second = 1000000000;

/* An action that waits; its texts are in its arena. */
struct job {
    struct job *next;
    struct arena *arena;
    const struct action *action; /* NULL: tells of refusals */
    struct journal_entry entry;
};

/* Jobs that one thread does in turn. Kills have a thread of their own: stopping a
 * container takes its time. */
struct lane {
    struct responder *responder;
    struct job *first, **end;
    pthread_cond_t wake;
    pthread_t thread;
    bool is_running;
};

enum { KILLS, OTHERS, LANES };

struct responder {
    struct responder_options options;
    struct policy *policy; /* NULL: none */
    struct journal *journal;
    char id[JOURNAL_ID_SIZE]; /* of the last action by command */

    /* Of the thread that alerts. */
    struct {
        uint64_t key, time;
    } recent[RECENT];
    uint64_t window; /* begin of the minute that is counted */
    uint32_t in_window;
    uint64_t refused_in_window;

    pthread_mutex_t lock; /* guards what follows */
    bool must_end;
    struct lane lanes[LANES];
    struct responder_counts counts;
};

static void init_wake(pthread_cond_t *wake)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC); /* clock_now_ns() */
    pthread_cond_init(wake, &attributes);
    pthread_condattr_destroy(&attributes);
}

static const char *spares(const void *policy, const struct response_target *target,
                          struct view process)
{
    return policy_never(policy, target, process);
}

int responder_new(const struct responder_options *options, struct responder **ret,
                  struct error *err)
{
    _cleanup_(responder_free_p) struct responder *responder = calloc(1, sizeof(*responder));
    int r;

    if (!responder)
        return error_memory(err);
    responder->options = *options;
    if (!responder->options.rate)
        responder->options.rate = RESPONDER_RATE;
    pthread_mutex_init(&responder->lock, NULL);
    for (size_t i = 0; i < LANES; i++) {
        responder->lanes[i].responder = responder;
        responder->lanes[i].end = &responder->lanes[i].first;
        init_wake(&responder->lanes[i].wake);
    }
    r = journal_open(options->journal_path, &responder->journal, err);
    if (r < 0)
        return r;
    if (options->policy_path) {
        r = policy_read(options->policy_path, &responder->policy, err);
        if (r < 0)
            return r;
        responder->options.context.dry_run |= policy_is_dry_run(responder->policy);
        responder->options.context.policy = responder->policy;
        responder->options.context.spares = spares;
    }
    *ret = take_ptr(&responder);
    return 0;
}

/* ---- Doing ---- */

static void count(struct responder *responder, uint64_t *counter)
{
    pthread_mutex_lock(&responder->lock);
    ++*counter;
    pthread_mutex_unlock(&responder->lock);
}

/* What became of a line of the journal. */
static void count_written(struct responder *responder, int result)
{
    pthread_mutex_lock(&responder->lock);
    responder->counts.journal_fails = result < 0;
    responder->counts.unwritten += result < 0;
    pthread_mutex_unlock(&responder->lock);
}

static void count_outcome(struct responder *responder, const struct action *action,
                          enum response_outcome outcome)
{
    count(responder, &responder->counts.outcomes[action_index(action)][outcome]);
}

static const char *find_refusal(const struct responder *responder,
                                const struct response_target *target)
{
    struct living_process process;
    struct view name = VIEW_EMPTY;

    if (!responder->policy)
        return NULL;
    if (target->pid && living_process_read(target->pid, &process, NULL) == 0)
        name = view_from(process.comm, strnlen(process.comm, sizeof(process.comm)));
    return policy_never(responder->policy, target, name);
}

static int act(const struct responder *responder, const struct action *action,
               const struct response_target *target, struct buf *undo, struct error *err)
{
    const char *refusal = find_refusal(responder, target);

    if (refusal)
        return error_set(err, ERROR_DENIED, "%s", tr(refusal));
    if (action->needs_process && !target->pid)
        return error_set(err, ERROR_USAGE, "%s needs a process", action->name);
    if (action->needs_container && !target->container_id.len)
        return error_set(err, ERROR_USAGE, "%s needs a container", action->name);
    return action->act(&responder->options.context, target, undo, err);
}

/* Does it and writes what became of it. */
static int act_and_settle(struct responder *responder, const struct action *action,
                          struct journal_entry *entry, struct error *err)
{
    _cleanup_(buf_done) struct buf undo = BUF_INIT(UNDO_LIMIT);
    struct error cause = ERROR_INIT;
    int r = act(responder, action, &entry->target, &undo, &cause);

    entry->state = r < 0 ? JOURNAL_FAILED : JOURNAL_DONE;
    entry->outcome = view_of(r < 0 ? cause.message : NULL);
    entry->undo = buf_view(&undo);
    count_outcome(responder, action,
                  r < 0            ? RESPONSE_FAILED
                  : entry->dry_run ? RESPONSE_DRY_RUN
                                   : RESPONSE_DONE);
    count_written(responder, journal_settle(responder->journal, entry, NULL));
    if (r < 0 && err)
        *err = cause;
    return r;
}

/* Should the intent reach the journal after all, so does what became of it. */
static void refuse_unwritten(struct responder *responder, struct journal_entry *entry,
                             const struct error *cause)
{
    entry->state = JOURNAL_FAILED;
    entry->outcome = view_of(cause->message);
    count_written(responder, journal_settle(responder->journal, entry, NULL));
}

int responder_act(struct responder *responder, const struct action *action,
                  const struct response_target *target, struct view who, struct view why,
                  struct view *ret_id, struct error *err)
{
    struct journal_entry entry = {.action = view_of(action->name),
                                  .target = *target,
                                  .who = who,
                                  .why = why,
                                  .dry_run = responder->options.context.dry_run};
    struct error cause = ERROR_INIT;
    int r = journal_intend(responder->journal, &entry, responder->id, &cause);

    if (r == 0)
        r = act_and_settle(responder, action, &entry, &cause);
    else
        refuse_unwritten(responder, &entry, &cause);
    if (r == 0)
        *ret_id = view_of(responder->id);
    else if (err)
        *err = cause;
    return r;
}

static int check_undo(const struct journal_entry *entry, const struct action *action,
                      struct error *err)
{
    struct view id = entry->id;

    if (entry->state == JOURNAL_UNDONE)
        return error_set(err, ERROR_INPUT, "%.*s was taken back before", VIEW_ARG(id));
    if (entry->state == JOURNAL_FAILED)
        return error_set(err, ERROR_INPUT, "%.*s failed: there is nothing to take back",
                         VIEW_ARG(id));
    if (entry->dry_run)
        return error_set(err, ERROR_INPUT, "%.*s was not done, only written down", VIEW_ARG(id));
    if (!action || !action->undoable)
        return error_set(err, ERROR_UNSUPPORTED, "%.*s: %.*s can't be taken back", VIEW_ARG(id),
                         VIEW_ARG(entry->action));
    if (entry->state == JOURNAL_INTENDED && !action->undo_by_target) {
        error_set(err, ERROR_UNSUPPORTED,
                  "%.*s: the sensor ended before it wrote down how to take it back", VIEW_ARG(id));
        error_hint(err, "a guard of programs ends with its container");
        return ERROR_UNSUPPORTED;
    }
    return 0;
}

bool responder_can_undo(const struct journal_entry *entry)
{
    const struct action *action = action_find(entry->action);

    return check_undo(entry, action, NULL) == 0 && action_can_undo(action, &entry->target);
}

int responder_undo(struct responder *responder, struct view id, struct view who, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(READ_LIMIT);
    const struct action *action;
    struct journal_entry entry;
    int r = arena ? journal_find(responder->options.journal_path, id, arena, &entry, err)
                  : error_memory(err);

    if (r < 0)
        return r;
    action = action_find(entry.action);
    r = check_undo(&entry, action, err);
    if (r == 0)
        r = action->undo(&responder->options.context, &entry.target, entry.undo, err);
    if (r < 0 || responder->options.context.dry_run)
        return r;
    entry.state = JOURNAL_UNDONE;
    entry.undone_by = who;
    entry.outcome = entry.undo = VIEW_EMPTY;
    return journal_settle(responder->journal, &entry, err);
}

/* ---- The thread ---- */

static void free_job(struct job *job)
{
    arena_free(job->arena);
}

static struct job *take(struct lane *lane)
{
    struct job *job = lane->first;

    if (!job)
        return NULL;
    lane->first = job->next;
    if (!lane->first)
        lane->end = &lane->first;
    lane->responder->counts.waiting--;
    return job;
}

/* Until something happens in the lane, or a moment has passed while the journal fails. */
static void wait_wake(struct lane *lane)
{
    uint64_t until = clock_now_ns() + JOURNAL_RETRY * second;
    struct timespec deadline = {(time_t)(until / second), (long)(until % second)};

    if (lane->responder->counts.journal_fails)
        pthread_cond_timedwait(&lane->wake, &lane->responder->lock, &deadline);
    else
        pthread_cond_wait(&lane->wake, &lane->responder->lock);
}

/* The lines that wait, now that there may be room for them; the lock is held. */
static void retry_journal(struct responder *responder)
{
    bool written;

    if (!responder->counts.journal_fails)
        return;
    pthread_mutex_unlock(&responder->lock);
    written = journal_flush(responder->journal, NULL) == 0;
    pthread_mutex_lock(&responder->lock);
    responder->counts.journal_fails &= !written;
}

/* The next; NULL when it must end and nothing waits. */
static struct job *wait_job(struct lane *lane)
{
    struct job *job;

    pthread_mutex_lock(&lane->responder->lock);
    while (!(job = take(lane)) && !lane->responder->must_end) {
        wait_wake(lane);
        retry_journal(lane->responder);
    }
    pthread_mutex_unlock(&lane->responder->lock);
    return job;
}

static void run_job(struct responder *responder, struct job *job)
{
    char id[JOURNAL_ID_SIZE];

    count_written(responder, journal_intend(responder->journal, &job->entry, id, NULL));
    if (job->action) {
        act_and_settle(responder, job->action, &job->entry, NULL);
        return;
    }
    job->entry.state = JOURNAL_FAILED;
    job->entry.outcome = job->entry.why;
    count_written(responder, journal_settle(responder->journal, &job->entry, NULL));
}

static void *run(void *context)
{
    struct lane *lane = context;
    struct job *job;

    while ((job = wait_job(lane))) {
        run_job(lane->responder, job);
        free_job(job);
    }
    return NULL;
}

/* Signals are the program's. */
static bool start(struct lane *lane)
{
    sigset_t all, before;

    if (lane->is_running)
        return true;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    lane->is_running = pthread_create(&lane->thread, NULL, run, lane) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return lane->is_running;
}

static bool add_job(struct responder *responder, struct job *job)
{
    struct lane *lane =
        &responder->lanes[job->action && job->action->needs_process ? KILLS : OTHERS];
    bool added = false;

    pthread_mutex_lock(&responder->lock);
    if (!responder->must_end && responder->counts.waiting < RESPONDER_QUEUE_LIMIT && start(lane)) {
        *lane->end = job;
        lane->end = &job->next;
        responder->counts.waiting++;
        pthread_cond_signal(&lane->wake);
        added = true;
    }
    pthread_mutex_unlock(&responder->lock);
    if (!added)
        free_job(job);
    return added;
}

/* ---- Alerts ---- */

static struct job *new_job(const struct action *action)
{
    struct arena *arena = arena_new(JOB_LIMIT);
    struct job *job = arena ? arena_alloc(arena, sizeof(*job)) : NULL;

    if (!job) {
        arena_free(arena);
        return NULL;
    }
    job->arena = arena;
    job->action = action;
    return job;
}

static struct job *job_of(const struct responder *responder, const struct action *action,
                          const struct alert *alert, const struct response_target *target)
{
    struct job *job = new_job(action);
    struct response_target *to;

    if (!job)
        return NULL;
    to = &job->entry.target;
    *to = *target;
    to->container_id = arena_copy(job->arena, target->container_id);
    to->cgroup = arena_copy(job->arena, target->cgroup);
    to->container_name = arena_copy(job->arena, target->container_name);
    to->image = arena_copy(job->arena, target->image);
    to->pod_namespace = arena_copy(job->arena, target->pod_namespace);
    to->pod_name = arena_copy(job->arena, target->pod_name);
    job->entry.action = view_of(action->name);
    job->entry.who = arena_printf(job->arena, "rule %.*s", VIEW_ARG(alert->rule));
    job->entry.why = arena_copy(job->arena, view_sub(alert->output, 0, JOURNAL_TEXT_LIMIT));
    job->entry.dry_run = responder->options.context.dry_run;
    if (arena_failed(job->arena, "an action", NULL) == 0)
        return job;
    free_job(job);
    return NULL;
}

/* What is the same of two wishes: the action, and whom it is done to. */
static uint64_t key_of(const struct action *action, const struct response_target *target)
{
    uint64_t parts[] = {(uintptr_t)action, action->needs_process ? target->pid : 0,
                        action->needs_process ? target->start : 0,
                        hash_stable(target->container_id)};

    return hash_stable(view_from(parts, sizeof(parts)));
}

/* Was the same queued just now? */
static bool is_repeated(const struct responder *responder, uint64_t key, uint64_t now)
{
    size_t place = key & (RECENT - 1);

    return responder->recent[place].key == key &&
           now - responder->recent[place].time < RESPONDER_REPEAT * second;
}

/* Only what is really queued: what was refused is tried again with the next alert. */
static void remember(struct responder *responder, uint64_t key, uint64_t now)
{
    size_t place = key & (RECENT - 1);

    responder->recent[place].key = key;
    responder->recent[place].time = now;
}

/* One entry of the journal about all that were refused; NULL: there were none. */
static struct job *job_of_refused(const struct responder *responder)
{
    struct job *job = responder->refused_in_window ? new_job(NULL) : NULL;

    if (!job)
        return NULL;
    job->entry.action = VIEW("refused");
    job->entry.who = VIEW("the limit of actions");
    job->entry.why = arena_printf(
        job->arena,
        tr("%" PRIu64 " actions were refused: over %" PRIu32 " a minute, or too many waited"),
        responder->refused_in_window, responder->options.rate);
    return job;
}

/* Begins another minute when one has passed, and tells what was refused in it. */
static void turn_window(struct responder *responder, uint64_t now)
{
    struct job *refused;

    if (now - responder->window < 60 * second)
        return;
    responder->window = now;
    responder->in_window = 0;
    refused = job_of_refused(responder);
    if (refused && add_job(responder, refused))
        responder->refused_in_window = 0; /* else they are told with the next */
}

/* Gives a remark on it. */
static const char *queue(struct responder *responder, const struct action *action,
                         const struct alert *alert, const struct response_target *target)
{
    uint64_t now = clock_now_ns(), key = key_of(action, target);
    struct job *job = NULL;

    turn_window(responder, now);
    if (is_repeated(responder, key, now)) {
        count(responder, &responder->counts.repeated);
        return responder->options.context.dry_run ? tr(" (dry run)") : tr(" (under way)");
    }
    if (responder->in_window < responder->options.rate)
        job = job_of(responder, action, alert, target);
    if (job && add_job(responder, job)) {
        responder->in_window++;
        remember(responder, key, now);
        return responder->options.context.dry_run ? tr(" (dry run)") : "";
    }
    responder->refused_in_window++;
    count_outcome(responder, action, RESPONSE_REFUSED);
    return tr(" (refused)");
}

const char *responder_pattern_at(const struct responder *responder, size_t number)
{
    return responder->policy ? policy_pattern_at(responder->policy, number) : NULL;
}

void responder_alert(struct responder *responder, const struct alert *alert,
                     const struct response_target *target, struct buf *ret_actions)
{
    const struct action *actions[POLICY_ACTIONS_LIMIT];
    size_t action_count;

    if (!responder->policy)
        return;
    action_count = policy_actions(responder->policy, alert, target, actions);
    for (size_t i = 0; i < action_count; i++) {
        const char *remark = queue(responder, actions[i], alert, target);

        buf_addf(ret_actions, "%s%s%s", i ? ", " : "", actions[i]->name, remark);
    }
}

void responder_tick(struct responder *responder)
{
    turn_window(responder, clock_now_ns());
}

static void end_lane(struct lane *lane)
{
    pthread_mutex_lock(&lane->responder->lock);
    lane->responder->must_end = true;
    pthread_cond_signal(&lane->wake);
    pthread_mutex_unlock(&lane->responder->lock);
    if (lane->is_running)
        pthread_join(lane->thread, NULL);
    lane->is_running = false;
}

void responder_finish(struct responder *responder)
{
    struct job *refused;

    for (size_t i = 0; i < LANES; i++)
        end_lane(&responder->lanes[i]);
    refused = job_of_refused(responder);
    if (!refused)
        return;
    run_job(responder, refused);
    free_job(refused);
    responder->refused_in_window = 0;
}

void responder_free(struct responder *responder)
{
    if (!responder)
        return;
    responder_finish(responder);
    for (size_t i = 0; i < LANES; i++)
        pthread_cond_destroy(&responder->lanes[i].wake);
    pthread_mutex_destroy(&responder->lock);
    journal_close(responder->journal);
    policy_free(responder->policy);
    free(responder);
}

const char *response_outcome_name(enum response_outcome outcome)
{
    static const char *const names[RESPONSE_OUTCOME_COUNT] = {
        [RESPONSE_DONE] = "done",
        [RESPONSE_FAILED] = "failed",
        [RESPONSE_REFUSED] = "refused",
        [RESPONSE_DRY_RUN] = "dry-run",
    };

    return names[outcome];
}

struct responder_counts responder_counts(struct responder *responder)
{
    struct responder_counts counts;

    pthread_mutex_lock(&responder->lock);
    counts = responder->counts;
    pthread_mutex_unlock(&responder->lock);
    return counts;
}
