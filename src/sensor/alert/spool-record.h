/* A record of a spool's segment: what it is on disk, and how it is found again.
 *
 *     magic     4 bytes  ff 00 'P' 'S'
 *     length    u32      bytes of the payload, little-endian as all
 *     sequence  u64
 *     check     u64      XXH3 of length, sequence and payload
 *     payload
 *
 * Payloads are UTF-8 without control characters, so neither the byte ff nor 00
 * stands in them, and after damage the next record is found by its magic.
 */
#pragma once

#include "base/buf.h"
#include "base/view.h"

enum {
    SPOOL_RECORD_HEAD = 24,
    SPOOL_RECORD_LIMIT = 1 << 20, /* bytes of a payload */
};

/* Sequence numbers stay below it, so that they can be counted on. */
#define SPOOL_SEQUENCE_LIMIT (UINT64_C(1) << 62)

struct spool_record {
    uint64_t sequence;
    struct view payload; /* into what was read */
    size_t end;          /* offset behind it */
};

void spool_record_write(struct buf *to, uint64_t sequence, struct view payload);
/* The length of the payload that this head announces; false: it is none. */
bool spool_record_length(struct view head, size_t *ret);
/* The first whole record at or behind `at`; false: there is none. */
bool spool_record_find(struct view bytes, size_t at, struct spool_record *ret);
