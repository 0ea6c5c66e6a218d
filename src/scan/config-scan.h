/* Checks configuration files: manifests, Dockerfiles, compose files.
 *
 * Files are found and read by the program, and parsed and judged by a worker
 * (scan/config-op.h). A file that ends the worker costs that file. Comments
 * and annotations that accept findings are honoured here; files of
 * suppressions are the caller's business.
 */
#pragma once

#include "base/arena.h"
#include "config/kind.h"
#include "model/report.h"
#include "scan/scan.h"

struct config_scan_options {
    const char *const *paths;
    size_t path_count;
    const char *const *skipped; /* globs of files and folders */
    size_t skipped_count;
    bool no_render; /* charts are passed over, kustomizations checked as they stand */
    const char *const *helm_values;
    size_t helm_values_count;
    int64_t now; /* seconds since 1970: which suppressions have ended */
    struct config_target target;
    /* `done` bytes so far. */
    void (*progress)(void *ctx, uint64_t done);
    void *progress_ctx;
};

/* `checks` are those that the sandbox was started with. */
int scan_config(const struct config_scan_options *options, const struct checks *checks,
                struct sandbox *sandbox, struct arena *arena, struct report *ret,
                struct error *err);
