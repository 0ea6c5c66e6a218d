#include "cmd/line/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/text.h"

/* SIGPIPE is ignored for the sake of sockets and workers. */
static void end_like_sigpipe(void)
{
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
}

static int write_open(int fd, const char *name, struct view text, struct error *err)
{
    int result = fd_write_all(fd, text, err);

    if (result < 0 && errno == EPIPE)
        end_like_sigpipe();
    return result < 0 ? error_wrap(err, "%s", name) : 0;
}

static int write_special(const char *path, struct view text, struct error *err)
{
    _cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return error_errno(err, "cannot write %s", path);
    return write_open(fd, path, text, err);
}

/* Opening and committing name the path themselves. */
static int write_file(const char *path, struct view text, struct error *err)
{
    _cleanup_(atomic_file_done) struct atomic_file file = ATOMIC_FILE_INIT;
    int result = atomic_file_open(&file, path, 0644, err);

    if (result < 0)
        return result;
    if (fd_write_all(file.fd, text, err) < 0)
        return error_wrap(err, "%s", path);
    return atomic_file_commit(&file, err);
}

int output_write(const char *path, struct view text, struct error *err)
{
    struct stat status;

    if (!path || strcmp(path, "-") == 0)
        return write_open(STDOUT_FILENO, tr("standard output"), text, err);
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return write_special(path, text, err);
    return write_file(path, text, err);
}
