/* A set of rules, ready to scan with: read-only, shared by any number of
 * scanners.
 *
 * Compiling 200 patterns takes Vectorscan 0.3 s, so a set is made in two steps:
 * secret_rules_compile() makes bytes of it, at build time for our own rules,
 * and secret_rules_open() makes the set of the bytes, which takes a
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

enum { SECRET_RULES_BYTES = 64 << 20 }; /* bytes of a compiled set */

struct secret_rules;

enum secret_platform {
    SECRET_PLATFORM_HERE, /* for this machine only */
    SECRET_PLATFORM_ALL,  /* for every machine of this architecture: a database each */
};

int secret_rules_compile(const struct secret_rule_files *files, enum secret_platform platform,
                         struct buf *to, struct error *err);
/* `compiled` must outlive the set. */
int secret_rules_open(struct view compiled, struct secret_rules **ret, struct error *err);
void secret_rules_free(struct secret_rules *set);
DEFINE_CLEANUP(struct secret_rules, secret_rules_free)

/* The rules that are in the program, compiled. */
struct view secret_rules_builtin(void);
/* The texts that they were made of, for making a set of ours and a user's. */
int secret_rules_read_builtin(struct secret_rule_files *files, struct error *err);

size_t secret_rules_count(const struct secret_rules *set);
const struct secret_rule *secret_rules_rule(const struct secret_rules *set, size_t i);
/* Its number, or -1. */
ptrdiff_t secret_rules_find(const struct secret_rules *set, struct view id);
/* Before the rules are shared. ERROR_USAGE: there is no such rule. */
int secret_rules_switch_off(struct secret_rules *set, struct view id, struct error *err);
/* What is cached of a file holds while this stays: of all rules, without those
 * that are switched off. */
uint64_t secret_rules_generation(const struct secret_rules *set);
const hs_database_t *secret_rules_database(const struct secret_rules *set);
