/* One header record of a tar: 512 bytes, in the v7, ustar, star or GNU layout
 * (POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar
 * Format"). No state, no I/O. Views point into the record.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"

enum {
    TAR_RECORD = 512,
    TAR_GNU_FRAGMENTS = 4,         /* of a sparse file, in the header itself */
    TAR_GNU_FRAGMENTS_BEHIND = 21, /* in each record that continues it */
    TAR_GNU_FRAGMENT_SIZE = 24,    /* bytes: an offset and a length, 12 each */
};

struct tar_header {
    bool gnu; /* has the fields of sparse files */
    char type;
    struct view name, prefix, link;
    int64_t mode, uid, gid, mtime;
    uint64_t size;
    /* of GNU sparse files: the fragments, whether a record of more follows,
     * and the size with holes */
    struct view fragments;
    bool continued;
    uint64_t real_size;
};

/* Zero bytes that fill the last record of `size` bytes. */
static inline uint64_t tar_padding(uint64_t size)
{
    return -size & (TAR_RECORD - 1);
}

bool tar_record_is_zero(struct view record);
/* False when the checksum is wrong or a number is malformed. */
bool tar_header_parse(struct view record, struct tar_header *ret);
/* Octal digits between blanks and NULs, or base 256 (GNU). */
bool tar_number(struct view field, int64_t *ret);
