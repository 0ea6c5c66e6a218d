#include "vulndb/builder.h"

#include "vulndb/build.h"
#include "vulndb/enrich.h"
#include "vulndb/meta.h"
#include "vulndb/records.h"
#include "vulndb/room.h"

struct vulndb_builder {
    struct records *records;
    struct enrich enrich;
    struct arena *arena; /* texts of the sources */
    struct vulndb_source *sources;
    size_t source_count, source_room;
};

enum { SOURCES_TEXT_LIMIT = 64 << 20 };

int vulndb_builder_new(struct vulndb_builder **ret, struct error *err)
{
    _cleanup_vulndb_builder_ struct vulndb_builder *builder = calloc(1, sizeof(*builder));

    if (!builder)
        return error_memory(err);
    builder->records = records_new(VULNDB_BUILDER_LIMIT);
    builder->arena = arena_new(SOURCES_TEXT_LIMIT);
    if (!builder->records || !builder->arena)
        return error_memory(err);
    *ret = take_ptr(&builder);
    return 0;
}

void vulndb_builder_free(struct vulndb_builder *builder)
{
    if (!builder)
        return;
    records_free(builder->records);
    enrich_done(&builder->enrich);
    arena_free(builder->arena);
    free(builder->sources);
    free(builder);
}

int vulndb_builder_source(struct vulndb_builder *builder, const struct vulndb_source *source,
                          struct error *err)
{
    struct vulndb_source *copy;
    int r;

    if (builder->source_count >= META_SOURCES_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d sources", META_SOURCES_LIMIT);
    r = room_for(&builder->sources, &builder->source_room, builder->source_count + 1, sizeof(*copy),
                 err);
    if (r < 0)
        return r;
    copy = &builder->sources[builder->source_count];
    *copy = *source;
    copy->name = arena_copy(builder->arena, source->name);
    copy->location = arena_copy(builder->arena, source->location);
    copy->digest = arena_copy(builder->arena, source->digest);
    r = arena_failed(builder->arena, "the sources' names", err);
    if (r == 0)
        builder->source_count++;
    return r;
}

int vulndb_builder_add(struct vulndb_builder *builder, const struct advisory *advisory,
                       struct error *err)
{
    return records_add(builder->records, advisory, err);
}

int vulndb_builder_epss(struct vulndb_builder *builder, struct view cve, double score,
                        double percentile, struct error *err)
{
    return enrich_add_score(&builder->enrich, cve, score, percentile, err);
}

int vulndb_builder_kev(struct vulndb_builder *builder, struct view cve,
                       const struct finding_kev *kev, struct error *err)
{
    return enrich_add_exploit(&builder->enrich, cve, kev, err);
}

int vulndb_builder_write(struct vulndb_builder *builder, const char *path, int64_t built_at,
                         struct vulndb_build_stats *ret, struct error *err)
{
    struct vulndb_info info = {
        .built_at = built_at,
        .sources = builder->sources,
        .source_count = builder->source_count,
    };
    struct vulndb_build_stats stats;
    int r = build_database(builder->records, &builder->enrich, &info, path, &stats, err);

    if (r == 0 && ret)
        *ret = stats;
    return r;
}
