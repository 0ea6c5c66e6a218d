/* OSV's ranges: a list of events becomes intervals of versions.
 *
 * https://ossf.github.io/osv-schema/, "Evaluation": events are ordered by
 * version; `introduced` opens, `fixed` and `last_affected` close, and a version
 * at or above every `limit` is out. Events may be given in any order and in
 * any number; a second `introduced` inside an open interval, and a second end
 * behind a closed one, change nothing.
 */
#pragma once

#include "base/arena.h"
#include "base/view.h"
#include "model/advisory.h"
#include "version/version.h"

enum { OSV_EVENTS_LIMIT = 2048 }; /* of one range */

enum osv_event_kind {
    OSV_INTRODUCED,
    OSV_FIXED,
    OSV_LAST_AFFECTED,
    OSV_LIMIT,
};

struct osv_event {
    enum osv_event_kind kind;
    struct view version; /* introduced: "0" is the beginning; limit: "*" is none */
};

struct osv_ranges { /* grows in the arena */
    struct advisory_range *items;
    size_t count;
};

/* Adds the intervals of one range's events; sorts `events` in place. Views of
 * the result are those of the events. False without memory. */
bool osv_range_add(struct osv_event *events, size_t count, enum version_scheme scheme,
                   struct arena *arena, struct osv_ranges *to);

/* Whether a version lies in one of the intervals. */
bool osv_ranges_hold(const struct osv_ranges *ranges, enum version_scheme scheme,
                     struct view version);
