/* A walk over a directory tree that several threads share, at the speed of the
 * kernel's directory cache.
 *
 * Each thread takes a directory from the common stack, lists it, and hands out
 * its files, opened. Nothing is followed: every directory is opened from the
 * root with openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS), every file from its
 * directory with O_NOFOLLOW, and only regular files are handed out, so neither
 * a link nor a device nor a FIFO is ever read. File systems of the kernel's own
 * (proc, sysfs, cgroup, ...) are passed over. Empty files are not handed out.
 *
 * The order is not defined.
 */
#pragma once

#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

struct file_walk;

struct file_walk_options {
    const char *const *skipped; /* patterns of names and paths (policy/suppression.h's glob) */
    size_t skipped_count;
    bool git; /* go into .git, too */
};

struct file_visitor {
    void *ctx;
    /* A regular file that is not empty; `fd` is the walk's. A negative result
     * ends this thread's part of the walk and is returned. */
    int (*file)(void *ctx, struct view path, int fd, const struct stat *st, struct error *err);
    /* What could not be opened or listed, and why. */
    void (*unreadable)(void *ctx, struct view path, const struct error *why);
};

/* Paths are relative to `directory`. */
int file_walk_new(const char *directory, const struct file_walk_options *options,
                  struct file_walk **ret, struct error *err);
void file_walk_free(struct file_walk *walk);
DEFINE_CLEANUP(struct file_walk, file_walk_free)

/* Takes part in the walk until it is done; called by each thread, once. */
int file_walk_run(struct file_walk *walk, const struct file_visitor *visitor, struct error *err);
/* Ends the walk for all threads; any thread. */
void file_walk_stop(struct file_walk *walk);
/* Opens a file of the tree again, by the path that was handed out. */
int file_walk_open(const struct file_walk *walk, const char *path, int *ret_fd, struct error *err);
