/* What an importer counted: told to the user, and asserted by tests.
 *
 * Plain data of fixed size, so that it can be kept per file and merged per
 * source. Problems and unknown ecosystems are kept up to a limit; the counts
 * beside them are complete.
 */
#pragma once

#include "base/buf.h"
#include "base/cursor.h"
#include "base/error.h"
#include "base/view.h"

enum {
    TALLY_PROBLEMS = 6, /* first ones kept */
    TALLY_PROBLEM_SIZE = 320,
    TALLY_UNKNOWN = 24, /* ecosystems kept by name */
    TALLY_UNKNOWN_SIZE = 64,
};

struct tally_unknown {
    char name[TALLY_UNKNOWN_SIZE];
    uint64_t count;
};

struct import_tally {
    uint64_t records;   /* advisories, listed exploits or scores handed over */
    uint64_t withdrawn; /* of these, withdrawn by their source */
    uint64_t unusable;  /* sound, but about nothing that is looked up (commit ranges only, ...) */
    uint64_t broken;    /* left out, with a problem */
    uint64_t unknown;   /* affected entries whose ecosystem is not known here */
    uint64_t bytes;     /* of input, decoded */
    struct tally_unknown unknown_names[TALLY_UNKNOWN];
    size_t unknown_name_count;
    char problems[TALLY_PROBLEMS][TALLY_PROBLEM_SIZE];
    size_t problem_count;
};

/* Counts a record that was left out, and keeps its message: "where: why". */
void tally_broken(struct import_tally *tally, struct view where, const struct error *why);
/* Keeps a message without counting a record. */
void tally_problem(struct import_tally *tally, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void tally_unknown(struct import_tally *tally, struct view ecosystem, uint64_t count);
void tally_merge(struct import_tally *to, const struct import_tally *from);

void tally_encode(const struct import_tally *tally, struct buf *to);
/* Fails the cursor when the bytes are no tally. */
void tally_decode(struct cursor *from, struct import_tally *ret);
