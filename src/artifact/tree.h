/* A directory, or this host, as the root of a system.
 *
 * Every path is resolved inside the root, descriptor first (base/path.h):
 * neither "..", nor an absolute link, nor a link that changes meanwhile leads
 * out of it. FIFOs never block and devices are never opened. Paths are in
 * normal form, relative to the root; "" is the root itself.
 */
#pragma once

#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum {
    TREE_DIRECTORY_LIMIT = 1 << 20, /* entries of one directory */
};

struct tree;

/* `directory` is opened as the caller's working directory has it. */
int tree_open(const char *directory, struct tree **ret, struct error *err);
void tree_close(struct tree *tree);
DEFINE_CLEANUP(struct tree, tree_close)

/* Calls `entry` for each entry of a directory but "." and "..", in the order of
 * their names; a negative result of it ends the reading and is returned. Links
 * among the directory's own components are followed, inside the root. */
int tree_read_directory(struct tree *tree, const char *path,
                        int (*entry)(void *ctx, const char *name, struct error *err), void *ctx,
                        struct error *err);
/* What stands at the path; the last component is not followed. */
int tree_stat(struct tree *tree, const char *path, struct stat *ret, struct error *err);
/* A regular file, for reading; links are followed inside the root. */
int tree_open_file(struct tree *tree, const char *path, int *ret_fd, struct stat *ret_stat,
                   struct error *err);
/* The target of a symlink, as it stands there. */
int tree_read_link(struct tree *tree, const char *path, struct buf *to, struct error *err);
