/* Cases of matching, written small: what advisories say, what is installed,
 * and what is found.
 */
#pragma once

#include "database-sample.h"
#include "match/match.h"

enum { CASE_RECORDS = 6, CASE_PACKAGES = 6, CASE_NAMES = 3 };

/* One record about one package, with one range: until `fixed`, or without end. */
struct match_record {
    const char *id, *ecosystem, *package, *fixed;
    const char *upstream[CASE_NAMES], *aliases[CASE_NAMES];
    const char *arch, *module, *cvss, *package_cvss, *title, *source;
    enum advisory_status status;
    enum severity severity; /* of the package, by the ecosystem's vendor */
    enum severity record_severity;
    bool binary, pending;
};

struct match_package {
    const char *name, *version;
    const char *source, *source_version; /* NULL: the same */
    const char *arch, *modularity, *path, *vendor;
    size_t layer;
    enum package_type type; /* unknown: deb */
};

struct match_case {
    const char *name;
    const char *os, *release; /* ID and VERSION_ID */
    bool pro;
    bool kernel_everywhere;
    struct match_record records[CASE_RECORDS];
    struct match_package packages[CASE_PACKAGES];
    const char *want;             /* "libssl3 3.0.9-1: CVE-1 fixed 3.0.9-2", one a line */
    const char *want_diagnostics; /* "kernel-headers: 2", one a line; NULL: none */
};

struct match_run {
    struct database_sample database;
    struct arena *arena;
    struct package packages[CASE_PACKAGES];
    struct match_result result;
};

/* Gives a record to a builder. */
void match_record_add(struct vulndb_builder *builder, const struct match_record *record);
struct package match_package_of(const struct match_package *package);

/* Builds the database and matches. */
void match_run(struct match_run *run, const struct match_case *c);
void match_run_done(struct match_run *run);
