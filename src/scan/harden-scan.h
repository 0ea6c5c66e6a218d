/* Finds configuration files and has a worker repair them; writes nothing.
 *
 * A file that ends the worker costs that file. Charts are refused: what their
 * templates become is not known.
 */
#pragma once

#include "base/arena.h"
#include "sandbox/sandbox.h"
#include "scan/harden.h"

struct harden_scan_options {
    const char *const *paths;
    size_t path_count;
    const char *const *skipped; /* globs of files and folders */
    size_t skipped_count;
    struct harden_options harden;
};

struct harden_report {
    const struct harden_file *files;
    size_t file_count;
    struct harden_result result;
};

/* `checks` are those that the sandbox was started with. Standard input is read
 * once, and kept by the caller's `standard_input`, which stays empty until then. */
int scan_harden(const struct harden_scan_options *options, struct sandbox *sandbox,
                struct buf *standard_input, struct arena *arena, struct harden_report *ret,
                struct error *err);
