/* Builds the facts of a layer while its entries stream by; runs in a worker.
 *
 *     layer_builder_new(LAYER_OF_IMAGE, rules, rule_count, &builder, err)
 *     for each entry of the tar:
 *         layer_builder_entry(builder, path, type, link, size, &analyser, err)
 *         if (analyser)
 *             layer_builder_content(builder, body, read_error, err)
 *     layer_builder_finish(builder, &bytes, err)
 *
 * A body is given whole, and is at most analyser->size_limit bytes; bodies of
 * other entries may be skipped unread. One that could be read only in part is
 * given as far as it goes, with the error that ended it: what lies before the
 * cut still counts, and the fact tells of the error.
 *
 * Failures of files are facts. Failures of the functions are limits and memory.
 */
#pragma once

#include "base/cleanup.h"
#include "inventory/analyser.h"
#include "inventory/layer.h"

/* In a directory tree, files named ".wh.x" are files. */
enum layer_form {
    LAYER_OF_IMAGE,
    LAYER_OF_TREE,
};

enum layer_entry_type {
    LAYER_ENTRY_FILE,
    LAYER_ENTRY_DIRECTORY,
    LAYER_ENTRY_SYMLINK,
    LAYER_ENTRY_HARD_LINK,
    LAYER_ENTRY_OTHER, /* devices, pipes, sockets */
};

struct layer_builder;

/* The rules are not copied. */
int layer_builder_new(enum layer_form form, const struct layer_rule *rules, size_t count,
                      struct layer_builder **ret, struct error *err);
void layer_builder_free(struct layer_builder *builder);
DEFINE_CLEANUP(struct layer_builder, layer_builder_free)
#define _cleanup_layer_builder_ _cleanup_(layer_builder_free_p)

/* `path` in any form; `link` for the two kinds of links. `*ret` is NULL when
 * the body is not wanted. A wanted body that is never given is told in a fact. */
int layer_builder_entry(struct layer_builder *builder, struct view path, enum layer_entry_type type,
                        struct view link, uint64_t size, const struct analyser **ret,
                        struct error *err);
/* `read_error` may be NULL. */
int layer_builder_content(struct layer_builder *builder, struct view content,
                          const struct error *read_error, struct error *err);
/* The encoded layer; lives as long as the builder. */
int layer_builder_finish(struct layer_builder *builder, struct view *ret, struct error *err);
