#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

enum { READ_STEP = 64 << 10 };

int fd_write_all(int fd, struct view bytes, struct error *err)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, "cannot write");
        bytes = view_sub(bytes, (size_t)n, bytes.len);
    }
    return 0;
}

ssize_t fd_read_full(int fd, void *to, size_t len, struct error *err)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = read(fd, (char *)to + done, len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, "cannot read");
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

int fd_read_all(int fd, struct buf *to, struct error *err)
{
    for (;;) {
        size_t room = to->len < to->max ? to->max - to->len : 0;
        size_t step = room < READ_STEP ? room + 1 : READ_STEP;
        char overflow;
        char *at = room ? buf_reserve(to, step > room ? room : step) : &overflow;
        ssize_t n;

        if (!at)
            return buf_failed(to, "the file", err);
        n = read(fd, at, room == 0 ? 1 : step > room ? room : step);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, "cannot read");
        if (n == 0)
            return 0;
        if (room == 0) {
            to->failed = ERROR_LIMIT;
            return buf_failed(to, "the file", err);
        }
        to->len += (size_t)n;
    }
}

int fd_read_file(const char *path, struct buf *to, struct error *err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return error_errno(err, "cannot open %s", path);
    if (fd_read_all(fd, to, err) < 0)
        return error_wrap(err, "%s", path);
    return 0;
}

int64_t fd_size(int fd)
{
    off_t before = lseek(fd, 0, SEEK_CUR), size = before < 0 ? -1 : lseek(fd, 0, SEEK_END);

    if (size >= 0 && lseek(fd, before, SEEK_SET) < 0)
        return -1;
    return size;
}

/* Opens a file without a name in the directory of file->path; false when the
 * file system has no such files. */
static bool open_nameless(struct atomic_file *file, mode_t mode)
{
    _cleanup_free_ char *path = strdup(file->path);
    _cleanup_close_ int fd = -1;

    if (path)
        fd = open(dirname(path), O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
    if (fd < 0 || asprintf(&file->temporary, "/proc/self/fd/%d", fd) < 0) {
        file->temporary = NULL;
        return false;
    }
    file->fd = take_fd(&fd);
    file->nameless = true;
    return true;
}

/* The same under a name, "PATH.XXXXXX". */
static int open_named(struct atomic_file *file)
{
    if (asprintf(&file->temporary, "%s.XXXXXX", file->path) < 0) {
        file->temporary = NULL;
        errno = ENOMEM;
        return -1;
    }
    file->fd = mkostemp(file->temporary, O_CLOEXEC);
    return file->fd;
}

int atomic_file_open(struct atomic_file *file, const char *path, mode_t mode, struct error *err)
{
    *file = ATOMIC_FILE_INIT;
    file->path = strdup(path);
    if (!file->path)
        return error_memory(err);
    if ((!open_nameless(file, mode) && open_named(file) < 0) || fchmod(file->fd, mode) < 0) {
        error_errno(err, "cannot create %s", path);
        atomic_file_done(file);
        return err ? err->kind : ERROR_IO;
    }
    return 0;
}

/* linkat(2) can't replace a file, so it gets a name to be renamed first. */
static int give_name(struct atomic_file *file)
{
    enum { ATTEMPTS = 100 };

    for (int i = 0; i < ATTEMPTS; i++) {
        _cleanup_free_ char *name = NULL;
        uint64_t chance = clock_now_ns() ^ (uint64_t)getpid() << 12;

        if (asprintf(&name, "%s.%06llx", file->path, (unsigned long long)chance & 0xffffff) < 0) {
            name = NULL;
            return -1;
        }
        if (linkat(AT_FDCWD, file->temporary, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
            free(file->temporary);
            file->temporary = take_ptr(&name);
            file->nameless = false;
            return 0;
        }
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

int atomic_file_commit(struct atomic_file *file, struct error *err)
{
    if ((!file->skip_sync && fsync(file->fd) < 0) || (file->nameless && give_name(file) < 0) ||
        rename(file->temporary, file->path) < 0)
        return error_errno(err, "cannot write %s", file->path);
    free(file->temporary);
    file->temporary = NULL;
    return 0;
}

void atomic_file_done(struct atomic_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    if (file->temporary && file->fd >= 0 && !file->nameless)
        unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    *file = ATOMIC_FILE_INIT;
}

int fd_make_directories(const char *path, mode_t mode, struct error *err)
{
    _cleanup_free_ char *copy = strdup(path);

    if (!copy)
        return error_memory(err);
    for (char *slash = copy + (*copy == '/'); slash; slash = slash ? slash + 1 : NULL) {
        slash = strchr(slash, '/');
        if (slash)
            *slash = '\0';
        if (mkdir(copy, mode) < 0 && errno != EEXIST)
            return error_errno(err, "cannot create the directory %s", copy);
        if (!slash)
            break;
        *slash = '/';
    }
    return 0;
}
