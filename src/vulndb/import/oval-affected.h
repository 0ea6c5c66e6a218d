/* Which packages of which releases an OVAL definition is about. See oval.c. */
#pragma once

#include "base/arena.h"
#include "base/cleanup.h"
#include "model/advisory.h"
#include "vulndb/import/oval-document.h"
#include "vulndb/import/tally.h"

/* Texts that name a release, looked up once for a document. */
struct oval_places;

struct oval_places *oval_places_new(void); /* NULL without memory */
void oval_places_free(struct oval_places *places);
DEFINE_CLEANUP(struct oval_places, oval_places_free)

/* Fills `to->affected`; `to->severity` becomes the rating of each package. */
int oval_read_affected(const struct oval_definition *definition, struct oval_places *places,
                       struct arena *arena, struct import_tally *tally, struct advisory *to,
                       struct error *err);
