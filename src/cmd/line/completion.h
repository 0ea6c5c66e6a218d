/* Shell completion, from the tables. zsh runs bash's through bashcompinit. */
#pragma once

#include "cmd/line/command.h"

struct completion_shell {
    const char *name;
    void (*write)(const struct command *program, struct buf *to);
};

extern const struct completion_shell completion_shells[];
extern const size_t completion_shell_count;
