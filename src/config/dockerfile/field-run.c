#include "config/dockerfile/field.h"
#include "config/dockerfile/tool.h"

static const struct shell_script *script_of(const struct dockerfile_event *e)
{
    static const struct shell_script none;

    return e->step->script ? e->step->script : &none;
}

/* The words of a command with single blanks between them. */
static struct view line_of(const struct shell_command *command, struct arena *scratch)
{
    size_t len = 0;
    char *to, *at;

    for (size_t i = 0; i < command->count; i++)
        len += command->words[i].text.len + 1;
    to = at = arena_alloc(scratch, len + 1);
    for (size_t i = 0; to && i < command->count; i++) {
        struct view text = command->words[i].text;

        if (i)
            *at++ = ' ';
        if (text.len)
            memcpy(at, text.ptr, text.len);
        at += text.len;
    }
    return view_from(to, to ? (size_t)(at - to) : 0);
}

static bool is_known(const struct shell_command *command)
{
    for (size_t i = 0; i < command->count; i++)
        if (!command->words[i].known)
            return false;
    return true;
}

DOCKERFILE_FIELD(run_programs)
{
    const struct shell_script *script = script_of(e);
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < script->command_count; i++)
        if (script->commands[i]->name.len)
            dockerfile_list_add(&list, script->commands[i]->name, true, VIEW_EMPTY);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(run_lines)
{
    const struct shell_script *script = script_of(e);
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < script->command_count; i++)
        if (script->commands[i]->count)
            dockerfile_list_add(&list, line_of(script->commands[i], scratch),
                                is_known(script->commands[i]), VIEW_EMPTY);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(run_removes)
{
    const struct shell_script *script = script_of(e);
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < script->command_count; i++) {
        const struct shell_command *command = script->commands[i];
        bool find = view_eq(command->name, VIEW("find"));

        if (!find && !view_eq(command->name, VIEW("rm")))
            continue;
        for (size_t j = 1; j < command->count; j++)
            if (command->words[j].text.len && command->words[j].text.ptr[0] != '-')
                dockerfile_list_add(&list, command->words[j].text, command->words[j].known,
                                    VIEW_EMPTY);
            else if (find)
                break;
    }
    return dockerfile_list_values(&list);
}

static struct rule_values mounts(const struct dockerfile_event *e, struct view type,
                                 struct arena *scratch)
{
    struct dockerfile_list list = {.scratch = scratch};

    for (size_t i = 0; i < e->step->instruction->flag_count; i++) {
        struct dockerfile_value flag = e->step->flags[i];
        struct view kind = VIEW("bind"), target = VIEW_EMPTY;

        if (!view_eq(e->step->instruction->flags[i].name, VIEW("mount")))
            continue;
        dockerfile_setting(flag.text, VIEW("type"), &kind);
        if (!dockerfile_setting(flag.text, VIEW("target"), &target) &&
            !dockerfile_setting(flag.text, VIEW("dst"), &target))
            dockerfile_setting(flag.text, VIEW("destination"), &target);
        if (type.len == 0)
            dockerfile_list_add(&list, kind, flag.known, flag.text);
        else if (view_eq_nocase(type, kind))
            dockerfile_list_add(&list, target, flag.known, flag.text);
    }
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(run_mounts)
{
    (void)use;
    return mounts(e, VIEW_EMPTY, scratch);
}

DOCKERFILE_FIELD(run_cached)
{
    (void)use;
    return mounts(e, VIEW("cache"), scratch);
}

DOCKERFILE_FIELD(run_heredoc)
{
    (void)use;
    return values_bool(e->step->instruction->heredoc_count != 0, NULL, scratch);
}

DOCKERFILE_FIELD(run_readable)
{
    (void)use;
    return values_bool(e->step->script && e->step->script->fault.kind == 0, NULL, scratch);
}

/* ---- pipelines ---- */

DOCKERFILE_FIELD(pipeline_text)
{
    struct view text = e->step->script_text.text;

    (void)use;
    if (e->pipeline->end > text.len || e->pipeline->start > e->pipeline->end)
        return values_none();
    return values_text(
        view_trim(view_sub(text, e->pipeline->start, e->pipeline->end - e->pipeline->start)), NULL,
        scratch);
}

DOCKERFILE_FIELD(pipeline_programs)
{
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < e->pipeline->count; i++)
        if (e->pipeline->members[i].command)
            dockerfile_list_add(&list, e->pipeline->members[i].command->name, true, VIEW_EMPTY);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(pipeline_length)
{
    (void)use;
    return values_number((int64_t)e->pipeline->count, NULL, scratch);
}

DOCKERFILE_FIELD(pipeline_pipefail)
{
    (void)use;
    return values_bool(e->pipeline->pipefail, NULL, scratch);
}

static struct rule_values member_name(const struct dockerfile_event *e, size_t at,
                                      struct arena *scratch)
{
    const struct shell_command *command = e->pipeline->members[at].command;

    return command ? dockerfile_text_or_none(command->name, scratch) : values_none();
}

DOCKERFILE_FIELD(pipeline_first)
{
    (void)use;
    return member_name(e, 0, scratch);
}

DOCKERFILE_FIELD(pipeline_last)
{
    (void)use;
    return member_name(e, e->pipeline->count - 1, scratch);
}

DOCKERFILE_FIELD(pipeline_context)
{
    (void)use;
    return values_bool(e->pipeline->context & SHELL_IN_CONDITION, NULL, scratch);
}

DOCKERFILE_FIELD(pipeline_substituted)
{
    (void)use;
    return values_bool(e->pipeline->context & SHELL_IN_SUBSTITUTION, NULL, scratch);
}
