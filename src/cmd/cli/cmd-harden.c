#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "cmd/cli/harden-answers.h"
#include "cmd/cli/interrupt.h"
#include "cmd/cli/load-checks.h"
#include "cmd/cli/output.h"
#include "scan/harden-op.h"
#include "scan/harden-scan.h"
#include "scan/scan.h"

enum { RESULT_ARENA_LIMIT = 1 << 30 };

/* ---- What is told ---- */

static void tell_place(struct buf *to, struct view path, uint32_t line, struct view resource,
                       struct view part)
{
    buf_add(to, view_eq(path, VIEW("-")) ? view_of(tr("standard input")) : path);
    if (line)
        buf_addf(to, ":%u", line);
    buf_addf(to, ": %.*s", VIEW_ARG(resource));
    if (part.len)
        buf_addf(to, " [%.*s]", VIEW_ARG(part));
    if (resource.len || part.len)
        buf_add_str(to, ": ");
}

static void tell_change(struct buf *to, const struct plan_change *change)
{
    tell_place(to, change->path, change->line, change->resource, change->part);
    buf_add(to, change->what);
    if (change->id.len)
        buf_addf(to, " (%.*s: %.*s)\n", VIEW_ARG(change->id), VIEW_ARG(change->why));
    else
        buf_addf(to, " (%.*s)\n", VIEW_ARG(change->why));
}

static void tell_reason(struct buf *to, const struct plan_left *left)
{
    const struct question *question;

    switch (left->reason) {
    case PLAN_NO_FIX:
        buf_add_str(to, tr("no repair is known"));
        if (left->remediation.len)
            buf_addf(to, ": %.*s", VIEW_ARG(left->remediation));
        break;
    case PLAN_ASKS:
        question = question_find(left->detail);
        buf_addf(to, tr("answer it with %s"), question->option);
        break;
    case PLAN_NO_EFFECT:
        buf_add_str(to, tr("the repair does not help here"));
        break;
    case PLAN_NOT_WRITTEN:
        buf_addf(to, tr("it can't be written: %.*s"), VIEW_ARG(left->detail));
        break;
    }
    buf_add_char(to, '\n');
}

static void tell_left(struct buf *to, const struct plan_left *left)
{
    tell_place(to, left->path, left->line, left->resource, left->part);
    buf_addf(to, tr("left as it is: %.*s (%.*s); "), VIEW_ARG(left->message), VIEW_ARG(left->id));
    tell_reason(to, left);
}

static void tell_problem(const struct diagnostic *problem)
{
    if (problem->level == DIAGNOSTIC_ERROR)
        log_error("%.*s: %.*s", VIEW_ARG(problem->path), VIEW_ARG(problem->message));
    else
        log_warning("%.*s: %.*s", VIEW_ARG(problem->path), VIEW_ARG(problem->message));
    if (problem->hint.len)
        log_warning("%.*s", VIEW_ARG(problem->hint));
}

static void tell_all(const struct invocation *invocation, const struct harden_report *report)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(HARDEN_OP_REPLY_LIMIT);

    for (size_t i = 0; i < report->result.problem_count; i++)
        tell_problem(&report->result.problems[i]);
    if (invocation->settings.quiet)
        return;
    for (size_t i = 0; i < report->result.change_count; i++)
        tell_change(&text, &report->result.changes[i]);
    for (size_t i = 0; i < report->result.left_count; i++)
        tell_left(&text, &report->result.left[i]);
    fputs(buf_cstr(&text), stderr);
}

/* ---- The run ---- */

static int write_result(const struct invocation *invocation, const struct harden_report *report,
                        struct error *err)
{
    (void)invocation;
    return output_write(NULL, report->files[0].hardened, err);
}

static int repair(const struct invocation *invocation, struct sandbox *sandbox,
                  struct arena *arena, struct error *err)
{
    const struct settings *s = &invocation->settings;
    _cleanup_(buf_done) struct buf standard_input = BUF_INIT((size_t)HARDEN_OP_FILE_LIMIT + 1);
    struct harden_scan_options options = {
        .paths = invocation->operands,
        .path_count = invocation->operand_count,
        .skipped = s->skipped_paths.items,
        .skipped_count = s->skipped_paths.count,
        .harden = {.now = clock_unix_seconds(),
                   .plan = {.level = (enum plan_level)s->harden_level,
                            .chosen = s->checks.count > 0}},
    };
    struct harden_report report;
    int r = harden_answers_read(invocation, &options.harden.plan, err);

    if (r == 0)
        r = scan_harden(&options, sandbox, &standard_input, arena, &report, err);
    if (r < 0)
        return r;
    tell_all(invocation, &report);
    r = write_result(invocation, &report, err);
    return r < 0 ? r : EXIT_DONE;
}

static int run_with(const struct invocation *invocation, const struct checks *checks,
                    struct error *err)
{
    const struct scan_rules rules = {.checks = checks};
    _cleanup_(sandbox_stop_p) struct sandbox *sandbox = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(RESULT_ARENA_LIMIT);
    int r;

    if (!arena)
        return error_memory(err);
    r = scan_sandbox_start(&rules, &sandbox, err);
    if (r < 0)
        return r;
    interrupt_install();
    return repair(invocation, sandbox, arena, err);
}

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(checks_free_p) struct checks *checks = NULL;
    int r = load_checks(invocation, CONFIG_KUBERNETES | CONFIG_DOCKERFILE | CONFIG_COMPOSE, &checks,
                        err);

    return r < 0 ? r : run_with(invocation, checks, err);
}

static const char *const description[] = {
    TR_KEY("Repairs Kubernetes manifests, compose files and Dockerfiles so that the checks that "
           "can be repaired pass, and changes nothing else: comments, order, quoting and "
           "indentation stay. Every change is told with its reason; what only a person can know "
           "(a user, limits, folders that are written to) is asked for by options."),
    TR_KEY("What was accepted by a comment or an annotation is left alone. Charts are hardened "
           "behind their rendering: plimsoll harden - is a post-renderer of helm."),
    NULL,
};

static const struct command_note notes[] = {
    {"DIR", TR_KEY("a folder, with all that is below it")},
    {"FILE", TR_KEY("a file, whatever its name")},
    {"-", TR_KEY("standard input: helm template app | plimsoll harden -")},
    {NULL, NULL},
};

static const struct command_example examples[] = {
    {"plimsoll harden deploy.yaml --diff", TR_KEY("what would change")},
    {"plimsoll harden -i deploy/ --run-as-user 10001 --memory-limit 256Mi",
     TR_KEY("a folder of manifests, in place")},
    {"plimsoll harden Dockerfile --run-as-user 10001", TR_KEY("a Dockerfile, to standard output")},
    {"helm template app | plimsoll harden - | kubectl apply -f -", TR_KEY("a chart")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_harden, &options_harden_answers, &options_checks, &options_limits, &options_general,
    NULL,
};

const struct command command_harden = {
    .name = "harden",
    .parent = &command_program,
    .operands = "FILE...",
    .operand_min = 1,
    .operand_max = COMMAND_OPERANDS_ANY,
    .summary = TR_KEY("repair what is insecure in manifests and Dockerfiles"),
    .description = description,
    .notes = notes,
    .examples = examples,
    .options = options,
    .run = run,
};
