/* Which packages of which releases an OVAL definition is about. See oval.c. */
#pragma once

#include "base/arena.h"
#include "model/advisory.h"
#include "vulndb/import/oval-document.h"
#include "vulndb/import/oval-places.h"
#include "vulndb/import/tally.h"

/* Fills `to->affected`; `to->severity` becomes the rating of each package. */
int oval_read_affected(const struct oval_definition *definition, struct oval_places *places,
                       struct arena *arena, struct import_tally *tally, struct advisory *to,
                       struct error *err);
