#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/sensor/commands.h"
#include "cmd/sensor/session.h"
#include "sensor/engine/host.h"
#include "sensor/engine/live.h"
#include "sensor/engine/privileges.h"

static void tell_ready(void *ctx, const struct live *live)
{
    const struct invocation *invocation = ctx;

    (void)live;
    if (!general_of(invocation)->quiet)
        fputs(tr("recording; Ctrl-C ends it\n"), stderr);
}

static int open_output(const char *path, struct error *err)
{
    int fd;

    if (!path) {
        error_set(err, ERROR_USAGE, "--output is missing");
        error_hint(err, "for example: plimsoll-sensor record -o events.plc");
        return ERROR_USAGE;
    }
    if (strcmp(path, "-") == 0) {
        fd = isatty(STDOUT_FILENO) ? -1 : dup(STDOUT_FILENO);
        return fd >= 0 ? fd : error_set(err, ERROR_USAGE, "a capture is not written to a terminal");
    }
    /* Whoever may read it sees what all processes of the machine were called with. */
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return fd >= 0 ? fd : error_errno(err, "cannot write %s", path);
}

static int open_capture(const struct settings *s, struct capture_writer **ret, struct error *err)
{
    struct sensor_host host;
    char name[HOST_NAME_SIZE];
    int fd = open_output(s->output, err);

    if (fd < 0)
        return fd;
    host_describe(&host, name);
    if (capture_writer_new(fd, &host, view_of(name), s->size_limit, ret, err) < 0)
        return error_wrap(err, "%s", s->output);
    return 0;
}

static void tell_end(const struct invocation *invocation, const struct capture_writer *capture)
{
    if (!general_of(invocation)->quiet)
        fprintf(stderr, tr("%llu events, %llu bytes\n"),
                (unsigned long long)capture_events(capture),
                (unsigned long long)capture_written(capture));
}

/* Recording that ended by itself: with --size-limit as it was asked to. */
static int check_capture(const struct invocation *invocation, const struct pipeline *pipeline,
                         struct capture_writer *capture, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    struct error why = ERROR_INIT;

    if (!pipeline_capture_failed(pipeline, &why)) {
        int r = capture_flush(capture, &why);

        if (r == 0)
            return 0;
    }
    if (why.kind == ERROR_LIMIT) {
        if (!general_of(invocation)->quiet)
            fprintf(stderr, tr("%s has grown to its limit: recording has ended\n"), s->output);
        return 0;
    }
    *err = why;
    return error_wrap(err, "%s", s->output);
}

static int record(struct session *session, struct invocation *invocation,
                  struct capture_writer *capture, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    _cleanup_(live_free_p) struct live *live = NULL;
    _cleanup_(pipeline_free_p) struct pipeline *pipeline = NULL;
    struct pipeline_options piped = session_pipeline(session, invocation);
    struct live_options options = {
        .probe = {.hooks = s->hooks, .ring_size = s->ring_size, .environment = true},
        .tell = session_tell_problem,
        .tell_ctx = invocation,
        .no_push_down = true,
        .seconds = s->duration,
        .ready = tell_ready,
        .ctx = invocation,
    };

    if (session_rules(invocation, &options.rules, err) < 0 || live_new(&options, &live, err) < 0 ||
        privileges_drop(false, err) < 0 || session_open_inquiry(session, invocation, err) < 0)
        return err->kind;
    piped.live = true;
    piped.found = live_container_found;
    piped.context = live;
    piped.capture = capture;
    if (pipeline_new(&piped, &pipeline, err) < 0 ||
        live_run(live, pipeline, session->inquiry, err) < 0 ||
        check_capture(invocation, pipeline, capture, err) < 0)
        return err->kind;
    tell_end(invocation, capture);
    return EXIT_DONE;
}

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(session_close) struct session session = {0};
    _cleanup_(capture_writer_free_p) struct capture_writer *capture = NULL;

    if (session_check(invocation, err) < 0 || session_start_sandbox(&session, err) < 0 ||
        open_capture(settings_of(invocation), &capture, err) < 0)
        return err->kind;
    return record(&session, invocation, capture, err);
}

static const char *const description[] = {
    TR_KEY("Writes what the kernel tells into a capture file, with what the runtimes say about "
           "containers, so that a replay needs nothing else. The rules say which system calls "
           "are captured; they are not asked whether they match."),
    TR_KEY("A capture holds command lines, environments and paths of all processes: keep it as "
           "you keep secrets."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll-sensor record -o events.plc --duration 60s", TR_KEY("a minute of events")},
    {"plimsoll-sensor record -o events.plc -r falco_rules.yaml",
     TR_KEY("the system calls that these rules need")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_capture_file, &options_rules,   &options_runtimes,
    &options_capturing,    &options_general, NULL,
};

const struct command command_record = {
    .name = "record",
    .parent = &command_program,
    .summary = TR_KEY("keep events in a file"),
    .description = description,
    .examples = examples,
    .options = options,
    .run = run,
};
