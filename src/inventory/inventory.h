/* The inventory of a target: its operating system and its packages, out of the
 * facts of its layers.
 *
 * Layers are merged lowest first as an overlay shows them (inventory/tree.h);
 * a directory tree is one layer. The result lies in the arena and needs the
 * layers no more. Bad facts are diagnostics; the merge itself fails only for
 * limits and memory.
 *
 * A package's `layer` is the lowest since which name, version and architecture
 * have been in the database at that path without a break.
 *
 * Of several rpm or apk databases the one in the highest layer counts, then
 * the first in the order of the tables in packages.c; what is left out is
 * told. dpkg's status and its status.d are one database.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "inventory/layer.h"
#include "model/diagnostic.h"
#include "model/os.h"
#include "model/package.h"

enum {
    INVENTORY_MEMORY_LIMIT = 512 << 20, /* bytes of scratch for a merge */
    INVENTORY_DIAGNOSTICS_LIMIT = 200,  /* then one that counts the others */
    INVENTORY_ROUNDS_LIMIT = 4,         /* see below */
};

struct inventory_options {
    const struct view *layer_ids; /* by layer, for diagnostics; NULL: none */
    bool licenses;                /* Debian's: those that databases hold are always given */
    bool files;                   /* owned files */
};

/* A layer that has to be built again, with these rules: a path that tells of
 * packages is a link to a file that no analyser knew to want. */
struct inventory_ask {
    size_t layer;
    const struct layer_rule *rules; /* all of them, old and new */
    size_t rule_count;
};

struct inventory {
    struct os_info os;
    const struct package *packages;
    size_t package_count;
    const struct diagnostic *diagnostics;
    size_t diagnostic_count;
    /* When there are any: build these layers again and merge anew, for at most
     * INVENTORY_ROUNDS_LIMIT rounds. What is above holds as far as it goes. */
    const struct inventory_ask *asks;
    size_t ask_count;
};

int inventory_merge(const struct layer_facts *layers, size_t layer_count,
                    const struct inventory_options *options, struct arena *arena,
                    struct inventory *ret, struct error *err);
