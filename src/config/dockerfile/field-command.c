#include "config/dockerfile/field.h"
#include "config/dockerfile/tool.h"

static struct tool_line line_of(const struct dockerfile_event *e, struct arena *scratch)
{
    struct tool_line line = {NULL, 0, NULL, 0};

    tool_split(e->command, scratch, &line);
    return line;
}

DOCKERFILE_FIELD(command_name)
{
    (void)use;
    return dockerfile_text_or_none(e->command->name, scratch);
}

DOCKERFILE_FIELD(command_text)
{
    struct view text = e->step->script_text.text;

    (void)use;
    if (e->command->end > text.len || e->command->start > e->command->end)
        return values_none();
    return values_text(
        view_trim(view_sub(text, e->command->start, e->command->end - e->command->start)), NULL,
        scratch);
}

DOCKERFILE_FIELD(command_args)
{
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 1; i < e->command->count; i++)
        dockerfile_list_add(&list, e->command->words[i].text, e->command->words[i].known,
                            VIEW_EMPTY);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(command_subcommand)
{
    struct tool_line line = line_of(e, scratch);

    (void)use;
    return line.operand_count && line.operands[0]->known
               ? values_text(line.operands[0]->text, NULL, scratch)
               : values_none();
}

static struct rule_values operands_from(const struct dockerfile_event *e, size_t from,
                                        struct arena *scratch)
{
    struct dockerfile_list list = {.scratch = scratch};
    struct tool_line line = line_of(e, scratch);

    for (size_t i = from; i < line.operand_count; i++)
        dockerfile_list_add(&list, line.operands[i]->text, line.operands[i]->known, VIEW_EMPTY);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(command_operands)
{
    (void)use;
    return operands_from(e, 0, scratch);
}

DOCKERFILE_FIELD(command_targets)
{
    (void)use;
    return operands_from(e, 1, scratch);
}

DOCKERFILE_FIELD(command_options)
{
    struct dockerfile_list list = {.scratch = scratch};
    struct tool_line line = line_of(e, scratch);

    (void)use;
    for (size_t i = 0; i < line.option_count; i++)
        dockerfile_list_add(&list, line.options[i].name, line.options[i].known, VIEW_EMPTY);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(command_option)
{
    struct dockerfile_list list = {.scratch = scratch};
    struct tool_line line = line_of(e, scratch);

    for (size_t i = 0; i < line.option_count; i++)
        if (line.options[i].has_value && view_eq(line.options[i].name, use->argument))
            dockerfile_list_add(&list, line.options[i].value, line.options[i].known, VIEW_EMPTY);
    return list.count ? dockerfile_list_values(&list) : values_none();
}

DOCKERFILE_FIELD(command_wrappers)
{
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < e->command->wrapper_count; i++)
        dockerfile_list_add(&list, e->command->wrappers[i], true, VIEW_EMPTY);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(command_env)
{
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < e->command->assignment_count; i++) {
        const struct shell_assignment *assignment = &e->command->assignments[i];

        dockerfile_list_add(&list,
                            arena_printf(scratch, "%.*s=%.*s", VIEW_ARG(assignment->name),
                                         VIEW_ARG(assignment->value.text)),
                            assignment->value.known, VIEW_EMPTY);
    }
    return dockerfile_list_values(&list);
}

/* Also ">& file", which is no copy of a descriptor. */
static bool writes(const struct shell_redirect *redirect)
{
    struct view target = redirect->target.text;

    if (redirect->kind == SHELL_COPY_OUT)
        return target.len && target.ptr[0] != '-' && (target.ptr[0] < '0' || target.ptr[0] > '9');
    return redirect->kind == SHELL_WRITE || redirect->kind == SHELL_APPEND ||
           redirect->kind == SHELL_WRITE_BOTH || redirect->kind == SHELL_READ_WRITE;
}

DOCKERFILE_FIELD(command_writes)
{
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < e->command->redirect_count; i++) {
        const struct shell_redirect *redirect = &e->command->redirects[i];

        if (writes(redirect))
            dockerfile_list_add(&list, redirect->target.text, redirect->target.known, VIEW_EMPTY);
    }
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(command_input)
{
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < e->command->redirect_count; i++) {
        const struct shell_redirect *redirect = &e->command->redirects[i];

        if (redirect->kind == SHELL_HEREDOC)
            dockerfile_list_add(&list, redirect->body, redirect->literal, VIEW_EMPTY);
        else if (redirect->kind == SHELL_HERESTRING)
            dockerfile_list_add(&list, redirect->target.text, redirect->target.known, VIEW_EMPTY);
    }
    return dockerfile_list_values(&list);
}

static struct rule_values members(const struct dockerfile_event *e, size_t from, size_t to,
                                  struct arena *scratch)
{
    struct dockerfile_list list = {.scratch = scratch};

    for (size_t i = from; i < to; i++) {
        const struct shell_command *command = e->command->pipeline->members[i].command;

        if (command)
            dockerfile_list_add(&list, command->name, true, VIEW_EMPTY);
    }
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(command_feeds)
{
    const struct shell_pipeline *pipeline = e->command->pipeline;

    (void)use;
    return members(e, pipeline ? e->command->position + 1 : 0, pipeline ? pipeline->count : 0,
                   scratch);
}

DOCKERFILE_FIELD(command_fed_by)
{
    (void)use;
    return members(e, 0, e->command->pipeline ? e->command->position : 0, scratch);
}

DOCKERFILE_FIELD(command_before)
{
    (void)use;
    return e->before ? dockerfile_text_or_none(e->before->name, scratch) : values_none();
}

DOCKERFILE_FIELD(command_known)
{
    (void)use;
    for (size_t i = 0; i < e->command->count; i++)
        if (!e->command->words[i].known)
            return values_bool(false, NULL, scratch);
    return values_bool(!e->command->open, NULL, scratch);
}

DOCKERFILE_FIELD(command_sometimes)
{
    (void)use;
    return values_bool(e->command->context &
                           (SHELL_IN_BRANCH | SHELL_IN_CONDITION | SHELL_IN_FUNCTION),
                       NULL, scratch);
}

DOCKERFILE_FIELD(command_apart)
{
    (void)use;
    return values_bool(e->command->context &
                           (SHELL_IN_SUBSHELL | SHELL_IN_SUBSTITUTION | SHELL_IN_SCRIPT),
                       NULL, scratch);
}

DOCKERFILE_FIELD(command_alone)
{
    (void)use;
    return values_bool(e->step->script->command_count == 1 && e->command->pipeline, NULL, scratch);
}

DOCKERFILE_FIELD(command_last)
{
    const struct shell_script *script = e->step->script;

    (void)use;
    return values_bool(script->commands[script->command_count - 1] == e->command, NULL, scratch);
}
