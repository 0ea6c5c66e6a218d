/* Many regular expressions sought in one value, in one pass, in linear time.
 *
 * RE2 runs them, behind this C interface: its syntax and meaning are those of
 * Falco's `regex` (no back references, no look-around), its time is linear in
 * the value whatever the expression, and it bounds what repeats may make of an
 * expression. Compiling takes microseconds, so that a program that starts for
 * one file need not cache anything.
 *
 * An expression must match the whole value. Values that are valid UTF-8 are
 * matched by code points, all others by bytes, so that one broken byte does
 * not hide a value. A set may be used by several threads.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum {
    RULE_REGEX_LENGTH_LIMIT = 4096,    /* bytes of one expression */
    RULE_REGEX_MEMORY_LIMIT = 8 << 20, /* of one expression's automaton */
    RULE_REGEX_SET_LIMIT = 64 << 20,   /* of a set's; past it, one is asked after the other */
};

/* Is it an expression that can be compiled? The error says why not. */
int rule_regex_check(struct view pattern, struct error *err);

struct rule_regex_set;

int rule_regex_set_new(const struct view *patterns, size_t count, struct rule_regex_set **ret,
                       struct error *err);
void rule_regex_set_free(struct rule_regex_set *set);
DEFINE_CLEANUP(struct rule_regex_set, rule_regex_set_free)

/* Calls `found` for each expression that matches the value. */
void rule_regex_set_find(const struct rule_regex_set *set, struct view value,
                         void (*found)(void *context, uint32_t pattern), void *context);
