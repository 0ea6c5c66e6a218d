/* The secrets of one file, until it has ended: then of those that lie over each
 * other the surest is kept, and they get their fingerprints.
 */
#pragma once

#include "base/arena.h"
#include "codec/digest.h"
#include "secret/mask.h"
#include "secret/place.h"
#include "secret/secret.h"

struct candidate {
    size_t rule;
    uint32_t space;      /* texts of their own: the file, each decoded text */
    uint64_t start, end; /* in their space */
    struct place from, to;
    struct view path, name, encoding; /* in the arena */
    char masked[MASK_SIZE];
    bool hashed; /* `hash` counts; else the secret is guessable */
    struct digest hash;
    bool test;
    uint32_t ordinal; /* among equals of the file */
};

struct candidates {
    const struct secret_rules *set;
    struct arena *arena;
    struct digester *digester;
    struct candidate *list;
    size_t count;
    uint64_t left_out; /* by the limits */
    unsigned *by_rule; /* how many of each */
};

int candidates_init(struct candidates *c, const struct secret_rules *set, struct error *err);
void candidates_done(struct candidates *c);
void candidates_reset(struct candidates *c);

/* A new one to fill in; NULL when a limit says so. */
struct candidate *candidates_add(struct candidates *c, size_t rule);
/* Hands the file's secrets out, in order. */
void candidates_flush(struct candidates *c, const struct secret_options *options);
