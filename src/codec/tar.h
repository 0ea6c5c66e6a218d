/* The entries of a tar, as they stream by: v7, ustar, pax and GNU forms, with
 * long names, base-256 numbers and sparse files (POSIX.1-2017 pax; GNU tar
 * manual, "Basic Tar Format"), read by libarchive.
 *
 * Only tar is read; anything else is refused. Nothing is written to disk, no
 * name is looked up and no file is opened. Names are bytes as they stand; the
 * UTF-8 names of pax headers need a UTF-8 locale, which the program sets before
 * it has threads or workers (in another one, characters become '?'). A body that isn't read is
 * skipped. An empty stream is an empty tar.
 *
 * Errors name the offset in the (decompressed) stream. One thread at a time.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"
#include "codec/stream.h"

struct tar_limits {
    uint64_t entries;    /* 0: TAR_ENTRIES_LIMIT */
    uint64_t header_run; /* bytes between two entries' bodies; 0: TAR_HEADER_LIMIT */
};

enum {
    TAR_ENTRIES_LIMIT = 4 << 20,
    TAR_HEADER_LIMIT = 16 << 20, /* pax attributes and long names of one entry */
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
    uint32_t uid, gid;
    int64_t mtime;
    uint64_t size;          /* of a file's body, holes included; 0 for others */
    uint64_t header_offset; /* of the entry's first header in the stream */
    uint64_t data_offset;   /* of its body; holds for files that are not sparse */
    bool sparse;
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
