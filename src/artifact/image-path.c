#include "artifact/image-path.h"

#include <errno.h>

static bool is_missing(int number)
{
    return number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG;
}

int image_path_find(const char *text, const char *separators, struct arena *arena,
                    struct image_path *ret, struct error *err)
{
    struct view all = view_of(text);
    struct image_path found = {arena_cstr(arena, all), VIEW_EMPTY, {0}};
    char *path;

    if (found.path && stat(found.path, &found.stat) == 0) {
        *ret = found;
        return 0;
    }
    if (!is_missing(errno))
        return error_errno(err, "cannot look at %s", text);
    for (size_t i = all.len; i-- > 1;) {
        if (!strchr(separators, text[i]) || i + 1 == all.len)
            continue;
        path = arena_cstr(arena, view_sub(all, 0, i));
        if (!path || stat(path, &found.stat) < 0)
            continue;
        found.path = path;
        found.name = arena_copy(arena, view_sub(all, i + 1, SIZE_MAX));
        *ret = found;
        return arena_failed(arena, "a path", err);
    }
    return error_set(err, ERROR_NOT_FOUND, "no such file or directory");
}
