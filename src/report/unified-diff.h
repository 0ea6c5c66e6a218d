/* The difference of two texts, line by line, as `diff -u` writes it.
 *
 * Myers' algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986)
 * in its linear-space form: the shortest row of edits, in time that grows with
 * their number. Stretches that differ in more than DIFF_COST_LIMIT lines are
 * told as replaced whole.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

enum {
    DIFF_CONTEXT = 3,        /* lines shown around a change */
    DIFF_COST_LIMIT = 20000, /* edits that are looked for between two points */
    DIFF_LINE_LIMIT = 1 << 26,
};

struct unified_diff {
    struct view old_name, old_text, new_name, new_text;
    bool color;
};

/* Nothing for equal texts. Pure. */
int unified_diff_write(const struct unified_diff *diff, struct buf *to, struct error *err);
