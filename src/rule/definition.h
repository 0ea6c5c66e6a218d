/* Names for values and conditions, lists and macros: how items define, replace
 * and append to them. */
#pragma once

#include "rule/override.h"
#include "rule/ruleset-state.h"

/* One of the two kinds of names. Texts are keys of tr(). */
struct definition_kind {
    const char *const *keys; /* of an item, up to a NULL */
    struct override_key values;
    size_t size; /* of its struct, which begins with a struct definition */
    bool (*check_name)(struct ruleset *set, const struct rule_item *item);
    /* Adds what the key holds; false: it has errors. */
    bool (*read)(struct ruleset *set, const struct rule_item *item,
                 const struct document_node *node, struct item_values *to);
    const char *without_values, *nothing_to_append_to;
};

void definition_read(struct ruleset *set, struct hash_map *names,
                     const struct definition_kind *kind, const struct rule_item *item);
