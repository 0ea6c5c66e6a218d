/* The entries of a tar, as they stream by: v7, ustar, pax, star and GNU forms,
 * with long names, base-256 numbers and all formats of sparse files
 * (POSIX.1-2017 pax; GNU tar manual, "Basic Tar Format").
 *
 * Where the formats leave room, an entry means what it means to the engines
 * that unpack images: links, directories and devices have no body whatever
 * their size says; global pax headers change nothing; the last of several
 * extended headers counts, and a GNU long name goes before it. A volume that
 * continues another is refused. Anything that is no tar is refused.
 *
 * Names are bytes as they stand in the archive: no locale, no file and no user
 * database is asked, so that a worker without a file system can read them. A
 * body that isn't read is skipped, by seeking where the source can. At the end
 * the source is read to its own end, so that its checksums are verified. An
 * empty stream is an empty tar; the two zero records at the end may be
 * missing.
 *
 * Errors name the offset in the (decompressed) stream, and are final. One
 * thread at a time.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"
#include "codec/stream.h"

enum {
    TAR_ENTRIES_LIMIT = 4 << 20,
    TAR_HEADER_LIMIT = 1 << 20, /* bytes of one pax header or long name */
};
#define TAR_HOLES_LIMIT ((uint64_t)64 << 30) /* bytes of holes that all reads may give */

struct tar_limits {
    uint64_t entries; /* 0: TAR_ENTRIES_LIMIT */
    uint64_t holes;   /* 0: TAR_HOLES_LIMIT */
};

enum tar_type {
    TAR_FILE,
    TAR_DIRECTORY,
    TAR_SYMLINK,
    TAR_HARDLINK,
    TAR_CHARDEV,
    TAR_BLOCKDEV,
    TAR_FIFO,
};

/* Views live until the next call. */
struct tar_entry {
    enum tar_type type;
    struct view path;     /* in normal form (base/path.h) */
    struct view raw_path; /* as in the archive */
    struct view link;     /* of links: the target, as in the archive */
    uint32_t mode;        /* permissions, setuid, setgid, sticky */
    uint32_t uid, gid;    /* UINT32_MAX for numbers that don't fit */
    int64_t mtime;
    uint64_t size;          /* of a file's body, holes included; 0 for others */
    uint64_t header_offset; /* of the entry's first header in the stream */
    uint64_t data_offset;   /* of its body; holds for files that are not sparse */
    bool sparse;
    struct view capability; /* extended attribute security.capability, as it is; or empty */
};

struct tar;

/* Takes `source` over, on failure too. `limits` may be NULL. */
int tar_open(struct stream *source, const struct tar_limits *limits, struct tar **ret,
             struct error *err);
void tar_free(struct tar *tar);
DEFINE_CLEANUP(struct tar, tar_free)

/* 1 and the next entry, 0 at the end. An entry whose name is not usable (too
 * long, a NUL byte) is an error; the archive can't be read further. */
int tar_next(struct tar *tar, struct tar_entry *ret, struct error *err);
/* The next bytes of the entry's body, valid until the next call; empty at its
 * end. Holes of sparse files are zero bytes. */
int tar_read(struct tar *tar, struct view *ret_block, struct error *err);
/* The rest of the body, within the buffer's limit. */
int tar_read_all(struct tar *tar, struct buf *to, struct error *err);
