/* The commands of plimsoll. */
#pragma once

#include "cmd/cli/settings.h"

/* The program as a whole: its verbs are the commands. */
extern const struct command command_program;

extern const struct command command_image, command_fs, command_host, command_db, command_cache,
    command_config, command_harden, command_rules, command_secret, command_version, command_help,
    command_completion;
