/* The command line, read by option tables, GNU style: --name=value, --name
 * value, -x value, -xvalue, short flags in one bundle (-qf json), options
 * after operands, "--" ends options, "-" alone is an operand. A flag may be
 * given a value (--quiet=false). The last of several counts.
 */
#pragma once

#include "cmd/line/environment.h"
#include "cmd/line/option.h"

/* Puts every option of the groups at its default. */
int parse_defaults(const struct option_group *const *groups, void *values, struct error *err);
/* Then, from the variables that options name. */
int parse_environment(const struct option_group *const *groups, const struct environment *env,
                      void *values, struct error *err);

struct parse_input {
    const char *const *words; /* NULL-ended */
    bool stop_at_operand;     /* end at the first operand, which a command's name is */
};
/* Then, from the command line. Operands are put into `operands`, which has
 * room for all words; `*ret_next` is the first word that was not looked at. */
int parse_words(const struct option_group *const *groups, const struct parse_input *input,
                void *values, const char **operands, size_t *ret_count,
                const char *const **ret_next, struct error *err);
