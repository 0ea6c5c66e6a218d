/* The ecosystems of the releases that an OVAL document names, each looked up
 * once: a document names few, hundreds of thousands of times. */
#pragma once

#include "base/cleanup.h"
#include "vulndb/import/oval-release.h"
#include "vulndb/import/place.h"

struct oval_places;

struct oval_places *oval_places_new(void); /* NULL without memory */
void oval_places_free(struct oval_places *places);
DEFINE_CLEANUP(struct oval_places, oval_places_free)

/* NULL when no advisories are kept for that release; lives as long as `places`. */
const struct place *oval_places_find(struct oval_places *places,
                                     const struct oval_release *release);
