/* Where hardened files go, and how what was done is told. */
#pragma once

#include "cmd/cli/commands.h"
#include "scan/harden-scan.h"

/* ERROR_USAGE when the options ask for what can't be together. */
int harden_output_check(const struct invocation *invocation, struct error *err);
/* Tells problems, changes and what was left on standard error, unless --quiet
 * or where JSON holds them. */
void harden_output_tell(const struct invocation *invocation, const struct harden_report *report);
/* Files, diffs or JSON to standard output, or files in place. */
int harden_output_write(const struct invocation *invocation, const struct harden_report *report,
                        struct error *err);
/* One change in one line. */
void harden_output_change(struct buf *to, const struct plan_change *change);
