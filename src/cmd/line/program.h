/* A program: from words and environment to an exit code. */
#pragma once

#include "cmd/line/command.h"

struct program {
    const struct command *root; /* its verbs are the commands, "version" among them */
    size_t settings_size;       /* of a struct that begins with a struct general_settings */
};

/* `words` as main() gets them, the program's name first. */
int program_run(const struct program *program, const char *const *words,
                const char *const *variables);
