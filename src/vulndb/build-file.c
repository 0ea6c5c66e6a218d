#include "vulndb/build-state.h"
#include "vulndb/details.h"
#include "vulndb/meta.h"
#include "vulndb/room.h"

enum { SUMMARIES_READ = 64 }; /* of one vulnerability, for its details */

/* ---- Packages ---- */

/* The number that a text has in the database's string table. */
static int string_number(struct build *build, uint32_t text, uint32_t *ret)
{
    return intern_add(build->strings, intern_get(build->claims.texts, text), ret, build->err);
}

/* Packs the claims start..end, which are of one package and one body. */
static int pack_statement(struct build *build, size_t start, size_t end, struct buf *to)
{
    const struct claim *items = build->claims.items;
    struct claim_body body = claims_body(&build->claims, items[start].body);
    _cleanup_free_ uint32_t *indexes = calloc(end - start, sizeof(*indexes));
    struct statement_parts parts = {
        .status = (enum advisory_status)body.status,
        .flags = body.flags,
        .severity = (enum severity)body.severity,
        .cvss = intern_get(build->claims.texts, body.cvss),
        .erratum = intern_get(build->claims.texts, body.erratum),
        .bounds = intern_get(build->claims.texts, body.bounds),
        .vulnerabilities = indexes,
        .vulnerability_count = end - start,
    };
    int r = indexes ? 0 : error_memory(build->err);

    if (r == 0)
        r = string_number(build, body.severity_source, &parts.severity_source);
    if (r == 0)
        r = string_number(build, body.arch, &parts.arch);
    if (r == 0)
        r = string_number(build, body.module, &parts.module);
    if (r < 0)
        return r;
    for (size_t i = start; i < end; i++)
        indexes[i - start] = build->index[items[i].group];
    to->len = 0;
    statement_pack(&parts, to);
    return buf_failed(to, "a statement", build->err);
}

static int write_package(struct build *build, size_t start, size_t end)
{
    const struct claim *items = build->claims.items;
    _cleanup_(buf_done) struct buf statement = BUF_INIT(BUILD_VALUE_LIMIT);
    _cleanup_(buf_done) struct buf list = BUF_INIT(BUILD_VALUE_LIMIT);
    struct view key = claims_package(&build->claims, items[start].package), rest = key;
    uint32_t ignored;
    size_t count = 0;
    int r = intern_add(build->families, view_cut(&rest, '\0'), &ignored, build->err);

    for (size_t from = start, to; from < end && r == 0; from = to, count++) {
        for (to = from + 1; to < end && items[to].body == items[from].body;)
            to++;
        r = pack_statement(build, from, to, &statement);
        buf_add_bytes(&list, buf_view(&statement));
    }
    build->value.len = 0;
    buf_add_varint(&build->value, count);
    buf_add(&build->value, buf_view(&list));
    if (r == 0)
        r = list.failed ? buf_failed(&list, "a package's statements", build->err)
                        : buf_failed(&build->value, "a package's statements", build->err);
    if (r == 0)
        r = store_put(build->writer, STORE_PACKAGES, key, buf_view(&build->value), build->err);
    build->info->packages++;
    build->info->statements += count;
    return r;
}

static int write_packages(struct build *build)
{
    const struct claims *claims = &build->claims;
    int r = 0;

    claims_sort(&build->claims, build->index);
    for (size_t start = 0, end; start < claims->count && r == 0; start = end) {
        for (end = start + 1;
             end < claims->count && claims->items[end].package == claims->items[start].package;)
            end++;
        r = write_package(build, start, end);
    }
    return r;
}

/* ---- Vulnerabilities ---- */

static int compare_mentions(const void *left, const void *right)
{
    const struct mention *a = left, *b = right;

    if (a->index != b->index)
        return a->index < b->index ? -1 : 1;
    if (a->summary != b->summary)
        return a->summary ? 1 : -1;
    return a->record < b->record ? -1 : a->record > b->record;
}

static int add_id(struct build *build, uint32_t name, uint32_t index)
{
    int r = room_for(&build->ids, &build->id_room, build->id_count + 1, sizeof(*build->ids),
                     build->err);

    if (r == 0)
        build->ids[build->id_count++] = (struct id_row){name, index};
    return r;
}

static int add_mentions(struct build *build, size_t record)
{
    struct subject subject = subjects_of(build->subjects, record);

    for (size_t i = 0; i < subject.count; i++) {
        uint32_t index = build->index[subject.groups[i]];
        int r;

        if (index == BUILD_NO_INDEX)
            continue;
        r = room_for(&build->mentions, &build->mention_room, build->mention_count + 1,
                     sizeof(*build->mentions), build->err);
        if (r < 0)
            return r;
        build->mentions[build->mention_count++] =
            (struct mention){index, (uint32_t)record, !subject.direct};
        if (!subject.direct)
            r = add_id(build, subject.name, index);
        if (r < 0)
            return r;
    }
    return 0;
}

static int find_mentions(struct build *build)
{
    int r = 0;

    for (size_t i = 0; i < records_count(build->records) && r == 0; i++)
        r = add_mentions(build, i);
    if (r == 0 && build->mention_count)
        qsort(build->mentions, build->mention_count, sizeof(*build->mentions), compare_mentions);
    return r;
}

