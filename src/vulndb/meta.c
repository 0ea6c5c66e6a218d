#include "vulndb/meta.h"

#include "base/cursor.h"

void meta_pack_info(const struct vulndb_info *info, struct buf *to)
{
    buf_add_varint(to, (uint64_t)info->built_at);
    buf_add_varint(to, info->vulnerabilities);
    buf_add_varint(to, info->packages);
    buf_add_varint(to, info->statements);
    buf_add_varint(to, info->source_count);
    for (size_t i = 0; i < info->source_count; i++) {
        const struct vulndb_source *source = &info->sources[i];

        buf_add_bytes(to, source->name);
        buf_add_bytes(to, source->location);
        buf_add_bytes(to, source->digest);
        buf_add_varint(to, (uint64_t)source->fetched_at);
        buf_add_varint(to, source->records);
    }
}

bool meta_unpack_info(struct view bytes, struct arena *arena, struct vulndb_info *ret)
{
    struct cursor at = cursor_of(bytes);
    struct vulndb_info info = {.built_at = (int64_t)cursor_varint(&at)};
    struct vulndb_source *sources;

    info.vulnerabilities = cursor_varint(&at);
    info.packages = cursor_varint(&at);
    info.statements = cursor_varint(&at);
    info.source_count = (size_t)cursor_count(&at, META_SOURCES_LIMIT);
    sources = arena_array(arena, info.source_count, sizeof(*sources));
    for (size_t i = 0; sources && i < info.source_count; i++) {
        sources[i].name = cursor_bytes(&at);
        sources[i].location = cursor_bytes(&at);
        sources[i].digest = cursor_bytes(&at);
        sources[i].fetched_at = (int64_t)cursor_varint(&at);
        sources[i].records = cursor_varint(&at);
    }
    if (!sources || !cursor_at_end(&at))
        return false;
    info.sources = sources;
    *ret = info;
    return true;
}

void meta_pack_texts(const struct view *texts, size_t count, struct buf *to)
{
    buf_add_varint(to, count);
    for (size_t i = 0; i < count; i++)
        buf_add_bytes(to, texts[i]);
}

bool meta_unpack_texts(struct view bytes, size_t limit, struct arena *arena,
                       const struct view **ret, size_t *ret_count)
{
    struct cursor at = cursor_of(bytes);
    size_t count = (size_t)cursor_count(&at, limit);
    struct view *texts;

    if (count > cursor_left(&at))
        return false;
    texts = arena_array(arena, count, sizeof(*texts));
    for (size_t i = 0; texts && i < count; i++)
        texts[i] = cursor_bytes(&at);
    if (!texts || !cursor_at_end(&at))
        return false;
    *ret = texts;
    *ret_count = count;
    return true;
}
