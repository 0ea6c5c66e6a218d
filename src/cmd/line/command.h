/* Commands as data: what each is called, takes and does. Help, man pages,
 * Markdown, completion and dispatch come from these tables.
 */
#pragma once

#include "cmd/line/environment.h"
#include "cmd/line/exit-status.h"
#include "cmd/line/general.h"
#include "cmd/line/option.h"

struct command;

/* One run of a command. */
struct invocation {
    const struct command *command;
    const struct environment *env;
    void *settings; /* the program's own, general ones first */
    const char **operands;
    size_t operand_count;
    struct arena *arena; /* for the whole run */
};

struct command_example {
    const char *line;
    const char *doc; /* a key of tr() */
};

struct command_note {
    const char *term;
    const char *doc; /* a key of tr() */
};

enum { COMMAND_OPERANDS_ANY = 1 << 20 };

struct command {
    const char *name;
    const struct command *parent; /* of a verb; NULL for commands */
    const char *operands;         /* "REF"; NULL: none */
    size_t operand_min, operand_max;
    const char *summary;                       /* a key of tr(), like all texts here */
    const char *const *description;            /* paragraphs, NULL-ended; may be NULL */
    const struct command_note *notes;          /* what operands may be; ended by a NULL term */
    const struct command_example *examples;    /* ended by a NULL line */
    const struct option_group *const *options; /* NULL-ended */
    const struct command *const *verbs;        /* NULL-ended; a command with verbs has no run */
    /* Of a program; they end with a NULL. NULL: those of plimsoll. */
    const struct exit_status *exit_statuses;
    const struct environment_variable *variables;
    /* The exit code, or a negative error. */
    int (*run)(struct invocation *invocation, struct error *err);
};

static inline const struct general_settings *general_of(const struct invocation *invocation)
{
    return invocation->settings;
}

/* The program that the command is of: its verbs are the commands. */
const struct command *command_root(const struct command *command);
const struct exit_status *command_exit_statuses(const struct command *command);
const struct environment_variable *command_variables(const struct command *command);
/* The verb of that name, or NULL. */
const struct command *command_verb(const struct command *command, const char *name);
/* "plimsoll db update" */
void command_full_name(const struct command *command, struct buf *to);
/* Whether the command takes the options of that group itself. */
bool command_has_group(const struct command *command, const struct option_group *group);
/* ERROR_USAGE: there is no such verb; names the nearest. */
int command_unknown(const struct command *command, const char *name, struct error *err);
