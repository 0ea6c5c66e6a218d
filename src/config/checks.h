/* The checks of a run: our own rule files and the user's, compiled for each
 * kind of configuration.
 *
 * Immutable once made, so that workers inherit it. The user's files come
 * after ours and may change them: a list, a macro or a rule of ours is
 * replaced, appended to or disabled as in Falco.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "config/kind.h"
#include "rule/program.h"

enum { CONFIG_KINDS = 4 };

/* All kinds; a kind's place here is its number below. */
extern const struct config_kind *const config_kinds[CONFIG_KINDS];

/* Bits of kinds. */
enum {
    CONFIG_KUBERNETES = 1 << 0,
    CONFIG_DOCKERFILE = 1 << 1,
    CONFIG_COMPOSE = 1 << 2,
    CONFIG_IMAGE = 1 << 3,
};

struct checks;

struct checks_file {
    struct view name, text;
};

struct checks_options {
    unsigned kinds;  /* bits; whose rules are compiled */
    bool no_builtin; /* only the user's files */
    const struct checks_file *files;
    size_t file_count;
    const struct view *only; /* globs of ids or tags; none: all */
    size_t only_count;
    const struct view *skipped; /* globs of ids or tags */
    size_t skipped_count;
};

/* Fails for limits and memory, and when an entry of `only` or `skipped`
 * matches nothing. What is wrong with rule files is asked for below. */
int checks_new(const struct checks_options *options, struct checks **ret, struct error *err);
void checks_free(struct checks *checks);
DEFINE_CLEANUP(struct checks, checks_free)

const struct ruleset *checks_ruleset(const struct checks *checks);
/* NULL for a kind that was not asked for. */
const struct rule_program *checks_program(const struct checks *checks, size_t kind);
/* Whether the options let the i-th rule of the kind's program take part. */
bool checks_wants(const struct checks *checks, size_t kind, size_t rule);
/* How many rules take part in all. */
size_t checks_count(const struct checks *checks);

/* Calls `tell` for every problem of the rule files, as written and as compiled. */
void checks_each_problem(const struct checks *checks,
                         void (*tell)(void *ctx, const struct rule_problem *problem), void *ctx);
bool checks_have_errors(const struct checks *checks);
