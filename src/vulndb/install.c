#include "vulndb/install.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/fd.h"
#include "vulndb/vulndb.h"

enum {
    LMDB_MAGIC_OFFSET = 16, /* behind the header of the first page */
    LMDB_MAGIC = (int)0xBEEFC0DE,
    COPY_STEP = 16 << 20,
};

bool vulndb_looks_installed(const char *path)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    char head[LMDB_MAGIC_OFFSET + 4];
    struct cursor cursor = cursor_of(view_from(head, sizeof(head)));

    if (fd < 0 || fd_read_full(fd, head, sizeof(head), NULL) != (ssize_t)sizeof(head))
        return false;
    cursor_skip(&cursor, LMDB_MAGIC_OFFSET);
    return (int)cursor_u32(&cursor) == LMDB_MAGIC;
}

static int copy_bytes(int from, int to, struct error *err)
{
    for (;;) {
        ssize_t n = sendfile(to, from, NULL, COPY_STEP);

        if (n < 0)
            return error_errno(err, "cannot copy the database");
        if (n == 0)
            return 0;
    }
}

/* The copy is what will be used, so the copy is what is checked. */
static int check(const char *path, struct error *err)
{
    _cleanup_vulndb_ struct vulndb *db = NULL;

    return vulndb_open(path, &db, err);
}

int vulndb_install(const char *from, const char *to, struct error *err)
{
    _cleanup_(atomic_file_done) struct atomic_file file = ATOMIC_FILE_INIT;
    _cleanup_close_ int fd = open(from, O_RDONLY | O_CLOEXEC);
    int r;

    if (fd < 0)
        return error_errno(err, "cannot open %s", from);
    r = atomic_file_open(&file, to, 0644, err);
    if (r == 0)
        r = copy_bytes(fd, file.fd, err);
    if (r == 0)
        r = check(file.temporary, err);
    if (r == 0)
        r = atomic_file_commit(&file, err);
    return r < 0 ? error_wrap(err, "%s", from) : 0;
}
