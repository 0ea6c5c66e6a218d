#include "base/text.h"
#include "cmd/cli/cmd-rules.h"
#include "cmd/line/output.h"

enum { TEXT_LIMIT = 1 << 20 };

static void add_line(struct buf *to, const char *label, struct view text)
{
    if (text.len)
        buf_addf(to, "%s%.*s\n", label, VIEW_ARG(view_trim(text)));
}

static void add_section(struct buf *to, const char *title, struct view text)
{
    struct view rest = view_trim(text);

    if (rest.len == 0)
        return;
    buf_addf(to, "\n%s\n", title);
    while (rest.ptr) {
        struct view line = view_line(&rest);

        buf_addf(to, "  %.*s\n", VIEW_ARG(line));
    }
}

static void add_list(struct buf *to, const char *title, const struct view *items, size_t count)
{
    if (count)
        buf_addf(to, "\n%s\n", title);
    for (size_t i = 0; i < count; i++)
        buf_addf(to, "  %.*s\n", VIEW_ARG(items[i]));
}

static void show(const struct rule *rule, struct buf *to)
{
    buf_addf(to, "%.*s\n%.*s\n\n", VIEW_ARG(rule->id), VIEW_ARG(rule_heading(rule)));
    add_line(to, tr("severity: "),
             view_of(tr(severity_name(rule_priority_severity(rule->priority)))));
    add_line(to, tr("source: "), view_of(rule->source->name));
    if (rule->source->subject_count)
        add_line(to, tr("subject: "), view_of(rule->source->subjects[rule->subject].name));
    buf_addf(to, "%s%.*s:%u\n", tr("file: "), VIEW_ARG(rule->file), rule->mark.line);
    if (!rule->enabled)
        buf_addf(to, "%s\n", tr("disabled"));
    add_section(to, tr("Why"), rule_words(&rule->desc));
    add_section(to, tr("How to fix"), rule_words(&rule->remediation));
    add_section(to, tr("Condition"), rule->condition_text);
    add_section(to, tr("Output"), rule_words(&rule->output));
    if (rule->version_count)
        buf_addf(to, "\n%s\n", tr("Since version"));
    rule_write_versions(rule, to);
    add_list(to, tr("Tags"), rule->tags, rule->tag_count);
    add_list(to, tr("References"), rule->references, rule->reference_count);
}

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    struct rule_shelf shelf;
    const struct rule *rule;
    int r = rule_shelf_open(invocation, NULL, !settings_of(invocation)->no_builtin, &shelf, err);

    for (size_t i = 0; r == 0 && i < invocation->operand_count; i++) {
        r = rule_shelf_find(&shelf, invocation->operands[i], &rule, err);
        if (r == 0 && i)
            buf_add_str(&text, "\n\n");
        if (r == 0)
            show(rule, &text);
    }
    rule_shelf_done(&shelf);
    if (r == 0)
        r = buf_failed(&text, "the rule", err);
    return r < 0 ? r : output_write(NULL, buf_view(&text), err);
}

static const struct command_example examples[] = {
    {"plimsoll rules show k8s-privileged", TR_KEY("why it matters and how to fix it")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {&options_rule_files, &options_general, NULL};

const struct command command_rules_show = {
    .name = "show",
    .parent = &command_rules,
    .operands = "RULE...",
    .operand_min = 1,
    .operand_max = COMMAND_OPERANDS_ANY,
    .summary = TR_KEY("show a rule, by id or name"),
    .examples = examples,
    .options = options,
    .run = run,
};
