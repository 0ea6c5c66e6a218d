/* The commands of plimsoll-sensor. */
#pragma once

#include "cmd/sensor/settings.h"

/* The program as a whole: its verbs are the commands. */
extern const struct command command_program;

extern const struct command command_run, command_record, command_replay, command_doctor,
    command_act, command_undo, command_journal, command_filter, command_help, command_version,
    command_completion;
