/* What matching leaves out, counted, and told as diagnostics. */
#pragma once

#include "base/arena.h"
#include "model/diagnostic.h"

struct match_tally {
    size_t foreign;         /* packages of other repositories */
    size_t versionless;     /* packages */
    size_t kernel;          /* kernel vulnerabilities of packages without kernel code */
    size_t for_subscribers; /* vulnerabilities that only Ubuntu Pro fixes */
};

/* One note for each count that is not 0; the list is in the arena. */
const struct diagnostic *match_tally_tell(const struct match_tally *tally, struct arena *arena,
                                          size_t *ret_count);
