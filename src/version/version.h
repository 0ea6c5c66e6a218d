/* The order of versions, scheme by scheme, as the packaging tools define it.
 *
 * version_compare() is a total preorder over all byte strings for each scheme:
 * antisymmetric and transitive, it never fails. Two texts may be equal without
 * being the same ("1.0" and "1.00" for dpkg). What the tool of the scheme
 * refuses as a version is malformed: it sorts below every valid version, and
 * by its bytes among its like. The tools of rpm, apk and Maven give an order
 * to any text; there is nothing malformed for them to compare, and
 * version_valid() says only whether the tool would take it for a package.
 * Where a tool's own order is not transitive, the scheme's file names the
 * pairs for which we differ.
 *
 * Numbers inside a version may have any length; nothing is allocated, time is
 * linear in the length of the texts. Pure functions, safe in any thread.
 *
 * OSV's "introduced": "0" is not a version but "from the beginning"; callers
 * handle it before they come here.
 */
#pragma once

#include "base/view.h"

enum version_scheme {
    VERSION_DPKG,     /* deb-version(7), lib/dpkg/version.c */
    VERSION_RPM,      /* rpm-version(7): [epoch:]version[-release], "~" and "^" */
    VERSION_APK,      /* apk-tools 3: 1.2.3a_rc1_p2~hash-r3 */
    VERSION_SEMVER,   /* semver.org 2.0.0, leniently: "v1.2" is 1.2.0 */
    VERSION_NPM,      /* node-semver in loose mode */
    VERSION_PEP440,   /* Python's packaging.version */
    VERSION_MAVEN,    /* ComparableVersion of Maven 3.8 */
    VERSION_GEM,      /* Gem::Version */
    VERSION_GO,       /* golang.org/x/mod/semver, and toolchains: "go1.21rc2" */
    VERSION_NUGET,    /* NuGet.Versioning: four numbers, SemVer 2 labels without case */
    VERSION_COMPOSER, /* composer/semver: branches, stabilities, four numbers */
    VERSION_SCHEME_COUNT,
};

struct version_scheme_info {
    enum version_scheme scheme;
    const char *name; /* "dpkg", ...: stable, for files and the command line */
    const char *doc;  /* one line */
    int (*compare)(struct view a, struct view b); /* -1, 0, 1 */
    bool (*valid)(struct view version);
};

/* Indexed by scheme. */
extern const struct version_scheme_info version_schemes[VERSION_SCHEME_COUNT];

bool version_scheme_by_name(struct view name, enum version_scheme *ret);

/* -1, 0 or 1. */
int version_compare(enum version_scheme scheme, struct view a, struct view b);
/* Whether the tool of the scheme would take the text as a version. */
bool version_valid(enum version_scheme scheme, struct view version);

/* Compares an installed version with the bound of an advisory's range, which
 * may say less than a whole version. For rpm, a bound without a release means
 * every release, as in a dependency: 1.2-3 is equal to the bound 1.2. This is
 * a test against one bound and not an order to sort by; for the other schemes
 * it is version_compare(). */
int version_compare_bound(enum version_scheme scheme, struct view installed, struct view bound);
