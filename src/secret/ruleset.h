/* A set of rules, ready to scan with: read-only, shared by any number of
 * scanners.
 *
 * Compiling 200 patterns takes Vectorscan 0.3 s, so a set is made in two steps:
 * secret_ruleset_compile() makes bytes of it, at build time for our own rules,
 * and secret_ruleset_open() makes the set of the bytes, which takes a
 * millisecond. The bytes travel to workers as they are.
 *
 * Vectorscan's databases fit the processors they are compiled for; the bytes
 * may hold several, of which the best that runs here is taken.
 *
 * Format: "PLIMSEC1"; the number of rules and each rule's fields; the number of
 * databases, and of each the processor features (HS_CPU_FEATURES_*) and its
 * serialised bytes. Numbers are varints, texts have their length before them.
 */
#pragma once

#include <hs/hs.h>

#include "base/arena.h"
#include "base/buf.h"
#include "secret/rule-file.h"

enum { SECRET_RULESET_LIMIT = 64 << 20 }; /* bytes of a compiled set */

struct secret_ruleset;

enum secret_platform {
    SECRET_PLATFORM_HERE, /* for this machine only */
    SECRET_PLATFORM_ALL,  /* for every machine of this architecture: a database each */
};

int secret_ruleset_compile(const struct secret_rule_files *files, enum secret_platform platform,
                           struct buf *to, struct error *err);
/* `compiled` must outlive the set. */
int secret_ruleset_open(struct view compiled, struct secret_ruleset **ret, struct error *err);
void secret_ruleset_free(struct secret_ruleset *set);
DEFINE_CLEANUP(struct secret_ruleset, secret_ruleset_free)

/* The rules that are in the program, compiled. */
struct view secret_ruleset_builtin(void);
/* The texts that they were made of, for making a set of ours and a user's. */
int secret_ruleset_read_builtin(struct secret_rule_files *files, struct error *err);

size_t secret_ruleset_count(const struct secret_ruleset *set);
const struct secret_rule *secret_ruleset_rule(const struct secret_ruleset *set, size_t i);
/* Its number, or -1. */
ptrdiff_t secret_ruleset_find(const struct secret_ruleset *set, struct view id);
const hs_database_t *secret_ruleset_database(const struct secret_ruleset *set);
