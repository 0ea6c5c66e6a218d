/* Makes the advisory database: fetches the sources, imports them in sandbox
 * workers, builds one file, and puts it in place of the old one.
 *
 * All or nothing. When a source can't be fetched or read, the old database
 * stays, and the error says how old it is: a database that silently lacks a
 * distribution would call its packages clean. With `partial` the update goes
 * on without the source (or with its last download), and the report says so.
 * Optional sources never fail an update. Single broken records don't either;
 * they are counted, and the first are told by name.
 *
 * A database is always made anew from all its sources; downloads that the
 * server says are unchanged are not fetched again.
 *
 * Two updates of one database take turns (a lock file beside it). Scans read
 * the old file until the new one is there, and never wait.
 */
#pragma once

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "net/http.h"
#include "sandbox/sandbox.h"
#include "vulndb/builder.h"
#include "vulndb/sources.h"

enum vulndb_update_stage {
    UPDATE_WAITING,   /* for another update of this database */
    UPDATE_FETCHING,  /* `done` bytes of `source` have come */
    UPDATE_IMPORTING, /* `done` of `total` inputs are read; `source` was the last */
    UPDATE_WRITING,
};

struct vulndb_update_progress {
    enum vulndb_update_stage stage;
    const char *source; /* may be NULL */
    uint64_t done, total;
};

struct vulndb_update_options {
    const char *db_path;      /* its directory is made when missing */
    const char *download_dir; /* where downloads are kept (feed-cache.h) */
    struct sandbox *sandbox;  /* knows vulndb_import_ops */
    struct http_client *http; /* NULL: offline, with what was downloaded before */
    size_t jobs;              /* workers at once; 0: one for each processor */
    bool partial;
    /* Called from any thread, one call at a time; may be NULL. */
    void (*progress)(void *ctx, const struct vulndb_update_progress *progress);
    void *ctx;
};

enum vulndb_item_state {
    ITEM_READ,
    ITEM_STALE,   /* read from an earlier download, because it couldn't be fetched */
    ITEM_ABSENT,  /* optional, and not there */
    ITEM_UNKNOWN, /* no importer recognises the format */
    ITEM_FAILED,
};

/* One input: a file, a download, or a directory of many small files. */
struct vulndb_update_item {
    const char *name;     /* "osv/Debian/all.zip", "alpine/v3.20/main" */
    const char *location; /* URL or path */
    const char *format;   /* the importer's name; NULL when unknown */
    enum vulndb_item_state state;
    bool optional;
    bool unchanged;     /* the download was not new */
    uint64_t size;      /* bytes as stored */
    uint64_t files;     /* read; more than 1 for a directory */
    uint64_t unknown;   /* of these, not recognised */
    uint64_t ns;        /* wall time of the import */
    int64_t fetched_at; /* seconds since 1970 */
    const char *digest; /* "sha256:..." of the bytes; NULL for directories */
    struct import_tally tally;
    struct error error; /* of ITEM_FAILED, ITEM_ABSENT and ITEM_STALE */
};

struct vulndb_update_report {
    struct arena *arena;
    struct vulndb_update_item **items;
    size_t item_count;
    size_t failed, unknown; /* items; files */
    bool written;           /* the new database is in place */
    bool installed;         /* it was a database file, not made of sources */
    uint64_t fetch_ns, import_ns, write_ns;
    struct vulndb_build_stats stats;
};

void vulndb_update_report_free(struct vulndb_update_report *report);
DEFINE_CLEANUP(struct vulndb_update_report, vulndb_update_report_free)

/* `ret`, when not NULL, gets a report on failure too (NULL when there is
 * nothing to say). */
int vulndb_update(const struct source_list *sources, const struct vulndb_update_options *options,
                  struct vulndb_update_report **ret, struct error *err);

/* The same from files and directories: each file is recognised by its content,
 * those that no importer knows are counted. A single database file (as
 * vulndb_export() writes it) is checked and installed. */
int vulndb_import(const char *const *paths, size_t count,
                  const struct vulndb_update_options *options, struct vulndb_update_report **ret,
                  struct error *err);

/* Writes a checked copy of the database to `to`. */
int vulndb_export(const char *db_path, const char *to, struct error *err);
