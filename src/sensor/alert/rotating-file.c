#include "sensor/alert/rotating-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

struct rotating_file {
    int fd;
    char *path;
    uint64_t limit;
    unsigned keep;
    uint64_t size;      /* of the open file */
    uint64_t rotate_at; /* further away than `limit` after a rotation that failed */
    bool cut;           /* does not end with a line feed */
};

static bool ends_in_line(int fd, off_t size)
{
    char last = '\n';

    return size == 0 || pread(fd, &last, 1, size - 1) != 1 || last == '\n';
}

/* Root is told no where it has given up CAP_DAC_OVERRIDE, as a sensor without responses does. */
static int cannot_open(const char *path, struct error *err)
{
    bool denied = errno == EACCES;
    int kind = error_errno(err, "cannot open %s", path);

    if (denied)
        error_hint(err, "the sensor gives up the right to pass over permissions: the file and its "
                        "folder must belong to its user");
    return kind;
}

static int open_path(struct rotating_file *file, struct error *err)
{
    /* O_NONBLOCK: a FIFO that nobody reads would block. */
    _cleanup_close_ int fd =
        open(file->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640);
    struct stat status;

    if (fd < 0 || fstat(fd, &status) < 0)
        return cannot_open(file->path, err);
    if (!S_ISREG(status.st_mode))
        return error_set(err, ERROR_USAGE, "%s is no regular file", file->path);
    if (file->fd >= 0)
        close(file->fd);
    file->fd = take_fd(&fd);
    file->size = (uint64_t)status.st_size;
    file->rotate_at = file->limit;
    file->cut = !ends_in_line(file->fd, status.st_size);
    return 0;
}

int rotating_file_open(const char *path, uint64_t limit, unsigned keep, struct rotating_file **ret,
                       struct error *err)
{
    _cleanup_(rotating_file_close_p) struct rotating_file *file = calloc(1, sizeof(*file));

    if (!file)
        return error_memory(err);
    file->fd = -1;
    file->limit = limit;
    file->keep = keep;
    file->path = strdup(path);
    if (!file->path)
        return error_memory(err);
    if (open_path(file, err) < 0)
        return err ? err->kind : ERROR_IO;
    *ret = take_ptr(&file);
    return 0;
}

void rotating_file_close(struct rotating_file *file)
{
    if (!file)
        return;
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    free(file);
}

int rotating_file_reopen(struct rotating_file *file, struct error *err)
{
    return open_path(file, err);
}

/* PATH.(i-1) becomes PATH.i; files between may be missing. */
static bool shift(const struct rotating_file *file, unsigned i)
{
    _cleanup_free_ char *from = NULL, *to = NULL;

    if (asprintf(&to, "%s.%u", file->path, i) < 0) {
        to = NULL;
        return false;
    }
    if (i > 1 && asprintf(&from, "%s.%u", file->path, i - 1) < 0) {
        from = NULL;
        return false;
    }
    return rename(from ? from : file->path, to) == 0 || errno == ENOENT;
}

static bool move_away(struct rotating_file *file)
{
    if (file->keep == 0)
        return ftruncate(file->fd, 0) == 0;
    for (unsigned i = file->keep; i > 0; i--)
        if (!shift(file, i))
            return false;
    return true;
}

/* Where that fails, lines go on into the file that is open: it grows, nothing is lost. */
static void rotate(struct rotating_file *file)
{
    uint64_t size = file->size;

    if (!move_away(file) || open_path(file, NULL) < 0)
        file->rotate_at = size + file->limit;
}

int rotating_file_write(struct rotating_file *file, struct view line, struct error *err)
{
    bool cut = file->cut;
    off_t before;

    if (file->size > 0 && file->size + line.len > file->rotate_at)
        rotate(file);
    before = lseek(file->fd, 0, SEEK_END);
    if ((cut && fd_write_all(file->fd, VIEW("\n"), err) < 0) ||
        fd_write_all(file->fd, line, err) < 0) {
        file->cut = ftruncate(file->fd, before) < 0 || cut;
        return error_wrap(err, "%s", file->path);
    }
    file->cut = false;
    file->size = (uint64_t)lseek(file->fd, 0, SEEK_CUR);
    return 0;
}
