/* The database's file: an LMDB environment without holes, and a trailer that
 * proves it whole. Layout: docs/formats/advisory-database.md, "file".
 *
 * Written once, in key order, then immutable. The trailer holds the schema,
 * the size of what stands before it, and its XXH3; a reader checks all three
 * before LMDB, which trusts its pages, sees a byte.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum store_table {
    STORE_META,            /* by name */
    STORE_PACKAGES,        /* by ecosystem, a zero byte, package */
    STORE_VULNERABILITIES, /* by number */
    STORE_IDS,             /* by id in upper case */
    STORE_TABLE_COUNT,
};

enum { STORE_GIB_LIMIT = 16 }; /* of the file; address space while it is written */

/* ---- Writing ---- */

struct store_writer;

/* Nothing appears at `path` before store_writer_commit(). */
int store_writer_new(const char *path, struct store_writer **ret, struct error *err);
void store_writer_free(struct store_writer *writer);
DEFINE_CLEANUP(struct store_writer, store_writer_free)

/* Keys must ascend within a table. */
int store_put(struct store_writer *writer, enum store_table table, struct view key,
              struct view value, struct error *err);
int store_put_number(struct store_writer *writer, enum store_table table, uint32_t key,
                     struct view value, struct error *err);
int store_writer_commit(struct store_writer *writer, uint32_t schema, uint64_t *ret_bytes,
                        struct error *err);

/* ---- Reading ---- */

struct store;
struct store_reader; /* one for each thread */

int store_open(const char *path, uint32_t schema, struct store **ret, struct error *err);
void store_close(struct store *store);
DEFINE_CLEANUP(struct store, store_close)
uint64_t store_bytes(const struct store *store); /* of the file */

int store_reader_new(struct store *store, struct store_reader **ret, struct error *err);
void store_reader_free(struct store_reader *reader);
DEFINE_CLEANUP(struct store_reader, store_reader_free)

/* 1 and the value, which lives until store_close(); 0 when there is none. */
int store_get(struct store_reader *reader, enum store_table table, struct view key,
              struct view *ret, struct error *err);
int store_get_number(struct store_reader *reader, enum store_table table, uint32_t key,
                     struct view *ret, struct error *err);
/* The number of keys of a table. */
uint64_t store_count(struct store_reader *reader, enum store_table table);