/* Merges what the mentions start..end say, which are of one vulnerability. */
static int merge_details(struct build *build, size_t start, size_t end, struct details *details)
{
    size_t summaries = 0;

    for (size_t i = start; i < end; i++) {
        const struct mention *mention = &build->mentions[i];
        struct advisory record;
        int r;

        if (mention->summary && ++summaries > SUMMARIES_READ)
            break;
        r = build_read_record(build, mention->record, &record);
        if (r < 0)
            return r;
        details_take(details, &record, !mention->summary);
    }
    return 0;
}

static int write_vulnerability(struct build *build, uint32_t index, size_t start, size_t end)
{
    uint32_t group = build->groups[index], source;
    struct view aliases[DETAILS_ALIASES];
    struct details details;
    size_t members, alias_count = 0;
    const uint32_t *names = merge_members(build->merge, group, &members);
    int r = 0;

    details_init(&details, merge_spelling(build->merge, group));
    for (size_t i = 0; i < members && r == 0; i++) {
        if (i > 0 && alias_count < DETAILS_ALIASES)
            aliases[alias_count++] = merge_spelling(build->merge, names[i]);
        r = add_id(build, names[i], index);
    }
    if (r == 0)
        r = merge_details(build, start, end, &details);
    if (r == 0)
        r = intern_add(build->strings, details.severity_source, &source, build->err);
    if (r < 0)
        return r;
    build->value.len = 0;
    details_pack(&details, aliases, alias_count, source, &build->value);
    r = buf_failed(&build->value, "a vulnerability", build->err);
    if (r < 0)
        return r;
    return store_put_number(build->writer, STORE_VULNERABILITIES, index, buf_view(&build->value),
                            build->err);
}

static int write_vulnerabilities(struct build *build)
{
    size_t start = 0, end;
    int r = find_mentions(build);

    for (uint32_t index = 0; index < build->count && r == 0; index++, start = end) {
        for (end = start; end < build->mention_count && build->mentions[end].index == index;)
            end++;
        r = write_vulnerability(build, index, start, end);
    }
    build->info->vulnerabilities = build->count;
    return r;
}

/* ---- Ids ---- */

static int compare_ids(const void *left, const void *right, void *context)
{
    const struct id_row *a = left, *b = right;
    const struct merge *merge = context;

    if (a->name != b->name)
        return view_cmp(merge_key(merge, a->name), merge_key(merge, b->name));
    return a->index < b->index ? -1 : a->index > b->index;
}

static int write_ids(struct build *build)
{
    const struct id_row *ids = build->ids;
    int r = 0;

    if (build->id_count)
        qsort_r(build->ids, build->id_count, sizeof(*build->ids), compare_ids, build->merge);
    for (size_t start = 0, end; start < build->id_count && r == 0; start = end) {
        build->value.len = 0;
        for (end = start; end < build->id_count && ids[end].name == ids[start].name; end++)
            if (end == start || ids[end].index != ids[end - 1].index)
                buf_add_u32(&build->value, ids[end].index);
        r = buf_failed(&build->value, "an id", build->err);
        if (r == 0)
            r = store_put(build->writer, STORE_IDS, merge_key(build->merge, ids[start].name),
                          buf_view(&build->value), build->err);
    }
    return r;
}

/* ---- Meta ---- */

static int put_meta(struct build *build, const char *key)
{
    int r = buf_failed(&build->value, key, build->err);

    if (r == 0)
        r = store_put(build->writer, STORE_META, view_of(key), buf_view(&build->value), build->err);
    buf_reset(&build->value);
    return r;
}

static void pack_intern(const struct intern *table, struct buf *to)
{
    buf_add_varint(to, intern_count(table));
    for (uint32_t i = 0; i < intern_count(table); i++)
        buf_add_bytes(to, intern_get(table, i));
}

/* In the order of their keys. */
static int write_meta(struct build *build)
{
    int r;

    buf_reset(&build->value);
    pack_intern(build->families, &build->value);
    r = put_meta(build, META_ECOSYSTEMS);
    enrich_pack_scores(build->enrich, &build->value);
    if (r == 0)
        r = put_meta(build, META_EPSS);
    meta_pack_info(build->info, &build->value);
    if (r == 0)
        r = put_meta(build, META_INFO);
    enrich_pack_exploits(build->enrich, &build->value);
    if (r == 0)
        r = put_meta(build, META_KEV);
    pack_intern(build->strings, &build->value);
    return r < 0 ? r : put_meta(build, META_STRINGS);
}

int build_write_file(struct build *build, const char *path)
{
    int r = store_writer_new(path, &build->writer, build->err);

    if (r == 0)
        r = write_packages(build);
    if (r == 0)
        r = write_vulnerabilities(build);
    if (r == 0)
        r = write_ids(build);
    if (r == 0)
        r = write_meta(build);
    if (r == 0)
        r = store_writer_commit(build->writer, VULNDB_SCHEMA, &build->stats->file_bytes,
                                build->err);
    return r;
}
