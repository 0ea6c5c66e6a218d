/* Many regular expressions sought in one value, in one pass, in linear time.
 *
 * The syntax is RE2's, which is what Falco has: no back references and no
 * look-around. Vectorscan runs them: it keeps to automata, so a value costs
 * time linear in its length whatever the expression. An expression must match
 * the whole value. Values that are valid UTF-8 are matched by code points, all
 * others by bytes, so that one broken byte does not hide a value.
 *
 * Compiling is bounded before Vectorscan sees the expression: counted repeats
 * are expanded in its automata, so their product is limited as in RE2.
 */
#pragma once

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum {
    RULE_REGEX_LENGTH_LIMIT = 4096, /* bytes of one expression */
    RULE_REGEX_REPEAT_LIMIT = 1000, /* {n}, nested ones multiplied */
    RULE_REGEX_SIZE_LIMIT = 4000,   /* characters with repeats written out */
};

/* Is it an expression that can be compiled? The error says why not. */
int rule_regex_check(struct view pattern, struct error *err);

struct rule_regex_set;

int rule_regex_set_new(const struct view *patterns, size_t count, struct rule_regex_set **ret,
                       struct error *err);
void rule_regex_set_free(struct rule_regex_set *set);
DEFINE_CLEANUP(struct rule_regex_set, rule_regex_set_free)

struct hs_scratch;

/* Makes the scratch of one thread fit the set too; false without memory. */
bool rule_regex_set_scratch(const struct rule_regex_set *set, struct hs_scratch **scratch);
void rule_regex_scratch_free(struct hs_scratch *scratch);
/* False: the value could not be matched. */
bool rule_regex_set_find(const struct rule_regex_set *set, struct view value,
                         struct hs_scratch *scratch, void (*found)(void *context, uint32_t pattern),
                         void *context);
