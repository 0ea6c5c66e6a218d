/* What a registry says when it wants to know who asks: the WWW-Authenticate
 * header.
 *
 * Grammar: RFC 9110 section 11.6.1 (a list of challenges, each a scheme with a
 * token68 or a list of parameters; both lists are separated by commas) and the
 * token authentication specification of distribution (Bearer with realm,
 * service, scope). Of several challenges the first Bearer is taken, else the
 * first Basic; other schemes are passed over. The header comes from outside:
 * whatever breaks the grammar is an error.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/view.h"

enum { REGISTRY_CHALLENGE_LIMIT = 8 << 10 }; /* bytes of one header's value */

enum registry_scheme {
    REGISTRY_OPEN, /* nothing asked */
    REGISTRY_BASIC,
    REGISTRY_BEARER,
};

struct registry_challenge {
    enum registry_scheme scheme;
    struct view realm;          /* of Bearer: the URL that gives tokens, never empty */
    struct view service, scope; /* may be empty */
};

/* Reads the value of one header into `ret`, if that says more than what is
 * there (REGISTRY_OPEN at first). Texts live in the arena. */
int registry_challenge_read(struct view value, struct arena *arena, struct registry_challenge *ret,
                            struct error *err);
