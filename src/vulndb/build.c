#include "vulndb/build-state.h"
#include "vulndb/cve.h"

enum { RECORD_ARENA_LIMIT = 256 << 20 }; /* for one record */

static int init(struct build *build)
{
    build->merge = merge_new(VULNDB_BUILDER_LIMIT);
    build->strings = intern_new(VULNDB_BUILDER_LIMIT);
    build->families = intern_new(VULNDB_BUILDER_LIMIT);
    build->arena = arena_new(RECORD_ARENA_LIMIT);
    build->value = BUF_INIT(BUILD_VALUE_LIMIT);
    if (!build->merge || !build->strings || !build->families || !build->arena)
        return error_memory(build->err);
    build->subjects = subjects_new(build->merge);
    if (!build->subjects)
        return error_memory(build->err);
    return claims_init(&build->claims, VULNDB_BUILDER_LIMIT, build->err);
}

static void done(struct build *build)
{
    store_writer_free(build->writer);
    subjects_free(build->subjects);
    merge_free(build->merge);
    intern_free(build->strings);
    intern_free(build->families);
    claims_done(&build->claims);
    arena_free(build->arena);
    free(build->index);
    free(build->groups);
    free(build->mentions);
    free(build->ids);
    buf_done(&build->value);
}

int build_read_record(struct build *build, size_t i, struct advisory *ret)
{
    arena_reset(build->arena);
    return records_get(build->records, i, build->arena, ret, build->err);
}

/* ---- Which vulnerabilities ---- */

static int find_subjects(struct build *build)
{
    int r = 0;

    for (size_t i = 0; i < records_count(build->records) && r == 0; i++) {
        struct advisory record;

        r = build_read_record(build, i, &record);
        if (r == 0)
            r = subjects_take(build->subjects, &record, build->err);
    }
    if (r == 0)
        r = merge_finish(build->merge, build->err);
    if (r == 0)
        subjects_finish(build->subjects);
    return r;
}

/* ---- What is claimed ---- */

/* The newest date of the records from `first` on that have one name, by the
 * ecosystems they speak of. OSV: of two records of an id the later modified
 * one holds; but files for each release repeat an id with other packages, so
 * that is taken by ecosystem. */
static int find_newest(struct build *build, size_t first, size_t end, struct arena *arena,
                       struct hash_map *newest)
{
    for (size_t i = first; i < end; i++) {
        struct advisory record;
        int r = build_read_record(build, i, &record);

        for (size_t j = 0; j < record.affected_count && r == 0; j++) {
            struct view name = arena_copy(arena, record.affected[j].ecosystem);
            int64_t **date = (int64_t **)hash_map_slot(newest, name);

            if (date && !*date)
                *date = arena_alloc(arena, sizeof(**date));
            if (!date || !*date)
                return error_memory(build->err);
            if (record.modified > **date)
                **date = record.modified;
        }
        if (r < 0)
            return r;
    }
    return 0;
}

static int take_claims(struct build *build, size_t first, size_t end)
{
    _cleanup_arena_ struct arena *arena = NULL;
    _cleanup_(hash_map_free_p) struct hash_map *newest = NULL;
    int r = 0;

    if (end - first > 1) {
        arena = arena_new(RECORD_ARENA_LIMIT);
        newest = hash_map_new();
        if (!arena || !newest)
            return error_memory(build->err);
        r = find_newest(build, first, end, arena, newest);
    }
    for (size_t i = first; i < end && r == 0; i++) {
        struct subject subject = subjects_of(build->subjects, i);
        struct advisory record;

        r = build_read_record(build, i, &record);
        if (r == 0)
            r = claims_take(&build->claims, &record, &subject, newest, build->err);
    }
    return r;
}

static int find_claims(struct build *build)
{
    size_t count = records_count(build->records);
    int r = 0;

    for (size_t first = 0, end; first < count && r == 0; first = end) {
        for (end = first + 1; end < count && records_is_repetition(build->records, end);)
            end++;
        r = take_claims(build, first, end);
    }
    build->index = calloc(merge_count(build->merge), sizeof(*build->index));
    if (r == 0 && !build->index)
        r = error_memory(build->err);
    return r < 0 ? r : claims_settle(&build->claims, build->index, build->err);
}

/* ---- Their order ---- */

/* CVEs by year and number, then other names by their bytes. */
static int compare_groups(const void *left, const void *right, void *context)
{
    const struct merge *merge = context;
    struct view a = merge_key(merge, *(const uint32_t *)left);
    struct view b = merge_key(merge, *(const uint32_t *)right);
    uint32_t a_key = cve_key(a), b_key = cve_key(b);

    if (!a_key != !b_key)
        return a_key ? -1 : 1;
    if (a_key != b_key)
        return a_key < b_key ? -1 : 1;
    return view_cmp(a, b);
}

static int number_vulnerabilities(struct build *build)
{
    uint32_t names = merge_count(build->merge);

    build->groups = calloc(names, sizeof(*build->groups));
    if (!build->groups)
        return error_memory(build->err);
    for (uint32_t group = 1; group < names; group++)
        if (build->index[group])
            build->groups[build->count++] = group;
    qsort_r(build->groups, build->count, sizeof(*build->groups), compare_groups, build->merge);
    memset(build->index, 0xff, names * sizeof(*build->index)); /* BUILD_NO_INDEX */
    for (size_t i = 0; i < build->count; i++)
        build->index[build->groups[i]] = (uint32_t)i;
    return 0;
}

/* ---- All of it ---- */

static void count(struct build *build)
{
    struct records_stats records = records_stats(build->records);

    build->stats->records = records.taken;
    build->stats->withdrawn = records.withdrawn;
    build->stats->duplicates = records.duplicates;
    build->stats->unknown = records.unknown;
    build->stats->vulnerabilities = build->info->vulnerabilities;
    build->stats->packages = build->info->packages;
    build->stats->statements = build->info->statements;
    build->stats->overruled = build->claims.overruled;
}

int build_database(struct records *records, struct enrich *enrich, struct vulndb_info *info,
                   const char *path, struct vulndb_build_stats *ret, struct error *err)
{
    struct vulndb_build_stats stats = {0};
    struct build build = {
        .records = records, .enrich = enrich, .info = info, .stats = &stats, .err = err};
    int r = init(&build);

    if (r == 0)
        r = records_finish(records, err);
    if (r == 0)
        r = find_subjects(&build);
    if (r == 0)
        r = find_claims(&build);
    if (r == 0)
        r = number_vulnerabilities(&build);
    if (r == 0)
        r = build_write_file(&build, path);
    if (r == 0) {
        count(&build);
        *ret = stats;
    }
    done(&build);
    return r;
}
