/* Findings that are no vulnerabilities as a person reads them: by the file
 * that they are in.
 */
#pragma once

#include "base/arena.h"
#include "model/report.h"

struct places {
    const struct finding **list; /* in the order of finding_compare() */
    size_t count;
};

/* The findings of a kind; the list lives in `arena` and points into the report. */
int places_make(const struct report *report, enum finding_kind kind, struct arena *arena,
                struct places *ret, struct error *err);
/* How many findings from the i-th on are in the same file of the same layer. */
size_t places_of_file(const struct places *places, size_t i);
/* "Deployment/shop/web": what `resource` says without a blank, for columns. */
struct view place_resource(const struct finding *finding, struct arena *arena);
/* "deploy/web.yaml:12:5", as far as it is known; empty without a path. */
struct view place_text(const struct finding *finding, struct arena *arena);
