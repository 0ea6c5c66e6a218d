/* The members of an archive, by path, with links followed.
 *
 * Paths are in normal form, so that "./a", "/a" and "b/../a" are one; of
 * several members with one path the last holds, as when a tar is unpacked. A
 * link leads to another member or nowhere: never out of the archive.
 */
#pragma once

#include "artifact/archive-frame.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "sandbox/sandbox.h"

enum { ARCHIVE_LINK_LIMIT = 16 }; /* links on the way to one member */

struct archive_index;

/* Members are copied into the arena. */
int archive_index_new(struct arena *arena, struct archive_index **ret, struct error *err);
void archive_index_free(struct archive_index *index);
DEFINE_CLEANUP(struct archive_index, archive_index_free)

int archive_index_add(struct archive_index *index, const struct archive_member *member,
                      struct error *err);
/* The file at `path`, in any form; NULL when there is none. */
const struct archive_member *archive_index_find(const struct archive_index *index,
                                                struct view path);

/* Keeps a copy of the body of the member that was added last. */
int archive_index_keep(struct archive_index *index, struct view path, struct view body,
                       struct error *err);

/* Lists an uncompressed tar of `size` bytes by a worker ("archive-index"),
 * which reads headers only. Bodies are checked to lie within the file. */
int archive_index_load(struct sandbox *sandbox, int fd, uint64_t size, struct archive_index *index,
                       struct error *err);

enum { ARCHIVE_INDEX_REPLY_LIMIT = 64 << 20 };
int archive_index_run(struct worker *worker, struct view request, struct error *err);
