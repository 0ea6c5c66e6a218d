/* The body of a tar's entry: its stored bytes as they stream by, and zero
 * bytes for the holes of sparse files.
 *
 * Inner part of codec/tar.h: opened behind an entry's headers, then read or
 * not, then closed, which passes over what is left.
 */
#pragma once

#include "codec/stream-input.h"
#include "codec/tar-header.h"
#include "codec/tar-sparse.h"

struct tar_body {
    struct stream_input *input;
    uint64_t stored, padding;  /* bytes of the stream that are left */
    uint64_t size, position;   /* with holes; what has been handed out */
    uint64_t holes_left;       /* bytes that the archive's holes may still give */
    struct tar_sparse *sparse; /* NULL: the file has no holes */
    size_t fragment;           /* that comes next */
};

/* Copies the next record: 1, or 0 at the end of the stream. */
int tar_record_read(struct stream_input *input, char record[static TAR_RECORD], struct error *err);
/* Passes over `count` bytes, all of which must be there. */
int tar_skip(struct stream_input *input, uint64_t count, struct error *err);

void tar_body_open(struct tar_body *body, uint64_t stored);
/* GNU's oldest sparse format: the map is in the header and in records behind. */
int tar_body_read_gnu_map(struct tar_body *body, const struct tar_header *header,
                          struct tar_sparse *sparse, struct error *err);
/* Format 1.0: the map stands before the stored bytes. */
int tar_body_read_map(struct tar_body *body, struct tar_sparse *sparse, struct error *err);
/* Makes the body one of `size` bytes, with holes around the map's fragments. */
int tar_body_use_map(struct tar_body *body, struct tar_sparse *sparse, uint64_t size,
                     struct error *err);
int tar_body_read(struct tar_body *body, struct view *ret_block, struct error *err);
int tar_body_close(struct tar_body *body, struct error *err);
