#include "sensor/state/container-file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/fd.h"

enum { MOUNTS_LIMIT = 4 << 20 };

/* Of file systems that somebody serves; "fuse.sshfs" and its like by their beginning. */
static const struct view served[] = {
    VIEW("fuse"), VIEW("autofs"), VIEW("nfs"), VIEW("cifs"), VIEW("smb3"),
    VIEW("9p"),   VIEW("ceph"),   VIEW("afs"), VIEW("coda"), VIEW("orangefs"),
};

static bool is_type_served(struct view type)
{
    for (size_t i = 0; i < sizeof(served) / sizeof(served[0]); i++)
        if (view_starts(type, served[i]))
            return true;
    return false;
}

/* The type of a mount, of lines "36 35 0:31 / /etc rw shared:1 - ext4 /dev/sda rw". */
static struct view type_of(struct view mounts, uint64_t id)
{
    while (mounts.ptr) {
        struct view line = view_line(&mounts), first = line, rest;
        ptrdiff_t dash = view_find_view(line, VIEW(" - "));
        uint64_t number;

        if (dash < 0 || !view_to_u64(view_word(&first), &number) || number != id)
            continue;
        rest = view_sub(line, (size_t)dash + 3, line.len);
        return view_word(&rest);
    }
    return VIEW_EMPTY;
}

static struct view type_in(const char *path, uint64_t id, struct buf *mounts)
{
    buf_reset(mounts);
    return fd_read_file(path, mounts, NULL) < 0 ? VIEW_EMPTY : type_of(buf_view(mounts), id);
}

/* Nothing is asked of the file system for the answer. A process's table does not have the
 * mount that its root is a folder of; that is the host's. */
static bool is_local(uint32_t pid, int fd)
{
    _cleanup_(buf_done) struct buf mounts = BUF_INIT(MOUNTS_LIMIT);
    struct statx status;
    struct view type;
    char path[64];

    snprintf(path, sizeof(path), "/proc/%u/mountinfo", pid);
    if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID, &status) < 0 ||
        !(status.stx_mask & STATX_MNT_ID))
        return false;
    type = type_in(path, status.stx_mnt_id, &mounts);
    if (!type.len)
        type = type_in("/proc/self/mountinfo", status.stx_mnt_id, &mounts);
    return type.len && !is_type_served(type);
}

/* Within the mount of `folder`. */
static int open_within(int folder, const char *name, int flags)
{
    struct open_how how = {
        .flags = (unsigned)(flags | O_CLOEXEC),
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
    };

    return (int)syscall(SYS_openat2, folder, name, &how, sizeof(how));
}

/* What is found may be a mount of its own. */
static int find(int root, const char *folder, const char *name)
{
    _cleanup_close_ int parent = open_within(root, folder, O_PATH | O_DIRECTORY);
    int fd = parent < 0 ? -1 : open_within(parent, name, O_PATH);

    return fd < 0 && parent >= 0 && errno == EXDEV
               ? openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC)
               : fd;
}

int container_file_open(uint32_t pid, int root, const char *folder, const char *name, int *ret_fd,
                        struct error *err)
{
    _cleanup_close_ int found = -1;
    struct statx status;
    char path[64];
    int fd;

    if (!is_local(pid, root))
        return error_set(err, ERROR_UNSUPPORTED, "the container's root is served by somebody");
    found = find(root, folder, name);
    if (found < 0)
        return error_errno(err, "%s/%s", folder, name);
    if (!is_local(pid, found) ||
        statx(found, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &status) < 0 ||
        !S_ISREG(status.stx_mode))
        return error_set(err, ERROR_UNSUPPORTED, "%s/%s is no local file", folder, name);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
    fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "%s/%s", folder, name);
    *ret_fd = fd;
    return 0;
}
