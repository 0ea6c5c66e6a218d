/* Builds tars byte by byte for the tests, malformed ones too. */
#pragma once

#include "base/buf.h"
#include "base/cleanup.h"

enum tar_sample_magic { SAMPLE_USTAR, SAMPLE_V7, SAMPLE_GNU, SAMPLE_STAR };

struct tar_sample_header {
    enum tar_sample_magic magic;
    char type; /* 0: '0' */
    struct view name, prefix, link;
    unsigned mode; /* 0: 0644 */
    size_t size;
    /* Raw fields instead; "" for the usual ones. */
    struct view raw_size, raw_uid, raw_mtime;
    /* Bytes that are put at an offset at the end, before the checksum. */
    size_t patch_at;
    struct view patch;
    bool signed_checksum, wrong_checksum, type_nul;
};

void tar_sample_add_header(struct buf *to, const struct tar_sample_header *header);
/* The bytes, and zeros up to the next record. */
void tar_sample_add_body(struct buf *to, struct view bytes);
/* A file: header and body. */
void tar_sample_add_file(struct buf *to, const char *name, struct view body);
/* A pax header of one record, or of the records "KEY=VALUE\n..." */
void tar_sample_add_pax(struct buf *to, const char *key, struct view value);
void tar_sample_add_records(struct buf *to, struct view lines);
/* An extension ('x', 'L', 'K', ...) with this body. */
void tar_sample_add_extension(struct buf *to, char type, struct view body);
void tar_sample_add_end(struct buf *to);
