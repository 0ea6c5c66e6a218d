/* What the program's exit code says. */
#pragma once

#include <stddef.h>

enum {
    EXIT_DONE = 0,
    EXIT_GATE = 1, /* or the number of --exit-code */
    EXIT_USAGE = 2,
    EXIT_FAULT = 3,
    EXIT_INTERRUPTED = 130, /* 128 + SIGINT, as shells have it */
};

struct exit_status {
    const char *code;
    const char *doc; /* a key of tr() */
};

/* For help, man pages and Markdown; ended by a NULL code. */
extern const struct exit_status exit_statuses[];

/* The exit code for a function that failed with this kind of error. */
int exit_status_of_error(int kind);
