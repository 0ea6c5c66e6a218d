#include "cmd/line/command.h"

#include "base/nearest-name.h"

const struct exit_status *command_exit_statuses(const struct command *command)
{
    const struct command *root = command_root(command);

    return root->exit_statuses ? root->exit_statuses : exit_statuses;
}

const struct environment_variable *command_variables(const struct command *command)
{
    const struct command *root = command_root(command);

    return root->variables ? root->variables : environment_variables;
}

const struct command *command_verb(const struct command *command, const char *name)
{
    for (const struct command *const *verb = command->verbs; verb && *verb; verb++)
        if (strcmp((*verb)->name, name) == 0)
            return *verb;
    return NULL;
}

void command_full_name(const struct command *command, struct buf *to)
{
    if (command->parent) {
        command_full_name(command->parent, to);
        buf_add_char(to, ' ');
    }
    buf_add_str(to, command->name);
}

const struct command *command_root(const struct command *command)
{
    while (command->parent)
        command = command->parent;
    return command;
}

bool command_has_group(const struct command *command, const struct option_group *group)
{
    for (const struct option_group *const *own = command->options; own && *own; own++)
        if (*own == group)
            return true;
    return false;
}

int command_unknown(const struct command *command, const char *name, struct error *err)
{
    struct nearest_name nearest = nearest_name_for(view_of(name));

    for (const struct command *const *verb = command->verbs; *verb; verb++)
        nearest_name_offer(&nearest, view_of((*verb)->name));
    error_set(err, ERROR_USAGE, "unknown command '%s'", name);
    if (nearest.best.len)
        error_hint(err, "did you mean %.*s?", VIEW_ARG(nearest.best));
    if (command->parent)
        error_hint(err, "'%s help %s' lists the commands", command_root(command)->name,
                   command->name);
    error_hint(err, "'%s help' lists the commands", command_root(command)->name);
    return ERROR_USAGE;
}
