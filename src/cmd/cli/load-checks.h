/* From options to compiled checks. */
#pragma once

#include "cmd/cli/commands.h"
#include "config/checks.h"

/* Reads the rule files of --rules, compiles them with ours for `kinds`, and
 * applies --check and --skip-check. Mistakes in rule files are told on
 * standard error, with their places; ERROR_INPUT when there are any, ERROR_USAGE
 * when no check is left. */
int load_checks(const struct invocation *invocation, unsigned kinds, struct checks **ret,
                struct error *err);

/* Tells problems on standard error, warnings too unless --quiet. */
void tell_rule_problem(const struct invocation *invocation, const struct rule_problem *problem);
/* "a,b" and "c" as three; `*ret` lies in the arena. */
int split_names(const struct option_texts *texts, struct arena *arena, const struct view **ret,
                size_t *ret_count, struct error *err);
