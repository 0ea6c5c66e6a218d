#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/sensor/commands.h"
#include "cmd/sensor/notify.h"
#include "cmd/sensor/session.h"
#include "sensor/engine/live-metrics.h"
#include "sensor/engine/privileges.h"

/* What the callbacks of the sensor get. */
struct watching {
    const struct invocation *invocation;
    struct live_metrics *metrics; /* NULL: nobody asked */
    bool only_pipe;               /* alerts go into a pipe on standard output and nowhere else */
    bool unread;                  /* nobody is at its other end any more */
};

/* A sensor that nobody reads and that does nothing but tell should end, as in `run | head -1`. */
static void look_for_reader(struct watching *watching)
{
    struct pollfd out = {.fd = STDOUT_FILENO};

    if (!watching->only_pipe || watching->unread || poll(&out, 1, 0) <= 0 ||
        !(out.revents & POLLERR))
        return;
    watching->unread = true;
    kill(getpid(), SIGTERM); /* as when told to end: what waits is judged first */
}

static bool goes_into_pipe_only(const struct settings *s)
{
    struct stat st;

    return !s->sinks.count && !s->response_policy && fstat(STDOUT_FILENO, &st) == 0 &&
           S_ISFIFO(st.st_mode);
}

static void turn(void *ctx, const struct live *live)
{
    struct watching *watching = ctx;

    look_for_reader(watching);
    if (watching->metrics)
        live_metrics_turn(watching->metrics, live);
}

static void tell_ready(void *ctx, const struct live *live)
{
    const struct watching *watching = ctx;
    const struct invocation *invocation = watching->invocation;

    if (!general_of(invocation)->quiet)
        fprintf(stderr, tr("watching; rules: %zu. Ctrl-C ends it\n"),
                loaded_rules_count(live_rules(live)));
    notify_manager(invocation->env, "READY=1");
}

static int open_metrics(const struct session *session, const struct invocation *invocation,
                        struct live_metrics **ret, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    const struct live_metrics_options options = {
        .address = s->metrics,
        .file = s->metrics_file,
        .version = PLIMSOLL_VERSION,
        .sinks = session->sinks,
        .sink_count = session->sink_count,
        .responder = session->responder,
    };

    return s->metrics || s->metrics_file ? live_metrics_new(&options, ret, err) : 0;
}

/* What has threads comes after privileges are given up, which are a thread's. */
static int open_session(struct session *session, const struct invocation *invocation,
                        struct error *err)
{
    bool responds = settings_of(invocation)->response_policy != NULL;
    int r = privileges_drop(responds, err);

    if (r == 0)
        r = session_open_inquiry(session, invocation, err);
    if (r == 0)
        r = session_open_sinks(session, invocation, false, err);
    if (r == 0 && responds)
        r = session_open_responder(session, invocation, err);
    return r;
}

/* A response to a rule that is not there would never come. */
static void tell_unfit_responses(const struct session *session, const struct live *live)
{
    const char *pattern;

    for (size_t i = 0;
         session->responder && (pattern = responder_pattern_at(session->responder, i)); i++)
        if (!loaded_rules_have(live_rules(live), view_of(pattern)))
            log_warning(tr("--responses: no rule in force has the name, id or tag %s"), pattern);
}

/* The same numbers as those of the metrics. */
static void tell_actions(const struct session *session, const struct invocation *invocation)
{
    struct responder_counts counts = responder_counts(session->responder);
    unsigned long long all[RESPONSE_OUTCOME_COUNT] = {0};

    for (size_t i = 0; i < ACTION_COUNT; i++)
        for (size_t k = 0; k < RESPONSE_OUTCOME_COUNT; k++)
            all[k] += counts.outcomes[i][k];
    if (!general_of(invocation)->quiet)
        fprintf(stderr, tr("actions: %llu done, %llu failed, %llu refused, %llu in a dry run\n"),
                all[RESPONSE_DONE], all[RESPONSE_FAILED], all[RESPONSE_REFUSED],
                all[RESPONSE_DRY_RUN]);
}

static int watch(struct watching *watching, struct session *session, struct live *live,
                 struct error *err)
{
    const struct invocation *invocation = watching->invocation;
    _cleanup_(live_metrics_free_p) struct live_metrics *metrics = NULL;
    _cleanup_(pipeline_free_p) struct pipeline *pipeline = NULL;
    struct pipeline_options piped;

    if (open_session(session, invocation, err) < 0 ||
        open_metrics(session, invocation, &metrics, err) < 0)
        return err->kind;
    tell_unfit_responses(session, live);
    watching->metrics = metrics;
    piped = session_pipeline(session, invocation);
    piped.live = true;
    piped.found = live_container_found;
    piped.context = live;
    if (pipeline_new(&piped, &pipeline, err) < 0 ||
        live_run(live, pipeline, session->inquiry, err) < 0)
        return err->kind;
    notify_manager(invocation->env, "STOPPING=1");
    if (session->responder) {
        responder_finish(session->responder);
        tell_actions(session, invocation);
    }
    if (metrics)
        live_metrics_finish(metrics, live);
    if (watching->unread)
        return error_set(err, ERROR_IO, "nobody reads standard output any more");
    return EXIT_DONE;
}

static int run(struct invocation *invocation, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    _cleanup_(session_close) struct session session = {0};
    _cleanup_(live_free_p) struct live *live = NULL;
    struct watching watching = {.invocation = invocation, .only_pipe = goes_into_pipe_only(s)};
    struct live_options options = {
        .probe = {.hooks = s->hooks, .ring_size = s->ring_size},
        .tell = session_tell_problem,
        .tell_ctx = invocation,
        .no_push_down = s->no_push_down,
        .seconds = s->duration,
        .watch = !s->no_watch,
        .ready = tell_ready,
        .turn = turn,
        .ctx = &watching,
    };

    if (session_check(invocation, err) < 0 || session_start_sandbox(&session, err) < 0 ||
        session_rules(invocation, &options.rules, err) < 0 || live_new(&options, &live, err) < 0)
        return err->kind;
    return watch(&watching, &session, live, err);
}

static const char *const description[] = {
    TR_KEY("Watches all processes of the machine and tells what its rules find. It ends with "
           "SIGTERM or SIGINT, and loads the rules anew with SIGHUP or when a rule file changes; "
           "rules with errors never replace those that work."),
    TR_KEY(
        "What is the same is told once and then counted: alerts of one rule, container and cause "
        "are a group. Alerts for sinks that are down wait in the spool."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll-sensor run", TR_KEY("with the rules that are built in")},
    {"plimsoll-sensor run -r falco_rules.yaml -r local.yaml -f json",
     TR_KEY("Falco's rules and changes to them")},
    {"plimsoll-sensor run --sink file:/var/log/plimsoll.jsonl --sink syslog+tls://log.example",
     TR_KEY("alerts into a file and to a log server")},
    {"plimsoll-sensor run --responses policy.yaml --dry-run",
     TR_KEY("what the responses would do")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_rules,     &options_alerts,  &options_runtimes,
    &options_responses, &options_journal, &options_capturing,
    &options_metrics,   &options_general, NULL,
};

const struct command command_run = {
    .name = "run",
    .parent = &command_program,
    .summary = TR_KEY("watch, judge and tell"),
    .description = description,
    .examples = examples,
    .options = options,
    .run = run,
};
