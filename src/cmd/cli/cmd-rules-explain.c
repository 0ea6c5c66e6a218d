#include "base/text.h"
#include "cmd/cli/cmd-rules.h"
#include "cmd/line/output.h"

enum { TEXT_LIMIT = 4 << 20 };

static int explain(const struct rule_shelf *shelf, const char *name, struct buf *to,
                   struct error *err)
{
    const struct rule *rule;
    const struct rule_program *program;
    size_t index;
    int r = rule_shelf_find(shelf, name, &rule, err);

    if (r < 0)
        return r;
    if (to->len)
        buf_add_char(to, '\n');
    buf_addf(to, "%.*s: %.*s\n", VIEW_ARG(rule->id), VIEW_ARG(rule_heading(rule)));
    if (rule->version_count)
        buf_addf(to, "%s\n", tr("since version:"));
    rule_write_versions(rule, to);
    if (!rule_shelf_compiled(shelf, rule, &program, &index))
        return error_set(err, ERROR_INPUT, "%s: the rule is disabled or has an error", name);
    rule_program_explain(program, index, to);
    return 0;
}

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    struct rule_shelf shelf;
    int r = rule_shelf_open(invocation, NULL, !settings_of(invocation)->no_builtin, &shelf, err);

    for (size_t i = 0; r == 0 && i < invocation->operand_count; i++)
        r = explain(&shelf, invocation->operands[i], &text, err);
    rule_shelf_done(&shelf);
    if (r == 0)
        r = buf_failed(&text, "the explanation", err);
    return r < 0 ? r : output_write(NULL, buf_view(&text), err);
}

static const char *const description[] = {
    TR_KEY("Tells how a rule is decided: its condition with lists, macros and exceptions "
           "resolved, the events it can match, by what it is found in the index, and what is "
           "compared in which order."),
    NULL,
};

static const struct option_group *const options[] = {&options_rule_files, &options_general, NULL};

const struct command command_rules_explain = {
    .name = "explain",
    .parent = &command_rules,
    .operands = "RULE...",
    .operand_min = 1,
    .operand_max = COMMAND_OPERANDS_ANY,
    .summary = TR_KEY("explain how a rule is decided"),
    .description = description,
    .options = options,
    .run = run,
};
