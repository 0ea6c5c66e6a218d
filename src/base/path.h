/* Paths from outside, confined to a root.
 *
 * path_clean() is lexical, for names inside archives; path_open_in() resolves
 * on disk, descriptor first, with openat2(RESOLVE_IN_ROOT), so that neither
 * "..", an absolute symlink nor a symlink that changes under us leaves the
 * root. Nothing else in the program may open a path that came from a target.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

enum {
    PATH_LIMIT = 4096,       /* bytes of one path */
    PATH_DEPTH_LIMIT = 1024, /* components of one path */
};

/* Writes the normal form of an archive's member name: no leading "/" or "./",
 * no empty, "." or ".." component (".." that would leave the root is
 * clamped there, as in a chroot), no trailing "/". The root itself is "".
 * Fails with ERROR_LIMIT past the limits, ERROR_INPUT for a NUL byte. */
int path_clean(struct view path, struct buf *to, struct error *err);

/* Resolves a symlink's target against the directory of the link: both in
 * normal form; the result too. */
int path_resolve_link(struct view link_path, struct view target, struct buf *to, struct error *err);

/* The part before the last "/" ("" at the top), and the part behind it. */
struct view path_directory(struct view path);
struct view path_name(struct view path);
/* `path` is `directory` or lies below it. "" holds everything. */
bool path_is_below(struct view path, struct view directory);

/* Opens `path` below `root_fd` as open(2) with `flags`, confined. Never blocks
 * on a FIFO; device files are refused unless O_PATH is given. */
int path_open_in(int root_fd, const char *path, int flags, int *ret_fd, struct error *err);
