#include <unistd.h>

#include "base/nearest-name.h"
#include "base/text.h"
#include "cmd/cli/cmd-rules.h"
#include "cmd/line/output.h"
#include "codec/json-write.h"
#include "config/sources.h"
#include "report/columns.h"

enum { LIST_LIMIT = 8 << 20 };

/* Whether a source was asked for: any without operands. */
static bool is_asked(const struct invocation *invocation, const struct rule_source *source)
{
    for (size_t i = 0; i < invocation->operand_count; i++)
        if (strcmp(invocation->operands[i], source->name) == 0)
            return true;
    return invocation->operand_count == 0;
}

static int check_operands(const struct invocation *invocation, struct error *err)
{
    for (size_t i = 0; i < invocation->operand_count; i++) {
        struct nearest_name nearest = nearest_name_for(view_of(invocation->operands[i]));

        if (config_source_find(view_of(invocation->operands[i])))
            continue;
        for (size_t k = 0; k < config_source_count; k++)
            nearest_name_offer(&nearest, view_of(config_sources[k]->name));
        error_set(err, ERROR_USAGE, "there is no source '%s'", invocation->operands[i]);
        if (nearest.best.len)
            error_hint(err, "did you mean %.*s?", VIEW_ARG(nearest.best));
        error_hint(err, "'plimsoll rules fields' shows all of them");
        return ERROR_USAGE;
    }
    return 0;
}

static const char *argument_of(const struct rule_field *field)
{
    if (field->flags & RULE_FIELD_TREE)
        return ".PATH";
    if (field->flags & RULE_FIELD_INDEX)
        return field->flags & RULE_FIELD_NEEDS_ARGUMENT ? "[N]" : "[N]?";
    if (field->flags & RULE_FIELD_KEY)
        return field->flags & RULE_FIELD_NEEDS_ARGUMENT ? "[KEY]" : "[KEY]?";
    return "";
}

static struct view type_of(const struct rule_field *field, struct arena *arena)
{
    return arena_printf(arena, "%s%s", rule_type_name(field->type),
                        field->flags & RULE_FIELD_LIST ? "[]" : "");
}

static void write_source(const struct invocation *invocation, const struct rule_source *source,
                         struct buf *to)
{
    static const struct column titles[] = {
        {TR_KEY("FIELD")},
        {TR_KEY("TYPE")},
        {TR_KEY("MEANING"), .flexible = true},
    };
    struct columns *rows =
        columns_new(titles, sizeof(titles) / sizeof(titles[0]), invocation->arena);

    buf_addf(to, "%s: %s\n", source->name, tr(source->doc));
    for (size_t i = 0; i < source->subject_count; i++)
        buf_addf(to, i ? "  %s: %s\n" : tr("subjects, the first is the default:\n  %s: %s\n"),
                 source->subjects[i].name, tr(source->subjects[i].doc));
    for (size_t i = 0; rows && i < source->field_count; i++) {
        const struct rule_field *field = &source->fields[i];
        const struct cell cells[] = {
            {.text = arena_printf(invocation->arena, "%s%s", field->name, argument_of(field))},
            {.text = type_of(field, invocation->arena)},
            {.text = view_of(tr(field->doc))},
        };

        columns_add(rows, cells);
    }
    if (rows)
        columns_write(rows, 0, false, to);
    buf_add_char(to, '\n');
}

static void write_field(struct json_writer *w, const struct rule_field *field)
{
    static const struct {
        unsigned flag;
        struct view key;
    } flags[] = {
        {RULE_FIELD_LIST, VIEW("list")},
        {RULE_FIELD_TREE, VIEW("tree")},
        {RULE_FIELD_INDEX, VIEW("index")},
        {RULE_FIELD_KEY, VIEW("key")},
        {RULE_FIELD_NEEDS_ARGUMENT, VIEW("argument_required")},
    };

    json_write_object(w);
    json_write_member(w, VIEW("name"), view_of(field->name));
    json_write_member(w, VIEW("type"), view_of(rule_type_name(field->type)));
    json_write_member(w, VIEW("doc"), view_of(tr(field->doc)));
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        json_write_key(w, flags[i].key);
        json_write_bool(w, field->flags & flags[i].flag);
    }
    json_write_end(w);
}

static void write_source_json(struct json_writer *w, const struct rule_source *source)
{
    json_write_object(w);
    json_write_member(w, VIEW("name"), view_of(source->name));
    json_write_member(w, VIEW("doc"), view_of(tr(source->doc)));
    json_write_key(w, VIEW("subjects"));
    json_write_array(w);
    for (size_t i = 0; i < source->subject_count; i++) {
        json_write_object(w);
        json_write_member(w, VIEW("name"), view_of(source->subjects[i].name));
        json_write_member(w, VIEW("doc"), view_of(tr(source->subjects[i].doc)));
        json_write_end(w);
    }
    json_write_end(w);
    json_write_key(w, VIEW("fields"));
    json_write_array(w);
    for (size_t i = 0; i < source->field_count; i++)
        write_field(w, &source->fields[i]);
    json_write_end(w);
    json_write_end(w);
}

static int write_json(const struct invocation *invocation, struct buf *to, struct error *err)
{
    struct json_writer w = JSON_WRITER_INIT(to, true);

    json_write_array(&w);
    for (size_t i = 0; i < config_source_count; i++)
        if (is_asked(invocation, config_sources[i]))
            write_source_json(&w, config_sources[i]);
    json_write_end(&w);
    buf_add_char(to, '\n');
    return json_write_done(&w, "the fields", err);
}

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(LIST_LIMIT);
    int r = check_operands(invocation, err);

    if (r == 0 && settings_of(invocation)->json)
        r = write_json(invocation, &text, err);
    for (size_t i = 0; r == 0 && !settings_of(invocation)->json && i < config_source_count; i++)
        if (is_asked(invocation, config_sources[i]))
            write_source(invocation, config_sources[i], &text);
    if (r == 0)
        r = buf_failed(&text, "the fields", err);
    return r < 0 ? r : output_write(NULL, buf_view(&text), err);
}

static const struct option_group *const options[] = {&options_facts, &options_general, NULL};

const struct command command_rules_fields = {
    .name = "fields",
    .parent = &command_rules,
    .operands = "[SOURCE...]",
    .operand_max = COMMAND_OPERANDS_ANY,
    .summary = TR_KEY("list the fields that conditions can use"),
    .options = options,
    .run = run,
};
