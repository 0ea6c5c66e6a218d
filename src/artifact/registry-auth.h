/* What to say to a registry that wants to know who asks, for pulling from one
 * repository.
 *
 * Nothing is said, and no credentials are looked for, until the registry
 * answers 401 with a challenge (registry-challenge.h). Then:
 * - Basic: user name and password.
 * - Bearer: a token from the realm, which libcurl asks over https or on this
 *   machine only: with user name and password, with an identity token (OAuth2),
 *   or anonymously. It is renewed shortly before it expires, and when the
 *   registry refuses it.
 * Credentials that could not be read are not the end: the registry is asked
 * anonymously, and the reason is told when that is refused.
 *
 * Threads: any; a renewal is done by one while the others wait.
 */
#pragma once

#include "artifact/registry-credentials.h"
#include "artifact/source.h"
#include "net/http.h"

enum {
    REGISTRY_AUTH_VALUE_LIMIT = 32 << 10, /* bytes of an Authorization header's value */
    REGISTRY_AUTH_ATTEMPTS = 3,           /* of a request that is answered with 401 */
};

struct registry_auth;

/* Everything given must outlive it. */
int registry_auth_new(const struct source_context *context, struct http_client *client,
                      const struct reference *reference, struct registry_auth **ret,
                      struct error *err);
void registry_auth_free(struct registry_auth *auth);
DEFINE_CLEANUP(struct registry_auth, registry_auth_free)

/* The value for a request, replacing what `to` holds; empty: say nothing. */
int registry_auth_value(struct registry_auth *auth, struct buf *to, struct error *err);
/* The registry answered 401 to a request with the value `used`. 0: ask again;
 * ERROR_DENIED: there is nothing else to say. */
int registry_auth_refused(struct registry_auth *auth, const struct http_response *response,
                          struct view used, struct error *err);
/* Adds to an ERROR_DENIED what could be done: log in, or what is wrong with the log-in. */
void registry_auth_explain(struct registry_auth *auth, struct error *err);
