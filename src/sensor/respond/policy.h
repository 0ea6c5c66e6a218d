/* The response policy: which alerts cause which actions, and what is never touched.
 *
 * docs/formats/response-policy.md is the format. Read whole and strictly: an unknown
 * key, action or priority is an error with its line, since a policy that is read half
 * protects half. Never changed once it is read.
 */
#pragma once

#include "base/cleanup.h"
#include "sensor/alert/alert.h"
#include "sensor/respond/action.h"

enum {
    POLICY_FILE_LIMIT = 1 << 20, /* bytes */
    POLICY_ENTRIES_LIMIT = 1024,
    POLICY_PATTERNS_LIMIT = 4096, /* of one list */
    POLICY_ACTIONS_LIMIT = 8,     /* of one entry, and of one alert */
};

struct policy;

int policy_read(const char *path, struct policy **ret, struct error *err);
/* `name` is for messages. */
int policy_parse(struct view text, const char *name, struct policy **ret, struct error *err);
void policy_free(struct policy *policy);
DEFINE_CLEANUP(struct policy, policy_free)

/* The patterns of all entries that ask for rules or tags, one after the other; NULL
 * behind the last. For telling which fit no rule. */
const char *policy_pattern_at(const struct policy *policy, size_t number);

bool policy_is_dry_run(const struct policy *policy);
/* The actions that the alert asks for, each once, in the table's order: kills first.
 * How many. */
size_t policy_actions(const struct policy *policy, const struct alert *alert,
                      const struct response_target *target,
                      const struct action *ret[static POLICY_ACTIONS_LIMIT]);
/* Why nothing may be done to the target, or NULL: a container, image or namespace that
 * is on a `never` list, or that such a list can't be asked about since it is not known
 * yet; a key of tr(). `process` is the name of the process, empty without one. */
const char *policy_never(const struct policy *policy, const struct response_target *target,
                         struct view process);
