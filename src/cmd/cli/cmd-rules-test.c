#include "base/text.h"
#include "cmd/cli/cmd-rules.h"
#include "cmd/line/output.h"
#include "config/rule-test.h"
#include "config/sources.h"

enum { TEXT_LIMIT = 16 << 20 };

static int run_tests(const struct rule_shelf *shelf, struct arena *arena,
                     struct rule_test_tally *tally, struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < config_source_count; i++)
        r = rule_test_run(shelf->programs[i], config_sources[i], arena, tally, err);
    return r;
}

static void write_tally(const struct rule_test_tally *tally, struct buf *to)
{
    for (size_t i = 0; i < tally->failure_count; i++) {
        const struct rule_test_failure *f = &tally->failures[i];

        buf_addf(to, "%.*s:%u: %.*s: %.*s\n", VIEW_ARG(f->file), f->line, VIEW_ARG(f->rule),
                 VIEW_ARG(f->message));
    }
    buf_addf(to, tr("rules: %zu, without a case: %zu; cases: %zu, failures: %zu\n"), tally->rules,
             tally->untested, tally->cases, tally->failure_count);
}

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    _cleanup_arena_ struct arena *arena = arena_new(RULE_TEST_ARENA_LIMIT);
    struct option_texts files = {.count = invocation->operand_count};
    struct rule_test_tally tally = {0};
    struct rule_shelf shelf;
    int r;

    if (!arena)
        return error_memory(err);
    if (files.count > OPTION_TEXTS_LIMIT)
        return error_set(err, ERROR_USAGE, "more than %d files: name their folder",
                         OPTION_TEXTS_LIMIT);
    for (size_t i = 0; i < files.count; i++)
        files.items[i] = invocation->operands[i];
    r = rule_shelf_open(invocation, &files, files.count == 0, &shelf, err);
    if (r == 0 && shelf.errors)
        r = error_set(err, ERROR_INPUT, "the rule files have errors: %zu", shelf.errors);
    if (r == 0)
        r = run_tests(&shelf, arena, &tally, err);
    if (r == 0) {
        write_tally(&tally, &text);
        r = output_write(NULL, buf_view(&text), err);
    }
    rule_shelf_done(&shelf);
    return r < 0 ? r : tally.failure_count ? EXIT_GATE : EXIT_DONE;
}

static const char *const description[] = {
    TR_KEY("Runs the cases that stand beside the rules under 'tests': on the bad input the rule "
           "must fire, on the good one it must not. Without files, the built-in rules are tested. "
           "The exit code is 1 when a case fails."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll rules test ours.yaml", TR_KEY("the cases of one's own rules")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {&options_general, NULL};

const struct command command_rules_test = {
    .name = "test",
    .parent = &command_rules,
    .operands = "[FILE|DIR...]",
    .operand_max = COMMAND_OPERANDS_ANY,
    .summary = TR_KEY("run the cases that stand beside rules"),
    .description = description,
    .examples = examples,
    .options = options,
    .run = run,
};
