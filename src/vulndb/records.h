/* The records a database is built from, kept packed and handed out in an order
 * that does not depend on how they arrived.
 *
 * What the database has no use for is left out at the door: all but the first
 * sentence of a description (of a summary advisory, the lines that name CVEs),
 * references past a limit, packages of unknown ecosystems, versions and names
 * too long to be ones, and words where a distribution's version belongs
 * ("needed").
 *
 * An id may arrive several times from one source: overlapping files, or a file
 * for each release. What is repeated byte for byte counts once. When a record
 * was withdrawn, it and all that were modified before it are dropped.
 */
#pragma once

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/hash.h"
#include "model/advisory.h"

enum {
    RECORDS_REFERENCES_KEPT = 16,
    RECORDS_TITLE_KEPT = 1 << 10,   /* bytes; the summary made of it is shorter */
    RECORDS_DETAILS_KEPT = 8 << 10, /* bytes of one record's description */
};

struct records;

struct records *records_new(size_t limit); /* bytes; NULL without memory */
void records_free(struct records *records);
DEFINE_CLEANUP(struct records, records_free)

int records_add(struct records *records, const struct advisory *advisory, struct error *err);
/* Sorts and drops; no records may be added afterwards. */
int records_finish(struct records *records, struct error *err);

size_t records_count(const struct records *records);
/* Arrays of `ret` live in `arena`, texts as long as the records. */
int records_get(const struct records *records, size_t i, struct arena *arena, struct advisory *ret,
                struct error *err);
/* Whether the i-th record has the id and the source of the one before it. */
bool records_is_repetition(const struct records *records, size_t i);

struct records_stats {
    uint64_t taken, withdrawn, duplicates;
    uint64_t unknown; /* affected packages left out */
};
struct records_stats records_stats(const struct records *records);
