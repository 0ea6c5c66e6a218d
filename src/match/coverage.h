/* What a statement says of one version.
 *
 * Ranges are [introduced, fixed) and [introduced, last_affected]; empty bounds
 * are open. A version list names single versions. Bounds may say less than a
 * whole version (version_compare_bound()).
 */
#pragma once

#include "version/version.h"
#include "vulndb/vulndb.h"

enum coverage {
    COVERAGE_NONE,    /* nothing */
    COVERAGE_REACHED, /* unaffected, at or above one of its fixes */
    COVERAGE_OPEN,    /* affected, in a range that has no end */
    COVERAGE_ENDED,   /* affected, in a range with an end, or listed */
};

static inline bool coverage_is_affected(enum coverage coverage)
{
    return coverage >= COVERAGE_OPEN;
}

enum coverage coverage_of(enum version_scheme scheme, struct view version,
                          struct vulndb_statement statement);
