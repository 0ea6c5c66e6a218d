#include "base/text.h"
#include "cmd/cli/cmd-rules.h"
#include "cmd/line/output.h"

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(4096);
    struct option_texts files = {.count = invocation->operand_count};
    struct rule_shelf shelf;
    size_t count;
    int r;

    if (files.count > OPTION_TEXTS_LIMIT)
        return error_set(err, ERROR_USAGE, "more than %d files: name their folder",
                         OPTION_TEXTS_LIMIT);
    for (size_t i = 0; i < files.count; i++)
        files.items[i] = invocation->operands[i];
    r = rule_shelf_open(invocation, &files, false, &shelf, err);
    if (r == 0) {
        ruleset_rules(shelf.set, &count);
        buf_addf(&text, tr("rules: %zu, errors: %zu, warnings: %zu\n"), count, shelf.errors,
                 shelf.warnings);
        r = output_write(NULL, buf_view(&text), err);
    }
    if (r == 0)
        r = shelf.errors ? EXIT_GATE : EXIT_DONE;
    rule_shelf_done(&shelf);
    return r;
}

static const char *const description[] = {
    TR_KEY("Loads and compiles the files as one set, in the order given, without the built-in "
           "rules, and tells every mistake with its file, line and column. The exit code is 1 "
           "when there is an error."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll rules check falco_rules.yaml falco_rules.local.yaml",
     TR_KEY("Falco's file, and what changes it")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {&options_general, NULL};

const struct command command_rules_check = {
    .name = "check",
    .parent = &command_rules,
    .operands = "FILE|DIR...",
    .operand_min = 1,
    .operand_max = COMMAND_OPERANDS_ANY,
    .summary = TR_KEY("look for mistakes in rule files"),
    .description = description,
    .examples = examples,
    .options = options,
    .run = run,
};
