/* The values that a source's extract() gives, made from document trees.
 *
 * A scalar becomes the value of its kind (RULE_NUMBER, RULE_DECIMAL, RULE_BOOL,
 * RULE_TEXT), a sequence the list of its elements' values, a mapping one
 * RULE_NODE. Each value carries its struct document_node. Null is not there,
 * like a key that is missing. Below [*] elements without the rest of the path
 * are left out, and when none has it, the whole is not there; [*] on a mapping
 * means each of its values.
 *
 * Memory is the scratch arena's; without memory a value is not there. Pure.
 */
#pragma once

#include "base/arena.h"
#include "codec/document.h"
#include "config/kind.h"
#include "rule/source.h"

struct rule_values values_none(void);
struct rule_values values_text(struct view text, const struct document_node *node,
                               struct arena *scratch);
struct rule_values values_number(int64_t number, const struct document_node *node,
                                 struct arena *scratch);
struct rule_values values_bool(bool boolean, const struct document_node *node,
                               struct arena *scratch);
/* What a node is by itself; none for NULL. */
struct rule_values values_node(const struct document_node *node, struct arena *scratch);
/* What a path leads to from `node`. */
struct rule_values values_walk(const struct document_node *node, const struct rule_step *steps,
                               size_t step_count, struct arena *scratch);

/* The node a path leads to; [*] takes the first element. NULL: not there. */
const struct document_node *values_find(const struct document_node *node,
                                        const struct rule_step *steps, size_t step_count);

/* Lists that are put together value by value. */
struct values_list {
    struct rule_value *items;
    size_t count;
    struct arena *scratch;
};

void values_add(struct values_list *list, const struct document_node *node); /* NULL: nothing */
/* A text that is made; `node` is where it comes from, or NULL. */
void values_add_text(struct values_list *list, struct view text, const struct document_node *node);
/* The list, there even when it is empty. */
struct rule_values values_list(const struct values_list *list);

/* Nodes that stand in no file. Their place is that of `at`. */
struct document_node *values_new_text(struct arena *arena, struct view text,
                                      const struct document_node *at);
struct document_node *values_new_bool(struct arena *arena, bool boolean,
                                      const struct document_node *at);
struct document_node *values_new_number(struct arena *arena, int64_t number,
                                        const struct document_node *at);
/* A mapping of `count` pairs; those without a value are left out. */
struct values_pair {
    const char *key;
    const struct document_node *value;
};
struct document_node *values_new_mapping(struct arena *arena, const struct values_pair *pairs,
                                         size_t count, const struct document_node *at);

/* From the first byte of the node to the end of the last scalar in it. */
struct config_place values_place(const struct document_node *node);
/* The place of what a path leads to, or of the key of the nearest thing above
 * it that is there. False: not one step of the path is there. */
bool values_locate(const struct document_node *node, const struct rule_step *steps,
                   size_t step_count, struct config_place *ret);
