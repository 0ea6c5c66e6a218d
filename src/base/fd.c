#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

int atomic_file_open(struct atomic_file *file, const char *path, mode_t mode, struct error *err)
{
    *file = ATOMIC_FILE_INIT;
    file->path = strdup(path);
    if (!file->path || asprintf(&file->temporary, "%s.XXXXXX", path) < 0) {
        file->temporary = NULL;
        atomic_file_done(file);
        return error_memory(err);
    }
    file->fd = mkostemp(file->temporary, O_CLOEXEC);
    if (file->fd < 0 || fchmod(file->fd, mode) < 0) {
        error_errno(err, "cannot create %s", path);
        atomic_file_done(file);
        return err ? err->kind : ERROR_IO;
    }
    return 0;
}

int atomic_file_commit(struct atomic_file *file, struct error *err)
{
    if ((!file->skip_sync && fsync(file->fd) < 0) || rename(file->temporary, file->path) < 0)
        return error_errno(err, "cannot write %s", file->path);
    free(file->temporary);
    file->temporary = NULL;
    return 0;
}

void atomic_file_done(struct atomic_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    if (file->temporary && file->fd >= 0)
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
