/* The verbs of plimsoll rules, and what they share. */
#pragma once

#include "cmd/cli/commands.h"
#include "cmd/cli/load-checks.h"
#include "rule/program.h"

extern const struct command command_rules_list, command_rules_show, command_rules_check,
    command_rules_explain, command_rules_test, command_rules_fields;

/* All rules, of every source: ours (unless --no-builtin) and those of the files. */
struct rule_shelf {
    struct ruleset *set;
    /* Programs by the place of their source in config_sources. */
    struct rule_program **programs;
    size_t errors, warnings; /* of all files, told on standard error */
};

/* `files` NULL: those of --rules. Problems are told as they are found. */
int rule_shelf_open(const struct invocation *invocation, const struct option_texts *files,
                    bool builtin, struct rule_shelf *ret, struct error *err);
void rule_shelf_done(struct rule_shelf *shelf);

/* A rule by id or name. ERROR_NOT_FOUND names the nearest. */
int rule_shelf_find(const struct rule_shelf *shelf, const char *name, const struct rule **ret,
                    struct error *err);
/* Its program and index there; false when it is disabled or broken. */
bool rule_shelf_compiled(const struct rule_shelf *shelf, const struct rule *rule,
                         const struct rule_program **ret, size_t *ret_index);
/* Whether --source and --tag let it be shown. */
bool rule_is_chosen(const struct invocation *invocation, const struct rule *rule);
/* A text in the language of the process. */
struct view rule_words(const struct rule_text *text);
struct view rule_heading(const struct rule *rule); /* its title, or its name */
/* A line for each of its versions: "  1.22  asked for". */
void rule_write_versions(const struct rule *rule, struct buf *to);
