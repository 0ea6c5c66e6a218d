/* The keys of rule items: what each may be, and how it changes a rule. */
#pragma once

#include "rule/override.h"
#include "rule/ruleset-state.h"

enum {
    RULE_KEY_REQUIRED = 1 << 0,
    RULE_KEY_LEGACY_APPEND = 1 << 1, /* `append: true` knows it */
};

struct rule_key {
    struct override_key override;
    unsigned flags;
    /* Puts the value into `rule`, behind what is there when `append`. False:
     * the value has errors, which are problems of the set. */
    bool (*apply)(struct ruleset *set, const struct rule_item *item,
                  const struct document_node *value, bool append, struct rule_definition *rule);
};

/* In the order in which they are applied. */
const struct rule_key *rule_keys(size_t *ret_count);
