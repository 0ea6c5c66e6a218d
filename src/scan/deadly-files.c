#include "scan/deadly-files.h"

#include "base/error.h"

bool deadly_files_blame(int status, const char *note)
{
    return note[0] && (status == ERROR_CRASH || status == ERROR_LIMIT || status == ERROR_TIMEOUT ||
                       status == ERROR_MEMORY);
}

static size_t find(const struct deadly_files *files, struct view path)
{
    size_t at = 0;

    while (at < files->count && !view_eq(files->paths[at], path))
        at++;
    return at;
}

bool deadly_files_add(struct deadly_files *files, int status, const char *note, size_t limit,
                      struct arena *arena)
{
    size_t at = find(files, view_of(note));
    struct view *slot;

    if (!deadly_files_blame(status, note) || at < files->active || at >= limit)
        return false;
    if (at < files->count)
        return true; /* another worker of this round died of it */
    slot = arena_push(arena, &files->paths, &files->count, sizeof(*slot));
    if (slot)
        *slot = arena_copy(arena, view_of(note));
    return slot;
}

bool deadly_files_hold(const struct deadly_files *files, struct view path)
{
    return find(files, path) < files->count;
}
