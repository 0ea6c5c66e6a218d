/* An archive that comes down a pipe or is compressed, taken apart by a worker
 * ("archive-split"), entry by entry.
 *
 * The worker reads the descriptor to its end, behind the archive's too, so
 * that who writes a pipe isn't hit by SIGPIPE. One thread at a time.
 */
#pragma once

#include "artifact/archive-index.h"
#include "base/cleanup.h"
#include "sandbox/sandbox.h"

#define ARCHIVE_SPLIT_LIMIT ((uint64_t)1 << 40) /* bytes of the unpacked archive */

enum archive_split_mode {
    ARCHIVE_SPLIT_ALL,       /* every body */
    ARCHIVE_SPLIT_DOCUMENTS, /* bodies that may be JSON (artifact/image-json.h) */
    ARCHIVE_SPLIT_LISTED,    /* bodies of the listed paths, in normal form */
};

struct archive_split;

/* `fd` is read from its present offset, or if `seekable` from its start by
 * pread; it stays the caller's. */
int archive_split_start(struct sandbox *sandbox, int fd, bool seekable,
                        enum archive_split_mode mode, const struct view *names, size_t count,
                        struct archive_split **ret, struct error *err);
/* 1 and the next member, valid until the next call; 0 at the end. A body that
 * wasn't read is skipped. */
int archive_split_next(struct archive_split *split, struct archive_member *ret, struct error *err);
/* The next bytes of the member's body; empty at its end. */
int archive_split_read(struct archive_split *split, struct view *ret_block, struct error *err);

/* Bodies that are kept in the arena of an index. */
struct archive_kept {
    struct archive_index *index;
    uint64_t bytes; /* so far; at most ARCHIVE_KEPT_LIMIT */
};
enum { ARCHIVE_KEPT_LIMIT = 32 << 20 };
/* Keeps the member's body: `start`, what was already read of it, and the rest. */
int archive_split_keep(struct archive_split *split, const struct archive_member *member,
                       struct view start, struct archive_kept *kept, struct error *err);

/* Ends the worker, early or not, and frees. */
void archive_split_free(struct archive_split *split);
DEFINE_CLEANUP(struct archive_split, archive_split_free)

int archive_split_run(struct worker *worker, struct view request, struct error *err);
