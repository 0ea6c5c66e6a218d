#include "base/clock.h"
#include "base/text.h"
#include "cmd/cli/harden-answers.h"
#include "cmd/cli/harden-dialog.h"
#include "cmd/cli/harden-output.h"
#include "cmd/cli/load-checks.h"
#include "cmd/line/interrupt.h"
#include "scan/harden-op.h"
#include "scan/harden-scan.h"
#include "scan/scan.h"

enum { RESULT_ARENA_LIMIT = 1 << 30 };

/* Reads, judges and repairs, as often as the person at the terminal has it. */
static int repair_in_dialog(struct harden_scan_options *options, struct sandbox *sandbox,
                            struct buf *standard_input, struct arena *arena,
                            struct harden_report *ret, bool *ret_quit, struct error *err)
{
    struct plan_options *plan = &options->harden.plan;
    struct harden_dialog dialog = {.arena = arena};
    enum harden_reply reply = HARDEN_AGAIN;
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->answers.count; i++) {
        struct fix_answer *slot =
            arena_push(arena, &dialog.answers, &dialog.answer_count, sizeof(*slot));

        if (!slot)
            return error_memory(err);
        *slot = plan->answers.list[i];
    }
    while (r == 0 && reply == HARDEN_AGAIN) {
        options->harden.declined = dialog.declined;
        options->harden.declined_count = dialog.declined_count;
        plan->answers = (struct answers){dialog.answers, dialog.answer_count};
        r = scan_harden(options, sandbox, standard_input, arena, ret, err);
        if (r == 0)
            r = harden_dialog_put(&dialog, ret, &reply, err);
    }
    *ret_quit = reply == HARDEN_QUIT;
    return r;
}

static int exit_code(const struct harden_report *report)
{
    size_t faults = 0;

    for (size_t i = 0; i < report->file_count; i++)
        faults += error_is_set(&report->files[i].error);
    for (size_t i = 0; i < report->result.problem_count; i++)
        faults += report->result.problems[i].level == DIAGNOSTIC_ERROR;
    return faults ? EXIT_FAULT : EXIT_DONE;
}

static int repair(const struct invocation *invocation, struct sandbox *sandbox, struct arena *arena,
                  struct error *err)
{
    const struct settings *s = settings_of(invocation);
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
    bool quit = false;
    int r = harden_answers_read(invocation, &options.harden.plan, err);

    if (r == 0)
        r = s->interactive
                ? repair_in_dialog(&options, sandbox, &standard_input, arena, &report, &quit, err)
                : scan_harden(&options, sandbox, &standard_input, arena, &report, err);
    if (r < 0 || quit)
        return r < 0 ? r : EXIT_DONE;
    harden_output_tell(invocation, &report);
    r = harden_output_write(invocation, &report, err);
    return r < 0 ? r : exit_code(&report);
}

static char *time_message(const struct invocation *invocation)
{
    struct view line =
        arena_printf(invocation->arena, tr("plimsoll: error: not done within %llu s (--timeout)\n"),
                     (unsigned long long)settings_of(invocation)->timeout);

    return arena_cstr(invocation->arena, line);
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
    if (settings_of(invocation)->timeout)
        interrupt_after((unsigned)settings_of(invocation)->timeout, time_message(invocation));
    return repair(invocation, sandbox, arena, err);
}

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(checks_free_p) struct checks *checks = NULL;
    int r = harden_output_check(invocation, err);

    if (r == 0)
        r = load_checks(invocation, CONFIG_KUBERNETES | CONFIG_DOCKERFILE | CONFIG_COMPOSE, &checks,
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
    &options_harden,
    &options_cluster,
    &options_harden_answers,
    &options_checks,
    &options_limits,
    &options_general,
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
