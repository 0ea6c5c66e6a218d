/* Help, from the tables, in the language of the process. */
#pragma once

#include "cmd/line/command.h"

/* `width`: columns of a line. */
void help_write(const struct command *command, size_t width, struct buf *to);

/* The texts that all forms of documentation share. */

/* "-f, --format FORMAT" */
void help_option_head(const struct option *option, struct buf *to);
/* What it does, its words and its default, as one paragraph. */
void help_option_text(const struct option *option, struct buf *to);
/* "plimsoll image [OPTIONS] REF" */
void help_usage(const struct command *command, struct buf *to);
