/* The growing tree of one document, as a reader of YAML or JSON builds it.
 *
 * Nodes live in the arena; children gather on a stack and move into arrays of
 * their exact size when their collection closes, where merge keys are resolved
 * and equal keys are marked. The limits of one document are held here. Errors
 * are without a place, which the reader knows.
 */
#pragma once

#include "base/hash.h"
#include "codec/document.h"

struct document_anchor;

struct document_frame {
    struct document_node *node;
    struct document_anchor *anchor; /* its own, or NULL */
    size_t first;                   /* its first child on the stack */
};

struct document_builder {
    struct arena *arena;
    struct document_frame frames[DOCUMENT_DEPTH_LIMIT];
    size_t depth;
    bool merges_win; /* over own keys before them */
    const struct document_node **children;
    size_t count, room;
    size_t nodes, expanded; /* of this document, without and with aliases followed */
    struct hash_map *anchors;
    struct document_anchor *opening; /* of the collection about to be opened */
    const struct document_node *root;
};

void document_builder_init(struct document_builder *b, struct arena *arena);
void document_builder_done(struct document_builder *b);
/* Forgets the document at hand. */
void document_builder_reset(struct document_builder *b);

/* A node with nothing set. NULL without memory or beyond a limit. */
struct document_node *document_builder_node(struct document_builder *b, struct error *err);
/* The next child of the open collection, or the root. */
int document_builder_add(struct document_builder *b, const struct document_node *node,
                         struct error *err);
/* Adds a sequence or mapping whose children follow. */
int document_builder_open(struct document_builder *b, struct document_node *node,
                          struct error *err);
int document_builder_close(struct document_builder *b, struct error *err);

/* Names the node that is about to be added; later names win. */
int document_builder_anchor(struct document_builder *b, struct view name,
                            struct document_node *node, struct error *err);
/* Adds the node of that name once more. */
int document_builder_alias(struct document_builder *b, struct view name, struct error *err);

/* Is the next child the value of a mapping's key? */
bool document_builder_wants_value(const struct document_builder *b);
