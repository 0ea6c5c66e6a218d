/* Values of an item's keys, checked: what has the wrong shape is a problem of
 * the set, and false. `key` is the name that the problem shows. */
#pragma once

#include "rule/ruleset-state.h"

/* A text, number or boolean that is not empty. */
bool item_scalar(struct ruleset *set, const struct rule_item *item,
                 const struct document_node *node, const char *key);
/* true/false, yes/no, on/off, y/n in any case, quoted ones too. */
bool item_bool(struct ruleset *set, const struct rule_item *item, const struct document_node *node,
               const char *key, bool *ret);
bool item_sequence(struct ruleset *set, const struct rule_item *item,
                   const struct document_node *node, const char *key);
bool item_mapping(struct ruleset *set, const struct rule_item *item,
                  const struct document_node *node, const char *key);
/* A sequence of scalars, added to `to`. An empty text is allowed in it. */
bool item_scalars(struct ruleset *set, const struct rule_item *item,
                  const struct document_node *node, const char *key, struct item_values *to);
/* A text, or a mapping of languages (en, zh) to texts. */
bool item_text(struct ruleset *set, const struct rule_item *item, const struct document_node *node,
               const char *key, struct text_parts *to);
/* Adds one value; NULL-safe. */
void item_values_add(struct ruleset *set, struct item_values *to, const struct rule_item *item,
                     const struct document_node *node);

/* Warns of keys that are not among `known` (up to a NULL), of keys that are no
 * text, and of keys given twice. `node` is a mapping. */
void item_check_keys(struct ruleset *set, const struct rule_item *item,
                     const struct document_node *node, const char *const *known);
