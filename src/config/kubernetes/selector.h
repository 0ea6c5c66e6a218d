/* Label selectors: which labels they select, and an index of many of them.
 *
 * A selector is a plain map of labels (Service, ReplicationController) or a
 * LabelSelector with matchLabels and matchExpressions (all others). An empty
 * one selects everything, a missing one nothing; callers know the exceptions.
 */
#pragma once

#include "base/arena.h"
#include "base/hash.h"
#include "codec/document.h"

enum {
    SELECTOR_LABEL_LIMIT = 1000, /* labels of an object that are looked at */
};

struct selector {
    const struct document_node *labels;      /* a mapping, or NULL */
    const struct document_node *expressions; /* a sequence, or NULL */
};

/* Of a LabelSelector, or of a plain map. */
struct selector selector_of(const struct document_node *node);
struct selector selector_of_map(const struct document_node *map);
bool selector_is_empty(const struct selector *selector);
bool selector_matches(const struct selector *selector, const struct document_node *labels);

struct selector_entry {
    struct selector selector;
    void *owner;
    size_t cost; /* of one match, in labels and values compared */
    const struct selector_entry *next;
};

/* Finds the selectors of a set that match given labels without asking each. */
struct selector_index {
    struct hash_map *by_label;         /* "key=value" to entries that ask for it */
    const struct selector_entry *rest; /* those that ask for no exact label */
    struct arena *arena;
};

/* hash_map is made by the first entry and freed by selector_index_done(). */
void selector_index_add(struct selector_index *index, struct selector selector, void *owner);
void selector_index_done(struct selector_index *index);

/* Calls `found` for each selector that matches, until it answers false.
 * `budget` is counted down by the cost of each selector looked at; at 0 the
 * search ends. False: it ended early. */
bool selector_index_find(const struct selector_index *index, const struct document_node *labels,
                         size_t *budget, bool (*found)(void *ctx, void *owner), void *ctx);
