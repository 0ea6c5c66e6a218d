/* The work behind document-edit.h: from a draft to patches of the text. */
#pragma once

#include "base/hash.h"
#include "codec/document-draft.h"
#include "codec/document-patch.h"
#include "codec/document-write.h"

struct document_editor {
    const struct document_set *set;
    struct view text;
    struct arena *arena;
    struct document_layout layout; /* of the document at hand */
    struct document_patches patches;
    struct hash_map *definitions; /* shared nodes passed: what each becomes, by address */
};

/* Where a value stands. */
struct document_spot {
    const struct document_node *node;
    const struct document_node *parent; /* NULL: the root */
    struct document_entry place;
    bool flow; /* within brackets */
};

struct document_addition {
    const struct document_node *key; /* NULL: an item */
    const struct document_node *value;
};

/* A collection's entries: which go, and what comes behind them. */
struct document_change {
    struct document_entry *entries;
    bool *removed;
    size_t count;
    struct document_addition *added;
    size_t added_count;
};

/* Patches for all that differs in the value; `draft` NULL: nothing was edited
 * there, but aliases may have to be expanded. */
int document_editor_visit(struct document_editor *e, const struct document_spot *spot,
                          const struct document_draft *draft, struct error *err);

/* Writes `tree` where another value stands. */
int document_editor_replace(struct document_editor *e, const struct document_spot *spot,
                            const struct document_node *tree, struct error *err);
/* Changes the entries of a collection that stays. */
int document_editor_change_block(struct document_editor *e, const struct document_spot *spot,
                                 const struct document_change *change, struct error *err);
int document_editor_change_flow(struct document_editor *e, const struct document_spot *spot,
                                const struct document_change *change, struct error *err);

/* A writer for values beside or in place of the spot's. */
struct document_writer document_editor_writer(const struct document_editor *e,
                                              const struct document_spot *spot, struct buf *out);
/* Replaces [start, end) by what was written. */
int document_editor_patch(struct document_editor *e, size_t start, size_t end,
                          const struct buf *out, struct error *err);
int document_editor_refuse(const struct document_node *node, struct error *err);
