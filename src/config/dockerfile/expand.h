/* Variables of a Dockerfile, and words with them expanded.
 *
 * The builder expands words of ADD, ARG, COPY, ENV, EXPOSE, FROM, LABEL,
 * STOPSIGNAL, USER, VOLUME and WORKDIR, in the manner of a shell but with
 * rules of its own (docs.docker.com/reference/dockerfile, "Environment
 * replacement"): $name, ${name}, ${name:-word}, :+ :? and their forms without
 * the colon, ${name#pattern} ## % %%, ${name/pattern/text} and //.
 *
 * A value may be unknown: an ARG without a default, a variable that the base
 * image may set. What is unknown stays in the text as it was written, and the
 * result says that it is not known. So does what would take too long: patterns
 * are matched within PATTERN_WORK_LIMIT steps a word.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

enum { DOCKERFILE_EXPANSION_DEPTH_LIMIT = 50 }; /* of ${a:-${b:-...}} */

struct dockerfile_value {
    struct view text;
    bool known;
};

struct dockerfile_variable {
    struct view name;
    struct dockerfile_value value;
    bool set;      /* false: an ARG without a default: "${x:-y}" gives y */
    bool argument; /* from ARG, not from ENV */
    bool *used;    /* set when something reads it; may be NULL */
    /* The trie the variables of a scope form, by the hash of their names. */
    struct dockerfile_variable *child[4];
    uint64_t hash;
};

/* Variables that are seen: the own ones, then those of `outer`. */
struct dockerfile_scope {
    struct dockerfile_variable *root;
    const struct dockerfile_scope *outer; /* may be NULL */
};

/* The variable, or NULL. */
struct dockerfile_variable *dockerfile_scope_find(const struct dockerfile_scope *scope,
                                                  struct view name);
/* The variable of the own scope, added when it is not there; NULL without memory. */
struct dockerfile_variable *dockerfile_scope_add(struct dockerfile_scope *scope, struct view name,
                                                 struct arena *arena);

/* Expands a word: quotes and escapes are removed. ERROR_INPUT: the word is
 * malformed, and says how. */
int dockerfile_expand(struct view word, char escape, const struct dockerfile_scope *scope,
                      struct arena *arena, struct dockerfile_value *ret, struct error *err);
