/* An advisory as a source publishes it, in one shape for all sources.
 *
 * Importers make these, the database builder merges and stores them. Views
 * belong to whoever made the record and need live only during the call that
 * hands it over.
 */
#pragma once

#include "base/view.h"
#include "model/severity.h"

enum advisory_status {
    ADVISORY_AFFECTED,      /* vulnerable in the ranges; fixed where a range has a fix */
    ADVISORY_WILL_NOT_FIX,  /* the vendor said so (ignored, no-dsa, won't fix) */
    ADVISORY_END_OF_LIFE,   /* the vendor no longer looks at this release or package */
    ADVISORY_NOT_AFFECTED,  /* the vendor says this package is not affected: a finding that
                               another source would make for the same release is dropped */
    ADVISORY_INVESTIGATING, /* needs triage: counted as affected, told as such */
    ADVISORY_STATUS_COUNT,
};

/* The versions v with introduced <= v and (v < fixed or v <= last_affected).
 * Empty views: from the beginning; without end. Several events of one OSV
 * range become several of these. */
struct advisory_range {
    struct view introduced;
    struct view fixed;
    struct view last_affected;
};

enum {
    AFFECTED_BY_SOURCE = 1 << 0, /* `package` names a source package, not a binary one */
    AFFECTED_PENDING = 1 << 1,   /* a security update is pending, with no advisory text at hand */
};

struct advisory_affected {
    struct view ecosystem; /* canonical, lower case: "debian:12", "npm"; it fixes the
                              order of versions, see vulndb/ecosystem.h */
    struct view package;   /* as the ecosystem normalises names */
    enum advisory_status status;
    unsigned flags;
    enum severity severity;      /* the distribution's own rating of this package, or unknown */
    struct view severity_source; /* "debian", "ubuntu", "redhat", ...; with severity */
    struct view cvss;            /* vector given for this package; may be empty */
    struct view arch;            /* rpm: blank-separated architectures; empty: all */
    struct view module;          /* rpm module stream "nodejs:18"; empty: none */
    const struct advisory_range *ranges;
    size_t range_count;
    const struct view *versions; /* exact versions affected, besides the ranges */
    size_t version_count;
};

struct advisory {
    struct view id;             /* "CVE-2023-4911", "GHSA-...", "DSA-5514-1", "ALSA-2023:5453" */
    struct view source;         /* importer's name: "osv", "debian-tracker", "alpine-secdb", ... */
    const struct view *aliases; /* the same vulnerability under other names */
    size_t alias_count;
    const struct view *upstream; /* vulnerabilities that this advisory fixes (DSA -> CVEs): OSV
                                    `upstream`/`related`, OVAL CVE references */
    size_t upstream_count;
    struct view title;
    struct view details;     /* the builder keeps a first sentence when there is no title */
    const struct view *cvss; /* vectors, best first */
    size_t cvss_count;
    enum severity severity; /* the source's own word, or unknown */
    const struct view *references;
    size_t reference_count;
    int64_t published, modified; /* seconds since 1970; 0 unknown */
    bool withdrawn;              /* the builder drops it, and what it said before */
    const struct advisory_affected *affected;
    size_t affected_count;
};
