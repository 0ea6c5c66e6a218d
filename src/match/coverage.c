#include "match/coverage.h"

static enum coverage coverage_in_range(enum version_scheme scheme, struct view version,
                                       const struct advisory_range *range)
{
    if (range->introduced.len && version_compare_bound(scheme, version, range->introduced) < 0)
        return COVERAGE_NONE;
    if (range->fixed.len && version_compare_bound(scheme, version, range->fixed) < 0)
        return COVERAGE_ENDED;
    if (range->last_affected.len &&
        version_compare_bound(scheme, version, range->last_affected) <= 0)
        return COVERAGE_ENDED;
    if (range->fixed.len)
        return COVERAGE_REACHED;
    if (range->last_affected.len)
        return COVERAGE_NONE;
    return COVERAGE_OPEN;
}

static bool is_listed(enum version_scheme scheme, struct view version,
                      struct vulndb_statement *statement)
{
    struct view listed;

    while (vulndb_next_version(statement, &listed))
        if (version_compare_bound(scheme, version, listed) == 0)
            return true;
    return false;
}

enum coverage coverage_of(enum version_scheme scheme, struct view version,
                          struct vulndb_statement statement)
{
    enum coverage most = COVERAGE_NONE;
    struct advisory_range range;

    while (most != COVERAGE_ENDED && vulndb_next_range(&statement, &range)) {
        enum coverage coverage = coverage_in_range(scheme, version, &range);

        if (coverage > most)
            most = coverage;
    }
    if (most != COVERAGE_ENDED && is_listed(scheme, version, &statement))
        most = COVERAGE_ENDED;
    return most;
}
