/* Packages from other repositories than the distribution's own.
 *
 * A distribution's advisories say nothing about them: their versions follow
 * other rules. They are reported, and not matched. A wrong yes hides
 * vulnerabilities and a wrong no invents some, so only clear marks count: a
 * vendor, a maintainer or a mark in the version that is known to be another's.
 * The tables in foreign.c are the whole rule, with the reason beside each.
 */
#pragma once

#include "model/os.h"
#include "model/package.h"

/* Where a foreign package comes from ("EPEL", "Docker", ...), or NULL for one
 * of the distribution's own, or that nothing is known of. */
const char *package_foreign_origin(const struct package *package, const struct os_info *os);

static inline bool package_is_foreign(const struct package *package, const struct os_info *os)
{
    return package_foreign_origin(package, os) != NULL;
}
