/* Gets the facts of a directory tree: one layer, read by one worker that the
 * program feeds with the files that analysers want. */
#pragma once

#include "artifact/tree.h"
#include "base/arena.h"
#include "inventory/layer.h"
#include "scan/deadly-files.h"
#include "scan/layer-worker.h"

struct tree_scan {
    struct tree *tree;
    struct sandbox *sandbox;
    unsigned seconds; /* wall time; 0: no limit */
    struct arena *arena;
    struct deadly_files skips; /* starts zeroed */
    void *ctx;
    /* A wanted path that could not be read, and why; may be called for a path
     * at each reading. */
    void (*unreadable)(void *ctx, struct view path, const struct error *err);
};

/* Reads the tree with these rules. A worker that dies over a file costs that
 * file. On failure `ret` holds what was read before, if anything. */
int tree_scan_read(struct tree_scan *scan, const struct layer_rule *rules, size_t rule_count,
                   struct layer_facts *ret, struct error *err);
