/* The files of interest after all layers so far, lowest first, as an overlay
 * of them shows it (OCI image specification, "Image Layer Filesystem
 * Changeset").
 *
 * Whiteouts and opaque directories of a layer act on the layers below it,
 * whatever their order in the tar. An entry that is no directory replaces
 * what stood at its path, with everything below; a directory replaces
 * anything but a directory. The parent of an entry is looked up through the
 * symlinks of the tree, inside the root, as container engines unpack layers.
 *
 * Nodes are kept by their real path. A file remembers its earlier contents
 * for as long as some content was there after every layer.
 */
#pragma once

#include "base/arena.h"
#include "inventory/layer.h"
#include "inventory/pattern.h"

enum { TREE_HOPS_LIMIT = 40 /* symlinks on one way, as in Linux */ };

enum tree_kind {
    TREE_GONE,
    TREE_DIRECTORY,
    TREE_SYMLINK,
    TREE_FACT,
    TREE_LOOSE_LINK, /* a hard link to a file that was not captured */
    TREE_OTHER,
};

/* One content of a file; `older` is what it replaced. */
struct tree_version {
    const struct layer_record *fact;
    size_t layer;
    const struct tree_version *older;
};

struct tree_node {
    struct view path;
    enum tree_kind kind;
    size_t layer;                       /* that put it there */
    const struct tree_version *version; /* of a fact */
    struct view link;                   /* of a symlink, a loose link */
    struct tree_node *parent, *first_child, *next, **previous;
    size_t gone_in; /* the layer that removed it last */
};

struct tree;

/* The tree points into the layers and the arena. NULL without memory. */
struct tree *tree_new(struct arena *arena);
void tree_free(struct tree *tree);
DEFINE_CLEANUP(struct tree, tree_free)
#define _cleanup_tree_ _cleanup_(tree_free_p)

int tree_apply(struct tree *tree, const struct layer_facts *facts, size_t layer, struct error *err);

enum tree_found {
    TREE_FOUND,
    TREE_ABSENT, /* `*ret_path` has nothing of interest */
    TREE_LOOP,
};

/* Follows symlinks, that of the last component too. `*ret_path` is where
 * the way ended, in the arena or a part of `path`. */
enum tree_found tree_find(struct tree *tree, struct view path, struct tree_node **ret,
                          struct view *ret_path);
