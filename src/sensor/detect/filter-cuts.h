/* Literals into the tables of one text of a filter (abi/filter-decide.h).
 *
 * The kernel looks texts up by a few prefixes and suffixes of fixed lengths, and
 * for a few pairs of bytes. Which lengths and which pairs, is chosen here from
 * the literals: all are offered once, then chosen from, then offered again.
 *
 *     filter_cuts_begin(&cuts, text); offer...; filter_cuts_choose(&cuts); offer...
 */
#pragma once

#include "base/view.h"
#include "sensor/abi/filter-decide.h"

struct filter_cuts {
    struct filter_text *text;
    bool chosen;
    uint32_t prefixes[FILTER_CUT_LIMIT + 1]; /* by length: how many */
    uint32_t suffixes[FILTER_SUFFIX_LIMIT + 1];
};

void filter_cuts_begin(struct filter_cuts *cuts, struct filter_text *text);
void filter_cuts_prefix(struct filter_cuts *cuts, struct view literal, uint64_t bits);
void filter_cuts_suffix(struct filter_cuts *cuts, struct view literal, uint64_t bits);
void filter_cuts_contains(struct filter_cuts *cuts, struct view literal, uint64_t bits);
void filter_cuts_choose(struct filter_cuts *cuts);
