#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

static void pop_component(struct buf *to, size_t base)
{
    ptrdiff_t slash = view_rfind(view_sub(buf_view(to), base, SIZE_MAX), '/');

    to->len = slash < 0 ? base : base + (size_t)slash;
}

/* Appends the components of `path` to the normal path in `to` from `base` on. */
static int append_clean(struct view path, struct buf *to, size_t base, struct error *err)
{
    size_t depth = 0;

    if (path.len > PATH_LIMIT)
        return error_set(err, ERROR_LIMIT, "a path is longer than %d bytes", PATH_LIMIT);
    if (view_find(path, '\0') >= 0)
        return error_set(err, ERROR_INPUT, "a path holds a NUL byte");
    while (path.ptr) {
        struct view part = view_cut(&path, '/');

        if (part.len == 0 || view_eq(part, VIEW(".")))
            continue;
        if (view_eq(part, VIEW(".."))) {
            pop_component(to, base);
            continue;
        }
        if (++depth > PATH_DEPTH_LIMIT)
            return error_set(err, ERROR_LIMIT, "a path is deeper than %d directories",
                             PATH_DEPTH_LIMIT);
        if (to->len > base)
            buf_add_char(to, '/');
        buf_add(to, part);
    }
    return buf_failed(to, "a path", err);
}

int path_clean(struct view path, struct buf *to, struct error *err)
{
    return append_clean(path, to, to->len, err);
}

int path_resolve_link(struct view link_path, struct view target, struct buf *to, struct error *err)
{
    size_t base = to->len;
    int r = 0;

    if (!view_starts(target, VIEW("/")))
        r = append_clean(path_directory(link_path), to, base, err);
    return r < 0 ? r : append_clean(target, to, base, err);
}

struct view path_directory(struct view path)
{
    ptrdiff_t slash = view_rfind(path, '/');

    return view_sub(path, 0, slash < 0 ? 0 : (size_t)slash);
}

struct view path_name(struct view path)
{
    return view_sub(path, (size_t)(view_rfind(path, '/') + 1), path.len);
}

bool path_is_below(struct view path, struct view directory)
{
    if (directory.len == 0)
        return true;
    return view_starts(path, directory) &&
           (path.len == directory.len || path.ptr[directory.len] == '/');
}

int path_open_in(int root_fd, const char *path, int flags, int *ret_fd, struct error *err)
{
    struct open_how how = {
        /* openat2 refuses flags that O_PATH would ignore. */
        .flags = (unsigned)(flags | O_CLOEXEC | (flags & O_PATH ? 0 : O_NOCTTY | O_NONBLOCK)),
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    const char *relative = path + strspn(path, "/");
    _cleanup_close_ int fd = -1;
    struct stat st;

    fd = (int)syscall(SYS_openat2, root_fd, *relative ? relative : ".", &how, sizeof(how));
    if (fd < 0)
        return error_errno(err, "cannot open %s", *path ? path : "/");
    if (!(flags & O_PATH) && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        return error_set(err, ERROR_INPUT, "%s is neither a file nor a directory", path);
    *ret_fd = take_fd(&fd);
    return 0;
}
