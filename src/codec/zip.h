/* The members of a zip file in memory (PKWARE APPNOTE 6.3: central directory,
 * zip64, stored and deflated members).
 *
 * The central directory is the truth; of a member's local header only its own
 * length is used. Bytes before the archive (a self-extracting one's program)
 * are passed over. Split archives are refused; encrypted members and other
 * methods are listed, and refused when they are read. Every member's size and
 * CRC-32 are checked.
 *
 * What a member expands to is limited by the buffer and by what deflate can
 * make of its bytes, ZIP_RATIO_LIMIT, so that no memory is taken for a size
 * that is a lie; what all reads expand to, by ZIP_TOTAL_LIMIT and by the same
 * ratio to the whole file, so that members that overlap cannot multiply.
 */
#pragma once

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum {
    ZIP_ENTRIES_LIMIT = 4 << 20,
    ZIP_NAME_LIMIT = 4096,
    ZIP_RATIO_LIMIT = 1032, /* bytes that deflate makes of one, at best */
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
    bool encrypted;
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
