/* The state of one merge, shared by the parts of the inventory. Not for others. */
#pragma once

#include "inventory/analyser.h"
#include "inventory/inventory.h"
#include "inventory/pattern.h"
#include "inventory/tree.h"

/* The rules by which one layer has to be read again. */
struct merge_asks {
    struct layer_rule *rules;
    size_t count;
};

struct merge {
    const struct layer_facts *layers;
    size_t layer_count;
    const struct inventory_options *options;
    struct arena *arena;   /* of the result */
    struct arena *scratch; /* gone after the merge */
    struct pattern_set *patterns;
    struct tree *tree;
    struct os_info os;
    struct package *packages;
    size_t package_count;
    struct diagnostic *diagnostics;
    size_t diagnostic_count, untold_count;
    struct merge_asks *asks; /* by layer */
};

/* ---- asks.c: facts by the paths at which systems look for them ---- */

/* The fact at `path`, read by `analyser`; NULL when there is none. Follows
 * links, and asks for what they lead to. */
const struct tree_node *merge_find_fact(struct merge *merge, struct view path,
                                        const struct analyser *analyser);
/* The facts of `analyser` in the directory, in the order of their names, in scratch. */
const struct tree_node **merge_list_facts(struct merge *merge, struct view directory,
                                          const struct analyser *analyser, size_t *ret_count);
/* The asks as the caller gets them. */
const struct inventory_ask *merge_asks(struct merge *merge, size_t *ret_count);

/* ---- inventory.c ---- */

/* Adds a diagnostic; `code` is a literal. Past the limit they are counted only. */
void merge_tell(struct merge *merge, enum diagnostic_level level, const char *code,
                const struct tree_node *node, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Says what to do about what was told last. */
void merge_hint(struct merge *merge, const char *hint);

/* ---- operating-system.c and packages.c ---- */
void merge_operating_system(struct merge *merge);
int merge_packages(struct merge *merge, struct error *err);

/* ---- package-details.c ---- */

/* Licences and files that lie in files of their own. */
void merge_dpkg_licenses(struct merge *merge, struct package *package);
void merge_dpkg_files(struct merge *merge, struct package *package,
                      const struct tree_node *database);
void merge_listed_files(struct merge *merge, struct package *package, const struct tree_node *node,
                        struct view list);
