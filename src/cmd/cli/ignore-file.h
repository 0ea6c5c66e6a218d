/* The files of suppressions that a scan applies: --ignorefile, else
 * .plimsollignore.yaml of the working directory, where there is one; and
 * --baseline.
 */
#pragma once

#include "cmd/cli/commands.h"
#include "policy/suppression.h"

#define IGNORE_FILE_DEFAULT ".plimsollignore.yaml"

/* Takes what they suppress out of the report. Errors name the file. */
int ignore_file_apply(const struct invocation *invocation, struct report *report,
                      struct arena *arena, struct error *err);
