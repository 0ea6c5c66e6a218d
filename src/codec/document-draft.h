/* What a document shall become: its tree with edits laid over it.
 *
 * A draft stands for one value at one place; what is not touched has none.
 * Nodes are never changed: a draft either is its node as it is, or, once
 * opened, has a list of children that begins with those of the node, in its
 * order, so that they can be matched with the text.
 */
#pragma once

#include "codec/document-edit.h"

struct document_draft;

struct document_draft_child {
    const struct document_node *key;   /* of a mapping */
    const struct document_node *value; /* as the node has it; NULL: added */
    struct document_draft *draft;      /* NULL: unchanged */
    bool removed;
    bool merged, replaced, merge; /* as in struct document_pair */
};

struct document_draft {
    const struct document_node *node;
    bool fresh; /* the node is not the one of the text at this place */
    bool open;
    struct document_draft_child *children;
    size_t count;
};

struct document_draft *document_draft_new(const struct document_node *node, struct arena *arena);
/* Fails for a path that leads nowhere; `edit->value` is taken over, not copied. */
int document_draft_edit(struct document_draft *root, const struct document_edit *edit,
                        struct arena *arena, struct error *err);
/* The value as a tree of nodes; shares what is unchanged. NULL without memory. */
const struct document_node *document_draft_tree(const struct document_draft *draft,
                                                struct arena *arena);
/* The same of a child that is not removed. */
const struct document_node *document_draft_child_tree(const struct document_draft_child *child,
                                                      struct arena *arena);
