#include "sensor/detect/path-join.h"

/* Nothing in it that cleaning would change. */
static bool is_clean(struct view path)
{
    const char *at = path.ptr, *end = path.ptr + path.len;

    if (path.len < 2)
        return true;
    while (at && (at = memchr(at, '/', (size_t)(end - at))) != NULL) {
        size_t left = (size_t)(end - ++at);

        if (left == 0 || at[0] == '/')
            return false;
        if (at[0] == '.' &&
            (left == 1 || at[1] == '/' || (at[1] == '.' && (left == 2 || at[2] == '/'))))
            return false;
    }
    return true;
}

/* Appends the components of `path`, each behind a slash; returns the new length. */
static size_t append(char *to, size_t length, struct view path)
{
    struct view rest = path;

    while (rest.ptr) {
        struct view part = view_cut(&rest, '/');

        if (!part.len || view_eq(part, VIEW(".")))
            continue;
        if (view_eq(part, VIEW(".."))) {
            while (length && to[--length] != '/')
                ;
            continue;
        }
        to[length++] = '/';
        memcpy(to + length, part.ptr, part.len);
        length += part.len;
    }
    return length;
}

struct view path_join(struct view directory, struct view path, struct arena *scratch)
{
    bool absolute = path.len && path.ptr[0] == '/';
    size_t length = 0;
    char *to;

    if (absolute && is_clean(path))
        return path;
    to = arena_alloc(scratch, directory.len + path.len + 2);
    if (!to)
        return VIEW_EMPTY;
    if (!absolute)
        length = append(to, length, directory);
    length = append(to, length, path);
    if (!length)
        to[length++] = '/';
    /* Relative to nothing that is known: as it was given. */
    if (!absolute && !directory.len)
        return path.len ? view_from(to + 1, length - 1) : VIEW_EMPTY;
    return view_from(to, length);
}

struct view path_folder(struct view path)
{
    ptrdiff_t slash = view_rfind(path, '/');

    return slash < 0 ? VIEW_EMPTY : view_sub(path, 0, slash ? (size_t)slash : 1);
}

struct view path_leaf(struct view path)
{
    ptrdiff_t slash = view_rfind(path, '/');

    return view_sub(path, (size_t)(slash + 1), path.len);
}
