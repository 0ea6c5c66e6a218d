/* Builds the advisory database: takes records from all importers, in any
 * order, merges what speaks of one vulnerability, and writes one file.
 *
 *     vulndb_builder_new(&builder, err)
 *     vulndb_builder_source(builder, &source, err)      for each source read
 *     vulndb_builder_add(builder, &advisory, err)       for each record
 *     vulndb_builder_epss(...), vulndb_builder_kev(...)
 *     vulndb_builder_write(builder, path, &info, err)
 *
 * How records become vulnerabilities (merge.h), which of two contradicting
 * sources is believed (precedence.h) and the layout of the file (format.h) are
 * told where they are done; docs/formats/advisory-database.md is the whole
 * story for people.
 *
 * The file appears whole or not at all: it is written under a temporary name
 * beside `path`, synced, and renamed over it; readers of the old file keep it.
 *
 * Ownership: everything handed in is copied. Memory: about the size of the
 * records' distinct text, bounded by VULNDB_BUILDER_LIMIT. One thread.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "model/advisory.h"
#include "vulndb/vulndb.h"

enum {
    VULNDB_BUILDER_LIMIT = 1 << 30, /* bytes of records kept */
    VULNDB_RECORDS_LIMIT = 8 << 20, /* records */
};

struct vulndb_builder;

int vulndb_builder_new(struct vulndb_builder **ret, struct error *err);
void vulndb_builder_free(struct vulndb_builder *builder);
DEFINE_CLEANUP(struct vulndb_builder, vulndb_builder_free)
#define _cleanup_vulndb_builder_ _cleanup_(vulndb_builder_free_p)

/* A source that was read, for vulndb_info(). */
int vulndb_builder_source(struct vulndb_builder *builder, const struct vulndb_source *source,
                          struct error *err);

int vulndb_builder_add(struct vulndb_builder *builder, const struct advisory *advisory,
                       struct error *err);
/* Score and percentile are 0..1. A name that is no CVE is ERROR_INPUT. The
 * last word on a CVE counts. */
int vulndb_builder_epss(struct vulndb_builder *builder, struct view cve, double score,
                        double percentile, struct error *err);
int vulndb_builder_kev(struct vulndb_builder *builder, struct view cve,
                       const struct finding_kev *kev, struct error *err);

/* What the merge did, for people and tests. */
struct vulndb_build_stats {
    uint64_t records, withdrawn, duplicates; /* handed in; dropped; same id again */
    uint64_t vulnerabilities, packages, statements;
    uint64_t overruled; /* statements that a better source contradicts */
    uint64_t unknown;   /* affected packages of unknown ecosystems, dropped */
    uint64_t file_bytes;
};

/* Writes the database; `built_at` is stored as its time. The builder is used
 * up: only free it afterwards. `ret` may be NULL. */
int vulndb_builder_write(struct vulndb_builder *builder, const char *path, int64_t built_at,
                         struct vulndb_build_stats *ret, struct error *err);
