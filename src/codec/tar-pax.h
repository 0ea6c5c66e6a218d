/* The records of a pax extended header (POSIX.1-2017 pax, "pax Extended
 * Header"), as far as they change how an entry is read. Others are passed
 * over. Views point into the records' text.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"
#include "codec/tar-sparse.h"

struct tar_pax {
    struct view path, link; /* a NULL pointer: not given */
    struct {
        bool given;
        int64_t value;
    } size, uid, gid, mtime;
    struct view capability; /* the extended attribute security.capability, as it is */
    /* GNU.sparse.*; the map of formats 0.0 and 0.1 goes to `sparse`. */
    bool is_sparse;
    int64_t sparse_major, sparse_minor;
    struct view sparse_name;
    int64_t sparse_size; /* with holes; -1 when not given */
};

#define TAR_PAX_INIT ((struct tar_pax){.sparse_size = -1})

int tar_pax_parse(struct view text, struct tar_pax *ret, struct tar_sparse *sparse,
                  struct error *err);
