/* What image, fs and host have in common: options to a scan, scan to report,
 * report to exit code.
 */
#pragma once

#include "cmd/cli/command.h"
#include "scan/scan.h"

/* Calls the scan function that a command stands for. */
typedef int scan_function(const struct invocation *invocation, const struct scan_options *options,
                          struct sandbox *sandbox, struct arena *arena, struct report *ret,
                          struct error *err);

/* The exit code, or a negative error. */
int scan_command_run(struct invocation *invocation, scan_function *scan, struct error *err);
