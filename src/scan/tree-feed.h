/* Hands the files of a directory tree that analysers want to a worker, as a
 * tar in a pipe.
 *
 * Only directories that lead to a wanted path are listed, so a tree of any
 * size costs what its package databases cost. Files are opened confined to
 * the tree and never looked into here. What can't be opened or read becomes a
 * diagnostic by way of `unreadable`.
 */
#pragma once

#include "artifact/tree.h"
#include "inventory/layer.h"

struct tree_feed {
    struct tree *tree;
    const struct layer_rule *rules;
    size_t rule_count;
    void *ctx;
    /* A wanted path that could not be read, and why. */
    void (*unreadable)(void *ctx, struct view path, const struct error *err);
};

/* Writes the whole tar to `fd`. ERROR_IO when the reader is gone. */
int tree_feed_write(const struct tree_feed *feed, int fd, struct error *err);
