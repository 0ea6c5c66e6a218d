/* The answer of a token server: JSON from outside, so it is parsed in the
 * sandbox (op "token-json"); what comes back is checked again here.
 *
 * Source: distribution's token authentication specification and its OAuth2
 * variant ("token" or "access_token", "expires_in" seconds, 60 when missing).
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "sandbox/sandbox.h"

enum {
    REGISTRY_TOKEN_ANSWER_LIMIT = 256 << 10, /* bytes of an answer */
    REGISTRY_TOKEN_LIMIT = 24 << 10,         /* bytes of a token */
    REGISTRY_TOKEN_REPLY_LIMIT = REGISTRY_TOKEN_LIMIT + 32,
    REGISTRY_TOKEN_SECONDS = 60, /* it is good for at least so long */
    REGISTRY_TOKEN_SECONDS_LIMIT = 24 * 3600,
};

/* Appends the token, visible ASCII only, to `to`. */
int registry_token_load(struct sandbox *sandbox, struct view json, struct buf *to,
                        uint64_t *ret_seconds, struct error *err);

/* The parser, for the worker and the tests. */
int registry_token_parse(struct view json, struct buf *to, uint64_t *ret_seconds,
                         struct error *err);
/* The operation "token-json". */
int registry_token_run(struct worker *worker, struct view request, struct error *err);
