/* Whether a named value looks like a secret that somebody wrote down.
 *
 * Either the name says so (DB_PASSWORD, api-token, ...) and the value is one
 * that could be it, or the value alone does (a private key, a cloud's access
 * key, an address with a password). Names that only speak about a secret
 * (PASSWORD_FILE, TOKEN_URL, SECRET_NAME) and values that refer to one, are
 * placeholders, switches or file names, don't count. This is for values of
 * manifests; `plimsoll secret` looks deeper.
 */
#pragma once

#include "base/view.h"

bool secret_named(struct view name, struct view value);
/* By the value alone. */
bool secret_value(struct view value);
