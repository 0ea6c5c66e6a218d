/* What a candidate's shape proves: checksums and structure.
 *
 * A validator sees the secret and the text around it, and says whether it can
 * be what the rule takes it for. Sources of the formats are named beside each
 * function. Pure; no memory is kept.
 */
#pragma once

#include "base/view.h"

struct secret_candidate {
    struct view secret;
    struct view match;  /* the whole match of the regex */
    struct view before; /* up to SECRET_NEAR bytes before the match */
    struct view after;  /* and behind it */
};

struct secret_validator {
    const char *name; /* as rules say it */
    const char *doc;  /* a key of tr() */
    bool (*valid)(const struct secret_candidate *candidate);
};

extern const struct secret_validator secret_validators[];
extern const size_t secret_validator_count;

/* NULL when there is none of that name. */
const struct secret_validator *secret_validator_find(struct view name);
