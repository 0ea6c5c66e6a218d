/* The options of command lines: which words are options, their values and
 * operands, by what is known of the programs that Dockerfiles call.
 *
 * Short options may be joined (-yq), have their value attached (-ofile) or in
 * the next word; long ones have it behind "=" or in the next word. For which
 * options the next word is a value a table says; a program that is not in it
 * has none. "--" ends the options.
 */
#pragma once

#include "config/shell/shell.h"

struct tool_option {
    struct view name;  /* "-y", "--yes" */
    struct view value; /* empty: none */
    bool has_value, known;
    size_t word; /* index in the command's words */
};

struct tool_line {
    struct tool_option *options;
    size_t option_count;
    const struct shell_word **operands;
    size_t operand_count;
};

/* Splits the words behind the command's name. False without memory. */
bool tool_split(const struct shell_command *command, struct arena *arena, struct tool_line *ret);
/* Whether the first operand says what the program does: apt-get install. */
bool tool_has_subcommand(struct view name);
