/* The rules in force: files read, compiled, and turned into a filter.
 *
 * Immutable once made, so that a reload makes a new one beside the old, and
 * the old goes on when the new one has errors.
 */
#pragma once

#include "base/cleanup.h"
#include "rule/program.h"
#include "sensor/detect/push-down.h"

struct loaded_rules;

struct loaded_rules_options {
    const char *const *paths; /* files or folders; none: the rules that are built in */
    size_t path_count;
    bool builtin;                          /* ours before the given ones */
    int minimum_priority;                  /* rules below it are off; RULE_DEBUG: none is */
    /* Globs of names, ids and tags. What is in both is off; but "*" of `disabled` means
     * only what is in `enabled`. */
    const struct view *enabled, *disabled;
    size_t enabled_count, disabled_count;
};

typedef void loaded_rules_problem(void *ctx, const struct rule_problem *problem);

/* ERROR_INPUT when the files have errors: each was told to `tell`, with its place. */
int loaded_rules_new(const struct loaded_rules_options *options, loaded_rules_problem *tell,
                     void *ctx, struct loaded_rules **ret, struct error *err);
void loaded_rules_free(struct loaded_rules *rules);
DEFINE_CLEANUP(struct loaded_rules, loaded_rules_free)

const struct rule_program *loaded_rules_program(const struct loaded_rules *rules);
struct push_down *loaded_rules_push_down(const struct loaded_rules *rules);
/* Whether a rule in force has that name, id or tag (a glob). */
bool loaded_rules_have(const struct loaded_rules *rules, struct view glob);
/* Rules of this source that are compiled and can match. */
size_t loaded_rules_count(const struct loaded_rules *rules);
