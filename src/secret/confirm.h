/* The second pass: PCRE2 says where a candidate begins and ends.
 *
 * Expressions are compiled when they are first needed, and interpreted: a
 * worker may not make memory executable. What one match may cost is limited.
 * One thread at a time.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "secret/rules.h"

enum {
    CONFIRM_STEPS_LIMIT = 60000,  /* of PCRE2's matching function, a try */
    CONFIRM_HEAP_LIMIT = 8 << 10, /* KiB */
};

struct confirm;

int confirm_new(const struct secret_rules *set, struct confirm **ret, struct error *err);
void confirm_free(struct confirm *confirm);
DEFINE_CLEANUP(struct confirm, confirm_free)

/* The first match of the rule's regex that begins in [from, before), and the
 * group that is the secret: 1, 0 when there is none, ERROR_LIMIT when it cost too
 * much to say. */
int confirm_match(struct confirm *confirm, size_t rule, struct view bytes, size_t from,
                  size_t before, struct view *ret_match, struct view *ret_secret);
/* One of the rule's allow expressions matches the secret. */
bool confirm_is_allowed(struct confirm *confirm, size_t rule, struct view secret);
/* All of the set's expressions compile; the error names the rule. For sets that
 * a person wrote. */
int confirm_check(const struct secret_rules *set, struct error *err);
