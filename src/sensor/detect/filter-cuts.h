/* Literals into the tables of one text of a filter (abi/filter-decide.h).
 *
 * The kernel looks texts up by a few prefixes and suffixes of fixed lengths, and
 * for a few pairs of bytes. Which lengths and which pairs, is chosen here from
 * the literals: all are offered once, then chosen from, then offered again.
 *
 *     filter_cuts_begin(&cuts, text); offer...; filter_cuts_choose(&cuts); offer...
 *
 * The literals must stay where they are in between.
 */
#pragma once

#include "base/view.h"
#include "sensor/abi/filter-decide.h"

enum {
    FILTER_CUTS_WANTED = 512, /* texts anywhere that pairs are chosen for; more may find one */
};

/* A text that is sought anywhere. */
struct wanted_pair {
    struct view literal;
    float weight; /* of finding a pair for it; 0: it has one */
};

struct filter_cuts {
    struct filter_text *text;
    bool chosen;
    uint32_t prefixes[FILTER_CUT_LIMIT + 1]; /* by length: how many */
    uint32_t suffixes[FILTER_SUFFIX_LIMIT + 1];
    struct wanted_pair wanted[FILTER_CUTS_WANTED];
    size_t wanted_count;
};

void filter_cuts_begin(struct filter_cuts *cuts, struct filter_text *text);
void filter_cuts_prefix(struct filter_cuts *cuts, struct view literal, uint64_t bits);
void filter_cuts_suffix(struct filter_cuts *cuts, struct view literal, uint64_t bits);
/* `weight`, 0..1: how much it matters that the literal is looked for. */
void filter_cuts_contains(struct filter_cuts *cuts, struct view literal, uint64_t bits,
                          float weight);
void filter_cuts_choose(struct filter_cuts *cuts);
