/* The one finding: what was found, where, and what to do about it. */
#pragma once

#include "base/arena.h"
#include "base/hash.h"
#include "base/view.h"
#include "model/package.h"
#include "model/severity.h"

/* In the order of a report's sections. */
enum finding_kind {
    FINDING_VULNERABILITY,
    FINDING_MISCONFIGURATION,
    FINDING_SECRET,
    FINDING_MALWARE,
    FINDING_KIND_COUNT,
};

enum { FINDING_FINGERPRINT_SIZE = 2 * HASH_DIGITS };

const char *finding_kind_name(enum finding_kind kind); /* "vulnerability", ... */

/* Of vulnerabilities; it says nothing of other kinds. */
enum finding_status {
    FINDING_FIXED,        /* a fixed version exists */
    FINDING_AFFECTED,     /* no fix yet */
    FINDING_WILL_NOT_FIX, /* the vendor will not fix it in this release */
    FINDING_END_OF_LIFE,  /* the vendor no longer looks at it */
    FINDING_INVESTIGATING,
    FINDING_STATUS_COUNT,
};

const char *finding_status_name(enum finding_status status); /* "fixed", "affected", ... */

struct finding_cvss {
    struct view vector;  /* empty: none known */
    struct view version; /* "2.0", "3.1", "4.0" */
    double score;
};

struct finding_epss {
    bool known;
    double score, percentile; /* 0..1 */
};

struct finding_kev {
    bool listed;
    struct view date_added, due_date; /* "2026-08-21" */
    bool ransomware;                  /* known use in ransomware campaigns */
};

struct finding_location {
    struct view layer; /* the layer's diffID; empty for trees and hosts */
    size_t layer_index;
    struct view path;
    uint32_t line, column;         /* from 1; 0: not known. Columns count code points */
    uint32_t end_line, end_column; /* of the last character */
};

enum {
    FINDING_EXCERPT_LINES = 5,
    FINDING_EXCERPT_COLUMNS = 160, /* longer lines are cut */
};

struct finding {
    struct view kind; /* "vulnerability", "misconfiguration", "secret", "malware" */
    struct view id;   /* the name people know: the CVE where there is one; else the rule's id */
    const struct view *aliases;
    size_t alias_count;
    enum severity severity;
    struct view severity_source; /* "debian", "cvss", "osv", ... */
    struct finding_cvss cvss;
    struct finding_epss epss;
    struct finding_kev kev;
    const struct package *package; /* NULL but for vulnerabilities */
    struct view purl;
    struct view fixed_version; /* empty: none */
    enum finding_status status;
    struct finding_location location;
    struct view title;
    struct view message;     /* what is wrong here, in one line; secrets are masked in it */
    struct view description; /* why it matters */
    struct view remediation; /* what to do about it */
    struct view resource;    /* what in the file: "Deployment shop/web", "stage build" */
    struct view part;        /* of the resource: a container's name; may be empty */
    const struct view *tags; /* "PSS:baseline", "CIS-K8S:5.2.2", "ATTACK:T1611", ... */
    size_t tag_count;
    const struct view *references;
    size_t reference_count;
    struct view excerpt; /* the lines of the file around the place, secrets masked; may be empty */
    uint32_t excerpt_line;       /* number of its first line */
    int64_t published, modified; /* seconds since 1970; 0 unknown */
    struct view fingerprint;     /* hex digits, stable across runs and databases */
};

/* What `finding->kind` says; a word that is none counts as a misconfiguration. */
enum finding_kind finding_kind_of(const struct finding *finding);
/* A vulnerability of which a fixed version exists. */
bool finding_has_fix(const struct finding *finding);
/* A fingerprint, in the arena: of two hashes (hash_stable()) of what the finding
 * is. Empty without memory. */
struct view finding_fingerprint(uint64_t first, uint64_t second, struct arena *arena);
/* The order of a report: by kind; vulnerabilities then by package, worst
 * first, and by id; all others by path, line, column, worst first, and by id.
 * 0 only for findings that differ in nothing of this. */
int finding_compare(const struct finding *a, const struct finding *b);
