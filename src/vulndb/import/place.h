/* Where an advisory's package lives: vulndb/ecosystem.h as importers use it,
 * with texts in an arena.
 */
#pragma once

#include "base/arena.h"
#include "base/view.h"
#include "vulndb/ecosystem.h"

struct place {
    struct view ecosystem; /* canonical: "debian:12", "npm" */
    const struct ecosystem *family;
};

/* OSV's `affected[].package.ecosystem`, "Ubuntu:22.04:LTS". False: not known. */
bool place_of_osv(struct view spelling, struct arena *arena, struct place *ret);
/* A release of a distribution: its os-release ID, and VERSION_ID or codename. */
bool place_of_release(struct view os_id, struct view release, struct arena *arena,
                      struct place *ret);
/* A package's name as the ecosystem compares it; empty when it is none. */
struct view place_package(const struct place *place, struct view name, struct arena *arena);
