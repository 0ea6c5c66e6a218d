#include "artifact/archive-index.h"

#include "base/hash.h"
#include "base/path.h"

struct archive_index {
    struct arena *arena;
    struct hash_map *members;
};

int archive_index_new(struct arena *arena, struct archive_index **ret, struct error *err)
{
    struct archive_index *index = calloc(1, sizeof(*index));

    if (!index)
        return error_memory(err);
    index->arena = arena;
    index->members = hash_map_new();
    if (!index->members) {
        free(index);
        return error_memory(err);
    }
    *ret = index;
    return 0;
}

void archive_index_free(struct archive_index *index)
{
    if (!index)
        return;
    hash_map_free(index->members);
    free(index);
}

int archive_index_add(struct archive_index *index, const struct archive_member *member,
                      struct error *err)
{
    struct archive_member *copy = arena_alloc(index->arena, sizeof(*copy));

    if (!copy)
        return arena_failed(index->arena, "the list of an archive", err);
    *copy = *member;
    copy->path = arena_copy(index->arena, member->path);
    copy->link = arena_copy(index->arena, member->link);
    if (arena_failed(index->arena, "the list of an archive", err) < 0)
        return err ? err->kind : ERROR_LIMIT;
    if (!hash_map_put(index->members, copy->path, copy))
        return error_memory(err);
    return 0;
}

int archive_index_keep(struct archive_index *index, struct view path, struct view body,
                       struct error *err)
{
    struct archive_member *m = hash_map_get(index->members, path);

    if (!m)
        return error_set(err, ERROR_INTERNAL, "no such member of an archive");
    m->body = arena_copy(index->arena, body);
    return arena_failed(index->arena, "the documents of an archive", err);
}

static int target_of(const struct archive_member *m, struct buf *to)
{
    buf_reset(to);
    return m->type == ARCHIVE_LINK ? path_resolve_link(m->path, m->link, to, NULL)
                                   : path_clean(m->link, to, NULL);
}

const struct archive_member *archive_index_find(const struct archive_index *index, struct view path)
{
    _cleanup_(buf_done) struct buf at = BUF_INIT(2 * PATH_LIMIT + 1);
    const struct archive_member *m;
    int links = 0;

    if (path_clean(path, &at, NULL) < 0)
        return NULL;
    for (;;) {
        m = hash_map_get(index->members, buf_view(&at));
        if (!m || m->type == ARCHIVE_FILE)
            return m;
        if (m->type == ARCHIVE_OTHER || ++links > ARCHIVE_LINK_LIMIT || target_of(m, &at) < 0)
            return NULL;
    }
}
