#include "cmd/cli/harden-file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/fd.h"

/* What was judged must be what is replaced. */
static int check_unchanged(int fd, const struct harden_file *file, struct error *err)
{
    _cleanup_(buf_done) struct buf now = BUF_INIT(file->text.len + 1);

    if (fd_read_all(fd, &now, NULL) == 0 && view_eq(buf_view(&now), file->text))
        return 0;
    error_set(err, ERROR_INPUT, "%.*s: changed while it was looked at", VIEW_ARG(file->path));
    error_hint(err, "run it again");
    return ERROR_INPUT;
}

static int replace(const char *path, const struct stat *st, struct view text, struct error *err)
{
    _cleanup_(atomic_file_done) struct atomic_file file = ATOMIC_FILE_INIT;
    int r = atomic_file_open(&file, path, st->st_mode & 07777, err);

    if (r < 0)
        return r;
    /* A change of owner clears setuid bits, and is for root only. */
    if ((st->st_uid != geteuid() || st->st_gid != getegid()) &&
        (fchown(file.fd, st->st_uid, st->st_gid) < 0 || fchmod(file.fd, st->st_mode & 07777) < 0))
        return error_errno(err, "cannot keep the owner of %s", path);
    if (fd_write_all(file.fd, text, err) < 0)
        return error_wrap(err, "%s", path);
    return atomic_file_commit(&file, err);
}

int harden_file_replace(const struct harden_file *file, struct error *err)
{
    _cleanup_free_ char *given = strndup(file->path.ptr, file->path.len);
    _cleanup_free_ char *path = given ? realpath(given, NULL) : NULL;
    _cleanup_close_ int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;
    struct stat st;
    int r;

    if (!given)
        return error_memory(err);
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_errno(err, "cannot open %s", given);
    r = check_unchanged(fd, file, err);
    return r < 0 ? r : replace(path, &st, file->hardened, err);
}
