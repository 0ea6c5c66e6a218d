/* The environment of the process, read here and nowhere else.
 *
 * Values point into the strings given at start and live as long as they do.
 * An empty variable counts as unset.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct environment {
    const char *const *variables; /* NULL-ended "NAME=value", as main() gets them */
};

/* NULL when it is not set. */
const char *environment_get(const struct environment *env, const char *name);

/* The language that LC_ALL, LC_MESSAGES and LANG ask for, in this order. */
enum text_language environment_language(const struct environment *env);

/* $XDG_CACHE_HOME/plimsoll, $HOME/.cache/plimsoll, else /var/cache/plimsoll. */
const char *environment_cache_dir(const struct environment *env, struct arena *arena);

/* The columns of the terminal behind `fd`; 0 when it is none. $COLUMNS goes first. */
size_t environment_width(const struct environment *env, int fd);

/* A variable that users may set for another program's sake, and what it does here. */
struct environment_variable {
    const char *name;
    const char *doc; /* a key of tr() */
};
/* The variables that no option stands for, for help and man pages; ended by a NULL name. */
extern const struct environment_variable environment_variables[];
