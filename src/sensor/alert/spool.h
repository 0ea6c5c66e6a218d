/* A spool: alerts on disk until their sink has taken them.
 *
 * A directory of segments, files of checked records (alert/spool-record.h) named by
 * the sequence number of their first record, and the position up to which they
 * were delivered. A record is in the operating system's hands when spool_add()
 * returns, so the end of this process loses nothing; spool_sync() makes a batch
 * safe from the end of the machine. What is damaged is passed over and counted, what
 * was cut is not delivered.
 *
 * Past the limit the oldest segment goes, counted as lost. When the disk fails
 * (full, read-only), records are kept in memory, up to SPOOL_MEMORY_LIMIT, and
 * written as soon as it works again; order stays.
 *
 * Every record added is at any time either delivered, waiting, or lost, and
 * counted as one of them. One process uses a directory at a time. One thread adds,
 * another peeks, acknowledges and syncs; counts by any.
 */
#pragma once

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"
#include "sensor/alert/spool-record.h"

enum {
    SPOOL_LIMIT_LEAST = 256 << 10,  /* bytes of a spool */
    SPOOL_SEGMENT_LEAST = 16 << 10, /* a segment is a 16th of the limit, between these */
    SPOOL_SEGMENT_LIMIT = 4 << 20,
    SPOOL_MEMORY_LIMIT = 4 << 20,    /* bytes kept while the disk fails */
    SPOOL_RETRY_MILLISECONDS = 1000, /* between tries of a disk that fails */
    SPOOL_BATCH = 512,               /* records of one peek */
};

struct spool;

/* Makes the directory as needed and goes on where the last run ended. */
int spool_open(const char *directory, uint64_t limit, struct spool **ret, struct error *err);
/* What was not delivered stays. */
void spool_close(struct spool *spool);
DEFINE_CLEANUP(struct spool, spool_close)

/* `payload`: UTF-8 without control characters, at most SPOOL_RECORD_LIMIT bytes.
 * Fails only for such a payload, or without memory. */
int spool_add(struct spool *spool, struct view payload, struct error *err);

struct spool_batch {
    struct buf bytes;
    struct view payloads[SPOOL_BATCH]; /* into `bytes` */
    size_t count;
};
#define SPOOL_BATCH_INIT                                                                           \
    ((struct spool_batch){.bytes = BUF_INIT(2 * (size_t)SPOOL_RECORD_LIMIT + SPOOL_RECORD_HEAD)})
void spool_batch_done(struct spool_batch *batch);

/* Copies the oldest records that wait: at most `count`, and about `bytes`, but
 * one at least when one waits. */
void spool_peek(struct spool *spool, size_t count, size_t bytes, struct spool_batch *ret);
/* The first `count` records of the last peek are done with. */
void spool_acknowledge(struct spool *spool, size_t count);
/* Brings what was added to the disk itself. */
void spool_sync(struct spool *spool);

struct spool_counts {
    uint64_t waiting, in_memory, lost;
    uint64_t bytes; /* on disk */
};
struct spool_counts spool_counts(struct spool *spool);
