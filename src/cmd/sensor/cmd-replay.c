#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cmd/line/progress.h"
#include "cmd/sensor/commands.h"
#include "cmd/sensor/session.h"
#include "sensor/engine/replay.h"

static void show_progress(void *ctx, uint64_t events)
{
    progress_set(ctx, tr("Events"), events, 0);
}

static int open_input(const char *path, struct capture_reader **ret, struct error *err)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return error_errno(err, "cannot open %s", path);
    return capture_reader_new(fd, ret, err) < 0 ? error_wrap(err, "%s", path) : 0;
}

static void tell_statistics(const struct replay_counts *counts, const struct pipeline *pipeline,
                            uint64_t nanoseconds)
{
    double seconds = (double)nanoseconds / 1e9;

    fprintf(stderr,
            tr("%llu events, %llu held back by the filter, %llu alerts, %llu more counted in "
               "groups; %.3f s, %.0f ns for an event\n"),
            (unsigned long long)counts->events, (unsigned long long)counts->filtered,
            (unsigned long long)pipeline_alerts(pipeline),
            (unsigned long long)pipeline_suppressed(pipeline), seconds,
            counts->events ? (double)nanoseconds / (double)counts->events : 0);
}

static int replay(struct session *session, struct invocation *invocation,
                  struct capture_reader *reader, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    const struct pipeline_options piped = session_pipeline(session, invocation);
    _cleanup_(loaded_rules_free_p) struct loaded_rules *rules = NULL;
    _cleanup_(pipeline_free_p) struct pipeline *pipeline = NULL;
    struct loaded_rules_options choice;
    struct progress *progress = NULL;
    struct replay_counts counts = {0};
    uint64_t start;
    int r;

    if (session_rules(invocation, &choice, err) < 0 ||
        loaded_rules_new(&choice, session_tell_problem, invocation, &rules, err) < 0 ||
        pipeline_new(&piped, &pipeline, err) < 0 || pipeline_set_rules(pipeline, rules, err) < 0)
        return err->kind;
    if (!general_of(invocation)->quiet && !general_of(invocation)->no_progress)
        progress = progress_start(environment_width(invocation->env, STDERR_FILENO));
    start = clock_now_ns();
    r = replay_run(pipeline, reader,
                   &(struct replay_options){rules, s->push_down, show_progress, progress}, &counts,
                   err);
    progress_stop(progress);
    if (r < 0)
        return error_wrap(err, "%s", invocation->operands[0]);
    if (counts.cut && !general_of(invocation)->quiet)
        fprintf(stderr, tr("%s was cut off: its last block is missing\n"), invocation->operands[0]);
    if (s->statistics)
        tell_statistics(&counts, pipeline, clock_now_ns() - start);
    return EXIT_DONE;
}

/* Whoever tests rules by a replay takes silence for "nothing found". */
static int check_sinks(const struct session *session, struct error *err)
{
    for (size_t i = 0; i < session->sink_count; i++) {
        uint64_t lost = sink_counts(session->sinks[i]).lost;

        if (lost)
            return error_set(err, ERROR_IO, "%s: %llu alerts were lost",
                             sink_name(session->sinks[i]), (unsigned long long)lost);
    }
    return EXIT_DONE;
}

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(session_close) struct session session = {0};
    _cleanup_(capture_reader_free_p) struct capture_reader *reader = NULL;
    int r;

    if (session_check(invocation, err) < 0 ||
        open_input(invocation->operands[0], &reader, err) < 0 ||
        session_open_sinks(&session, invocation, true, err) < 0)
        return err->kind;
    r = replay(&session, invocation, reader, err);
    return r == EXIT_DONE ? check_sinks(&session, err) : r;
}

static const char *const description[] = {
    TR_KEY("Judges the events of a capture file as if they happened now, as fast as the processor "
           "can. It needs no privilege and no kernel support."),
    NULL,
};

static const struct command_note notes[] = {
    {"FILE", TR_KEY("a capture file; - for standard input")},
    {NULL, NULL},
};

static const struct command_example examples[] = {
    {"plimsoll-sensor replay events.plc", TR_KEY("with the rules that are built in")},
    {"plimsoll-sensor replay events.plc -r mine.yaml --explain",
     TR_KEY("what a new rule would have found, and why")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_rules, &options_alerts, &options_replay, &options_general, NULL,
};

const struct command command_replay = {
    .name = "replay",
    .parent = &command_program,
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .summary = TR_KEY("judge the events of a file"),
    .description = description,
    .notes = notes,
    .examples = examples,
    .options = options,
    .run = run,
};
