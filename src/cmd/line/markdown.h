/* The part of a command's page in docs/commands that comes from its tables. */
#pragma once

#include "cmd/line/command.h"

void markdown_write(const struct command *command, struct buf *to);
