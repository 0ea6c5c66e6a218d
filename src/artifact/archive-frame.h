/* How the entries of an archive cross from a worker to the program: as frames
 * in a stream, or as a list.
 *
 *     frame  = kind (1 byte), length (4, little-endian), payload
 *     entry  = type (1), with body (1), data offset (8), size (8), path, link
 *     a body follows its entry as data frames of together `size` bytes; an end
 *     frame closes the stream, so that a worker's early end is seen.
 *
 * Everything is checked on the program's side: the bytes come from a worker.
 */
#pragma once

#include "base/buf.h"
#include "base/cursor.h"
#include "base/error.h"
#include "base/view.h"

enum {
    ARCHIVE_FRAME_HEADER = 5,
    ARCHIVE_FRAME_LIMIT = 256 << 10, /* bytes of one payload */
    ARCHIVE_ENTRY_LIMIT = 100000,    /* entries of one archive */
};

enum archive_frame_kind {
    ARCHIVE_FRAME_ENTRY = 1,
    ARCHIVE_FRAME_DATA,
    ARCHIVE_FRAME_END,
};

enum archive_member_type {
    ARCHIVE_FILE,
    ARCHIVE_LINK,     /* symbolic; the target is relative to the link's directory */
    ARCHIVE_HARDLINK, /* the target is a path of the archive */
    ARCHIVE_OTHER,    /* directories and what else there is */
};

struct archive_member {
    struct view path; /* in normal form (base/path.h) */
    struct view link; /* the target as it stands there */
    uint64_t offset;  /* of a file's body in an uncompressed archive */
    uint64_t size;
    enum archive_member_type type;
    bool with_body;   /* in a stream: the body follows */
    struct view body; /* kept in memory (archive-index.h); does not cross */
};

struct archive_frame {
    enum archive_frame_kind kind;
    size_t length;
};

void archive_frame_put(struct buf *to, enum archive_frame_kind kind, size_t length);
/* `header` is ARCHIVE_FRAME_HEADER bytes. */
int archive_frame_get(const char *header, struct archive_frame *ret, struct error *err);

void archive_member_put(struct buf *to, const struct archive_member *member);
/* Fails the cursor when it is no member; views point into its bytes. */
void archive_member_get(struct cursor *c, struct archive_member *ret);
