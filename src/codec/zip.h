/* The members of a zip file in memory (PKWARE APPNOTE 6.3: central directory,
 * zip64, stored and deflated members).
 *
 * The central directory is the truth; of a member's local header only its own
 * length is used. Encrypted and split archives and other methods are refused.
 * Every member's size and CRC-32 are checked. What members expand to is
 * limited one by one, by the buffer, and in sum, by ZIP_TOTAL_LIMIT, so that
 * members that overlap cannot multiply.
 */
#pragma once

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum {
    ZIP_ENTRIES_LIMIT = 4 << 20,
    ZIP_NAME_LIMIT = 4096,
};
#define ZIP_TOTAL_LIMIT ((uint64_t)64 << 30) /* bytes that all reads may give */

struct zip;

struct zip_entry {
    struct view name; /* as in the archive */
    uint64_t size, stored_size;
    uint64_t offset; /* of the local header */
    uint32_t crc;
    uint16_t method; /* 0 stored, 8 deflated */
    bool directory;
};

/* `bytes` must stay while the zip lives. */
int zip_open(struct view bytes, struct zip **ret, struct error *err);
void zip_close(struct zip *zip);
DEFINE_CLEANUP(struct zip, zip_close)

uint64_t zip_count(const struct zip *zip);
/* 1 and the next member in the directory's order, 0 at its end. */
int zip_next(struct zip *zip, struct zip_entry *ret, struct error *err);
/* Appends the member's bytes to `to`, within its limit. */
int zip_read(struct zip *zip, const struct zip_entry *entry, struct buf *to, struct error *err);
