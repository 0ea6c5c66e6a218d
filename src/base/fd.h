/* File descriptors: whole reads and writes, and files replaced atomically. */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

/* Writes everything, through short writes and EINTR. */
int fd_write_all(int fd, struct view bytes, struct error *err);
/* Reads up to `len` bytes, short only at the end of the file. */
ssize_t fd_read_full(int fd, void *to, size_t len, struct error *err);
/* Appends everything up to the end of the file; the buffer's limit holds. */
int fd_read_all(int fd, struct buf *to, struct error *err);
int fd_read_file(const char *path, struct buf *to, struct error *err);

/* The bytes of a file that can be seeked, -1 for pipes and the like. Leaves the
 * offset where it was. (Works in confined workers, which may not stat.) */
int64_t fd_size(int fd);

/* A file that appears whole or not at all: written without a name in the
 * directory of `path`, so that nothing stays when the program is killed, synced,
 * given a temporary name, and renamed over `path`. File systems without nameless
 * files (O_TMPFILE) have it under the temporary name from the start. */
struct atomic_file {
    int fd;
    char *path, *temporary; /* `temporary` can be opened until the commit */
    bool nameless;
    bool skip_sync; /* set it for files that may be lost with the power, such as caches */
};
#define ATOMIC_FILE_INIT ((struct atomic_file){-1, NULL, NULL, false, false})
int atomic_file_open(struct atomic_file *file, const char *path, mode_t mode, struct error *err);
int atomic_file_commit(struct atomic_file *file, struct error *err);
/* Removes the temporary file when it was not committed. */
void atomic_file_done(struct atomic_file *file);

/* mkdir -p with the given mode for the directories it makes. */
int fd_make_directories(const char *path, mode_t mode, struct error *err);
