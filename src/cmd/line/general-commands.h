/* The commands that every program has: help, version and completion. */
#pragma once

#include "base/text.h"
#include "cmd/line/command.h"

int help_command_run(struct invocation *invocation, struct error *err);
int version_command_run(struct invocation *invocation, struct error *err);
int completion_command_run(struct invocation *invocation, struct error *err);

/* Defines command_help, command_version and command_completion, below command_program.
 * `program` is its name and `example` one of its commands, both literals; help takes the
 * names of a command and of the verbs within it: `names`, at most `depth`. */
#define GENERAL_COMMANDS(program, example, names, depth)                                           \
    static const struct option_group *const general_options[] = {&options_general, NULL};          \
                                                                                                   \
    static const struct option_group *const help_options[] = {&options_pages, &options_general,    \
                                                              NULL};                               \
                                                                                                   \
    static const struct command_example help_examples[] = {                                        \
        {program " help " example, TR_KEY("the options of a command")},                            \
        {program " help --man " example " | man -l -",                                             \
         TR_KEY("a man page without installing it")},                                              \
        {NULL, NULL},                                                                              \
    };                                                                                             \
                                                                                                   \
    static const struct command_example version_examples[] = {                                     \
        {program " version", TR_KEY("name and version on one line")},                              \
        {NULL, NULL},                                                                              \
    };                                                                                             \
                                                                                                   \
    static const struct command_example completion_examples[] = {                                  \
        {"source <(" program " completion bash)", TR_KEY("in ~/.bashrc; zsh likewise")},           \
        {program " completion fish | source", TR_KEY("in config.fish")},                           \
        {NULL, NULL},                                                                              \
    };                                                                                             \
                                                                                                   \
    const struct command command_help = {                                                          \
        .name = "help",                                                                            \
        .parent = &command_program,                                                                \
        .operands = names,                                                                         \
        .operand_max = depth,                                                                      \
        .summary = TR_KEY("explain a command"),                                                    \
        .examples = help_examples,                                                                 \
        .options = help_options,                                                                   \
        .run = help_command_run,                                                                   \
    };                                                                                             \
                                                                                                   \
    const struct command command_version = {                                                       \
        .name = "version",                                                                         \
        .parent = &command_program,                                                                \
        .summary = TR_KEY("tell the version"),                                                     \
        .examples = version_examples,                                                              \
        .options = general_options,                                                                \
        .run = version_command_run,                                                                \
    };                                                                                             \
                                                                                                   \
    const struct command command_completion = {                                                    \
        .name = "completion",                                                                      \
        .parent = &command_program,                                                                \
        .operands = "bash|zsh|fish",                                                               \
        .operand_min = 1,                                                                          \
        .operand_max = 1,                                                                          \
        .summary = TR_KEY("write completion for a shell"),                                         \
        .examples = completion_examples,                                                           \
        .options = general_options,                                                                \
        .run = completion_command_run,                                                             \
    }
