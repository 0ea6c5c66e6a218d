/* Finds the files that configuration checks may concern.
 *
 * A file that is named is always taken. A directory is walked without
 * following links, in the order of names; taken are *.yaml, *.yml, *.json and
 * what is called like a Dockerfile. Version control folders, node_modules and
 * what a glob of `skipped` matches (the path from the directory, or a name)
 * are passed over. A Helm chart (Chart.yaml) and a kustomization are handed
 * out as such; when the caller takes them, their files are passed over.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"
#include "scan/config-op.h"

enum {
    CONFIG_FIND_DEPTH_LIMIT = 128,
    CONFIG_FIND_FILE_LIMIT = 1 << 20, /* files of one walk */
};

enum config_package { CONFIG_HELM_CHART, CONFIG_KUSTOMIZATION };

struct config_finder {
    void *ctx;
    const char *const *skipped; /* globs */
    size_t skipped_count;
    /* A file to read; the descriptor stays the finder's. */
    int (*file)(void *ctx, const char *path, int fd, enum config_form form, struct error *err);
    /* `*ret_taken`: what is below the folder need not be looked at. */
    int (*package)(void *ctx, const char *folder, enum config_package package, bool *ret_taken,
                   struct error *err);
    /* Something that could not be read; `err` says why. */
    int (*unreadable)(void *ctx, const char *path, const struct error *why, struct error *err);
};

/* `path` as the person wrote it; "-" is standard input. ERROR_NOT_FOUND and
 * the like when it can't be opened itself. */
int config_find(const struct config_finder *finder, const char *path, struct error *err);
