/* The advisory database, read: one immutable file, mapped by any number of
 * processes and threads at once.
 *
 * vulndb_open() checks the whole file once, by size and checksum, before a
 * byte of it is interpreted: LMDB trusts its pages, so a flipped bit would
 * otherwise be a crash. (XXH3 over 100 MB takes 12 ms; the file is read with
 * pread, so a file that shrinks under us is an error and not a signal. A
 * database is replaced by rename and never written in place.) The checksum
 * finds accidents, not forgery: import databases only from where you would
 * import advisories.
 *
 * Threads: a struct vulndb is shared; each thread makes its own reader.
 * Views that look-ups give point into the map and live until vulndb_close().
 * What is read from the map is bounds-checked again, and a broken value is an
 * ERROR_INPUT.
 */
#pragma once

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/cursor.h"
#include "base/error.h"
#include "model/advisory.h"
#include "model/finding.h"

enum { VULNDB_SCHEMA = 1 }; /* of the file; another one is refused */

struct vulndb;
struct vulndb_reader;

/* ERROR_NOT_FOUND, ERROR_INPUT (no database, cut short, damaged),
 * ERROR_UNSUPPORTED (another schema): each with a hint what to run. */
int vulndb_open(const char *path, struct vulndb **ret, struct error *err);
void vulndb_close(struct vulndb *db);
DEFINE_CLEANUP(struct vulndb, vulndb_close)
#define _cleanup_vulndb_ _cleanup_(vulndb_close_p)

int vulndb_reader_new(struct vulndb *db, struct vulndb_reader **ret, struct error *err);
void vulndb_reader_free(struct vulndb_reader *reader); /* before vulndb_close() */
DEFINE_CLEANUP(struct vulndb_reader, vulndb_reader_free)
#define _cleanup_vulndb_reader_ _cleanup_(vulndb_reader_free_p)
const struct vulndb *vulndb_reader_database(const struct vulndb_reader *reader);

/* ---- About the database ---- */

struct vulndb_source {
    struct view name;     /* "alpine/v3.20/main" */
    struct view location; /* URL or path it was read from */
    struct view digest;   /* "sha256:..." of what was read; may be empty */
    int64_t fetched_at;   /* seconds since 1970 */
    uint64_t records;
};

struct vulndb_info {
    uint32_t schema;
    int64_t built_at; /* seconds since 1970 */
    uint64_t file_bytes;
    uint64_t vulnerabilities, packages, statements, epss, kev;
    const struct vulndb_source *sources;
    size_t source_count;
};

/* Lives as long as `db`. */
const struct vulndb_info *vulndb_info(const struct vulndb *db);
/* Whether anything is known about an ecosystem, "debian:12". */
bool vulndb_has_ecosystem(const struct vulndb *db, struct view ecosystem);

/* ---- Packages ---- */

/* What one source says of one package: these versions have these
 * vulnerabilities. */
struct vulndb_statement {
    enum advisory_status status;
    unsigned flags;              /* AFFECTED_BY_SOURCE, AFFECTED_PENDING */
    enum severity severity;      /* the distribution's own rating, or unknown */
    struct view severity_source; /* with severity */
    struct view cvss;            /* vector given for this package; may be empty */
    struct view erratum;         /* the advisory that fixes it, "DSA-5514-1"; may be empty */
    struct view arch;            /* blank-separated; empty: all */
    struct view module;          /* "nodejs:18"; empty: none */
    size_t range_count, version_count, vulnerability_count; /* not yet read */
    /* For the functions below. */
    struct cursor ranges, versions, vulnerabilities;
    uint32_t vulnerability; /* the index read last */
};

/* The statements about one package; from vulndb_lookup(). */
struct vulndb_statements {
    const struct vulndb *db;
    size_t left; /* statements not yet read */
    struct cursor at;
};

/* 1 and the statements, 0 when nothing is known of the package, or an error. */
int vulndb_lookup(struct vulndb_reader *reader, struct view ecosystem, struct view package,
                  struct vulndb_statements *ret, struct error *err);
/* 1 and the next statement, 0 at the end, or ERROR_INPUT. */
int vulndb_next_statement(struct vulndb_statements *statements, struct vulndb_statement *ret,
                          struct error *err);
/* Each false at the end; a broken value ends early and fails the cursor. */
bool vulndb_next_range(struct vulndb_statement *statement, struct advisory_range *ret);
bool vulndb_next_version(struct vulndb_statement *statement, struct view *ret);
bool vulndb_next_vulnerability(struct vulndb_statement *statement, uint32_t *ret_index);

/* ---- Vulnerabilities ---- */

struct vulndb_vulnerability {
    struct view id; /* the CVE where there is one */
    const struct view *aliases;
    size_t alias_count;
    struct view title;
    const struct view *cvss; /* vectors, newest standard first */
    size_t cvss_count;
    enum severity severity;      /* of a source other than the package's, or unknown */
    struct view severity_source; /* "ubuntu", "ghsa", ... */
    const struct view *references;
    size_t reference_count;
    int64_t published, modified; /* seconds since 1970; 0 unknown */
};

/* Arrays and texts of `ret` live in `arena`. */
int vulndb_vulnerability(struct vulndb_reader *reader, uint32_t index, struct arena *arena,
                         struct vulndb_vulnerability *ret, struct error *err);

/* The vulnerabilities that an id, alias or erratum (DSA, USN) stands for:
 * their number, 0 when it is not known, or an error. At most `limit` of them
 * are put into `ret`. Ids are compared without case. */
int vulndb_find_id(struct vulndb_reader *reader, struct view id, uint32_t *ret, size_t limit,
                   struct error *err);

/* ---- Exploits ---- */

struct finding_epss vulndb_epss(const struct vulndb_reader *reader, struct view cve);
struct finding_kev vulndb_kev(const struct vulndb_reader *reader, struct view cve);
