/* The secret rules of a scan: the built-in ones, those of --rules, without
 * those of --disable. */
#pragma once

#include "cmd/cli/commands.h"
#include "secret/rules.h"

/* Without --rules the rules are there in a millisecond; with it, all are
 * compiled anew, which takes some half a second. */
int load_secret_rules(const struct invocation *invocation, const struct option_texts *files,
                      struct secret_rules **ret, struct error *err);
