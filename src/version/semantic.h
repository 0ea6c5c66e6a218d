/* What semver, npm and Go have in common: numbers, then labels of a
 * pre-release, ordered by the precedence rules of semver.org (section 11).
 * Build metadata takes no part in the order. */
#pragma once

#include "base/view.h"

struct semantic {
    struct view numbers; /* "1.2.3": digits and dots; missing ones are zero */
    struct view labels;  /* "rc.1"; empty: no pre-release */
    bool glued;          /* labels end where letters meet digits: "rc1", as Go's toolchains */
};

/* Takes digits{.digits} off the front, whatever their number. False and
 * nothing taken when there are no digits, or none behind a dot. */
bool semantic_take_numbers(struct view *rest, struct view *ret);
/* Takes labels of ASCII letters, digits and hyphens, joined by dots: as many
 * bytes as may be in labels. False when a label is empty. */
bool semantic_take_labels(struct view *rest, struct view *ret);
/* The rest is nothing, or "+" and labels. */
bool semantic_at_build(struct view rest);

int semantic_compare(const struct semantic *a, const struct semantic *b);
/* Numeric labels by value, below the others, which go by their bytes. */
int semantic_label_compare(struct view a, struct view b);
