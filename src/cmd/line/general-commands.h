/* What help, version and completion do, for the tables of every program. */
#pragma once

#include "cmd/line/command.h"

int help_command_run(struct invocation *invocation, struct error *err);
int version_command_run(struct invocation *invocation, struct error *err);
int completion_command_run(struct invocation *invocation, struct error *err);
