/* Steps that change what CMD and RUN do. */
#include <ctype.h>

#include "base/buf.h"
#include "config/dockerfile/edit-step.h"
#include "config/dockerfile/tool.h"

/* A command without anything that needs a shell. */
static const struct shell_command *lone_command(struct edit_step *s, struct shell_script *script)
{
    const struct shell_options options = {0};
    const struct shell_command *command;

    if (shell_parse(dockerfile_arguments(s->instruction), &options, s->edits->arena, script, NULL) <
            0 ||
        script->fault.kind || script->command_count != 1 || script->pipeline_count != 1)
        return NULL;
    command = script->commands[0];
    if (!command->pipeline || command->pipeline->count != 1 || command->pipeline->negated ||
        command->context || command->assignment_count || command->redirect_count ||
        command->all_count == 0)
        return NULL;
    for (size_t i = 0; i < command->all_count; i++)
        if (!command->all[i].known || command->all[i].pattern || command->all[i].text.len == 0 ||
            command->all[i].text.ptr[0] == '~')
            return NULL;
    return command;
}

static bool is_builtin(struct view name)
{
    static const char *const names[] = {"exec", "cd",   "export", "set",    ".",    "source",
                                        "eval", "trap", "umask",  "ulimit", "wait", "exit",
                                        ":",    "read", "time",   "!",      "alias"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (view_eq(name, view_of(names[i])))
            return true;
    return false;
}

void edit_use_exec_form(struct edit_step *s)
{
    struct shell_script script;
    const struct shell_command *command;
    struct view text = VIEW("[");
    struct dockerfile_span span;

    if (s->instruction->exec || s->instruction->heredoc_count)
        return;
    command = lone_command(s, &script);
    if (!command || is_builtin(command->all[0].text))
        return;
    for (size_t i = 0; i < command->all_count; i++)
        text = arena_printf(s->edits->arena, "%.*s%s%.*s", VIEW_ARG(text), i ? ", " : "",
                            VIEW_ARG(edit_quoted(s, command->all[i].text)));
    span.start = dockerfile_text_offset(&s->instruction->logical, s->instruction->arguments);
    span.end = s->instruction->line_end;
    edit_add(s, span.start, span.end, edit_print(s, "", text, "]"));
}

/* The last byte of the RUN that counts, when a command can be put behind it. */
static bool find_run_end(const struct edit_step *s, size_t *ret)
{
    const struct shell_script *script = s->event->step ? s->event->step->script : NULL;
    struct view text = view_trim(dockerfile_arguments(s->instruction));
    size_t end = s->instruction->line_end, last = 0;

    if (s->instruction->command != DOCKERFILE_RUN || !script || script->fault.kind ||
        s->instruction->exec || s->instruction->heredoc_count || text.len == 0 ||
        strchr(";&|(){}", text.ptr[text.len - 1]))
        return false;
    for (size_t i = 0; i < script->pipeline_count; i++)
        if (script->pipelines[i]->end > last)
            last = script->pipelines[i]->end;
    while (end && isspace((unsigned char)s->file.ptr[end - 1]))
        end--;
    *ret = end;
    /* A comment behind the last command would swallow the new one. */
    return dockerfile_script_span(s->event->step, last ? last - 1 : 0, last).end >= end;
}

void edit_append_command(struct edit_step *s)
{
    struct view when = document_get_text(s->node, VIEW("when")), newline = edit_newline(s->file);
    struct view name = s->event->command ? s->event->command->name : VIEW_EMPTY;
    bool lines = s->instruction->logical.count > 1;
    size_t end, indent, from;

    if ((when.len && !view_eq(when, name)) || !find_run_end(s, &end) ||
        view_find_view(dockerfile_arguments(s->instruction), s->value) >= 0)
        return;
    if (!lines) {
        edit_add(s, end, end, edit_print(s, " && ", s->value, ""));
        return;
    }
    from = indent = edit_line_start(s->file, end);
    while (indent < end && edit_is_blank(s->file.ptr[indent]))
        indent++;
    edit_add(s, end, end,
             arena_printf(s->edits->arena, " %c%.*s%.*s&& %.*s", s->event->build->file->escape,
                          VIEW_ARG(newline), VIEW_ARG(view_sub(s->file, from, indent - from)),
                          VIEW_ARG(s->value)));
}
