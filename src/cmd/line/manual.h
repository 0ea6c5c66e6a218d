/* Man pages in roff (man(7) macros), from the tables. */
#pragma once

#include "cmd/line/command.h"

/* plimsoll(1) of the program, plimsoll-image(1) of a command; verbs are
 * sections of their command's page. */
void manual_write(const struct command *command, struct buf *to);
