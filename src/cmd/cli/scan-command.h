/* What all scans have in common: options to a scan, scan to report, report to
 * exit code.
 */
#pragma once

#include "cmd/cli/commands.h"
#include "scan/scan.h"

/* Calls the scan function that a command stands for. */
typedef int scan_function(const struct invocation *invocation, const struct scan_options *options,
                          struct sandbox *sandbox, struct arena *arena, struct report *ret,
                          struct error *err);

/* How a command scans. */
struct scan_plan {
    scan_function *scan;
    /* Compiles the rules of the scan, before there are workers; NULL: none. */
    int (*prepare)(const struct invocation *invocation, struct scan_rules *ret, struct error *err);
    /* Frees what prepare() made, after the last worker. */
    void (*release)(struct scan_rules *rules);
};

/* The exit code, or a negative error. */
int scan_command_run(struct invocation *invocation, const struct scan_plan *plan,
                     struct error *err);
