#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/cli/cmd-rules.h"
#include "cmd/line/output.h"
#include "codec/json-write.h"
#include "report/columns.h"

enum { LIST_LIMIT = 64 << 20 };

static void write_texts(struct json_writer *w, struct view key, const struct view *texts,
                        size_t count)
{
    json_write_key(w, key);
    json_write_array(w);
    for (size_t i = 0; i < count; i++)
        json_write_string(w, texts[i]);
    json_write_end(w);
}

static void write_rule(struct json_writer *w, const struct rule *rule)
{
    json_write_object(w);
    json_write_member(w, VIEW("id"), rule->id);
    json_write_member(w, VIEW("rule"), rule->name);
    json_write_member(w, VIEW("title"), rule_heading(rule));
    json_write_member(w, VIEW("source"), view_of(rule->source->name));
    if (rule->source->subject_count)
        json_write_member(w, VIEW("subject"), view_of(rule->source->subjects[rule->subject].name));
    json_write_member(w, VIEW("priority"), view_of(rule_priority_name(rule->priority)));
    json_write_member(w, VIEW("severity"),
                      view_of(severity_name(rule_priority_severity(rule->priority))));
    json_write_key(w, VIEW("enabled"));
    json_write_bool(w, rule->enabled);
    write_texts(w, VIEW("tags"), rule->tags, rule->tag_count);
    json_write_member(w, VIEW("description"), rule_words(&rule->desc));
    json_write_member(w, VIEW("remediation"), rule_words(&rule->remediation));
    write_texts(w, VIEW("references"), rule->references, rule->reference_count);
    json_write_member(w, VIEW("file"), rule->file);
    json_write_key(w, VIEW("line"));
    json_write_uint(w, rule->mark.line);
    json_write_end(w);
}

static int write_json(const struct invocation *invocation, const struct rule *rules, size_t count,
                      struct buf *to, struct error *err)
{
    struct json_writer w = JSON_WRITER_INIT(to, true);

    json_write_array(&w);
    for (size_t i = 0; i < count; i++)
        if (rule_is_chosen(invocation, &rules[i]))
            write_rule(&w, &rules[i]);
    json_write_end(&w);
    buf_add_char(to, '\n');
    return json_write_done(&w, "the list", err);
}

static struct view join_tags(const struct rule *rule, struct arena *arena)
{
    struct view text = rule->tag_count ? rule->tags[0] : VIEW_EMPTY;

    for (size_t i = 1; i < rule->tag_count; i++)
        text = arena_printf(arena, "%.*s,%.*s", VIEW_ARG(text), VIEW_ARG(rule->tags[i]));
    return text;
}

static void write_table(const struct invocation *invocation, const struct rule *rules, size_t count,
                        struct buf *to)
{
    static const struct column titles[] = {
        {TR_KEY("ID")},
        {TR_KEY("SEVERITY")},
        {TR_KEY("SOURCE"), .drop = 3},
        {TR_KEY("TITLE"), .flexible = true},
        {TR_KEY("TAGS"), .drop = 2, .file_only = true},
    };
    struct columns *rows =
        columns_new(titles, sizeof(titles) / sizeof(titles[0]), invocation->arena);

    for (size_t i = 0; rows && i < count; i++) {
        enum severity severity = rule_priority_severity(rules[i].priority);
        const struct cell cells[] = {
            {.text = rules[i].id},
            {.text = view_of(tr(severity_name(severity))), .style = style_of_severity(severity)},
            {.text = view_of(rules[i].source->name)},
            {.text = rule_heading(&rules[i])},
            {.text = join_tags(&rules[i], invocation->arena)},
        };

        if (rule_is_chosen(invocation, &rules[i]))
            columns_add(rows, cells);
    }
    if (rows)
        columns_write(rows, environment_width(invocation->env, STDOUT_FILENO),
                      isatty(STDOUT_FILENO) && !environment_get(invocation->env, "NO_COLOR"), to);
}

static bool any_is_chosen(const struct invocation *invocation, const struct rule *rules,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rule_is_chosen(invocation, &rules[i]))
            return true;
    return false;
}

static int list(struct invocation *invocation, const struct rule_shelf *shelf, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(LIST_LIMIT);
    size_t count;
    const struct rule *rules = ruleset_rules(shelf->set, &count);
    int r = 0;

    if (settings_of(invocation)->json)
        r = write_json(invocation, rules, count, &text, err);
    else
        write_table(invocation, rules, count, &text);
    if (r == 0 && !any_is_chosen(invocation, rules, count))
        log_warning("no rule is of this source and tag");
    if (r == 0)
        r = buf_failed(&text, "the list", err);
    return r < 0 ? r : output_write(NULL, buf_view(&text), err);
}

static int run(struct invocation *invocation, struct error *err)
{
    struct rule_shelf shelf;
    int r = rule_shelf_open(invocation, NULL, !settings_of(invocation)->no_builtin, &shelf, err);

    if (r == 0)
        r = list(invocation, &shelf, err);
    rule_shelf_done(&shelf);
    return r;
}

static const struct command_example examples[] = {
    {"plimsoll rules list --source dockerfile", TR_KEY("the checks of Dockerfiles")},
    {"plimsoll rules list --tag 'PSS:restricted' --json", TR_KEY("by tag, for programs")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_rule_choice, &options_rule_files, &options_facts, &options_general, NULL,
};

const struct command command_rules_list = {
    .name = "list",
    .parent = &command_rules,
    .summary = TR_KEY("list the rules"),
    .examples = examples,
    .options = options,
    .run = run,
};
