/* The verbs of plimsoll db. */
#pragma once

#include "cmd/cli/commands.h"

extern const struct command command_db_update, command_db_import, command_db_info,
    command_db_export;
