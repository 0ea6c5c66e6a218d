/* The map of a sparse file in a tar: which parts of it are stored, in the four
 * forms that GNU tar has had (its manual, "Storing Sparse Files").
 *
 * Between the fragments, which come in order, the file is zero bytes. A map
 * belongs to one tar and is reused from entry to entry.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"

enum { TAR_FRAGMENTS_LIMIT = 1 << 17 }; /* of one file */

struct tar_fragment {
    uint64_t offset, length;
};

struct tar_sparse {
    struct tar_fragment *fragments;
    size_t count, capacity;
    /* Of a map that comes number by number. */
    uint64_t offset;
    bool have_offset;
};

void tar_sparse_done(struct tar_sparse *sparse);
void tar_sparse_reset(struct tar_sparse *sparse); /* keeps the memory */

int tar_sparse_add(struct tar_sparse *sparse, uint64_t offset, uint64_t length, struct error *err);
/* Offsets and lengths by turns (formats 0.0, 0.1 and 1.0). */
int tar_sparse_add_number(struct tar_sparse *sparse, uint64_t number, struct error *err);
/* Fields of a header record, up to the first empty one (the oldest format). */
int tar_sparse_add_fields(struct tar_sparse *sparse, struct view fields, struct error *err);

/* In order, within the file's size, and as much as the archive stores. */
bool tar_sparse_fits(const struct tar_sparse *sparse, uint64_t real_size, uint64_t stored);
