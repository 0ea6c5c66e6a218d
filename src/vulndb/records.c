#include "vulndb/records.h"

#include "vulndb/builder.h"
#include "vulndb/ecosystem.h"
#include "vulndb/merge.h"
#include "vulndb/record.h"
#include "vulndb/room.h"
#include "vulndb/statement.h"
#include "vulndb/summary.h"

struct kept {
    struct view bytes;
    struct view id, source; /* in the bytes */
    int64_t modified;
    bool withdrawn;
};

struct records {
    struct arena *arena;
    struct arena *scratch; /* for one record */
    struct kept *items;
    size_t count, room;
    struct records_stats stats;
};

enum { SCRATCH_LIMIT = 256 << 20 };

struct records *records_new(size_t limit)
{
    struct records *records = calloc(1, sizeof(*records));

    if (!records)
        return NULL;
    records->arena = arena_new(limit);
    records->scratch = arena_new(SCRATCH_LIMIT);
    if (records->arena && records->scratch)
        return records;
    records_free(records);
    return NULL;
}

void records_free(struct records *records)
{
    if (!records)
        return;
    arena_free(records->arena);
    arena_free(records->scratch);
    free(records->items);
    free(records);
}

/* ---- What is kept of a record ---- */

static bool bounds_fit(const struct advisory_affected *affected)
{
    for (size_t i = 0; i < affected->range_count; i++) {
        const struct advisory_range *range = &affected->ranges[i];

        if (range->introduced.len > STATEMENT_VERSION_LIMIT ||
            range->fixed.len > STATEMENT_VERSION_LIMIT ||
            range->last_affected.len > STATEMENT_VERSION_LIMIT)
            return false;
    }
    for (size_t i = 0; i < affected->version_count; i++)
        if (affected->versions[i].len > STATEMENT_VERSION_LIMIT)
            return false;
    return affected->range_count <= STATEMENT_RANGES_LIMIT &&
           affected->version_count <= STATEMENT_VERSIONS_LIMIT;
}

/* Some sources write states where a version belongs ("needed", "deferred"). A
 * distribution's version has a digit. */
static bool is_version(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
            return true;
    return false;
}

/* Clears the bounds that are no versions: words, and the "0" that is OSV's name
 * for the beginning. */
static int keep_bounds(struct records *records, struct advisory_affected *affected, bool system,
                       struct error *err)
{
    struct advisory_range *ranges =
        arena_array(records->scratch, affected->range_count, sizeof(*ranges));

    if (!ranges)
        return arena_failed(records->scratch, "an advisory record", err);
    for (size_t i = 0; i < affected->range_count; i++) {
        struct view *const bounds[] = {&ranges[i].introduced, &ranges[i].fixed,
                                       &ranges[i].last_affected};

        ranges[i] = affected->ranges[i];
        for (size_t j = 0; j < sizeof(bounds) / sizeof(bounds[0]); j++)
            if (system && !is_version(*bounds[j]))
                *bounds[j] = VIEW_EMPTY;
        if (view_eq(ranges[i].introduced, VIEW("0")))
            ranges[i].introduced = VIEW_EMPTY;
    }
    affected->ranges = ranges;
    return 0;
}

static int keep_affected(struct records *records, struct advisory *advisory, struct error *err)
{
    struct advisory_affected *kept =
        arena_array(records->scratch, advisory->affected_count, sizeof(*kept));
    size_t count = 0;

    if (!kept)
        return arena_failed(records->scratch, "an advisory record", err);
    for (size_t i = 0; i < advisory->affected_count; i++) {
        const struct advisory_affected *affected = &advisory->affected[i];
        const struct ecosystem *ecosystem = ecosystem_find(affected->ecosystem);
        int r;

        if (!ecosystem || affected->ecosystem.len > ECOSYSTEM_NAME_LIMIT ||
            !affected->package.len || affected->package.len > ECOSYSTEM_PACKAGE_LIMIT ||
            !bounds_fit(affected)) {
            records->stats.unknown++;
            continue;
        }
        kept[count] = *affected;
        r = keep_bounds(records, &kept[count], ecosystem->system, err);
        if (r < 0)
            return r;
        count++;
    }
    advisory->affected = kept;
    advisory->affected_count = count;
    return 0;
}

/* Of a summary advisory's description, the list items that name a CVE. */
static struct view keep_lines(struct view details, struct arena *arena)
{
    _cleanup_(buf_done) struct buf lines = BUF_INIT(RECORDS_DETAILS_KEPT);

    while (details.ptr && !lines.failed) {
        struct view line = view_trim(view_line(&details));

        if ((!view_starts(line, VIEW("* ")) && !view_starts(line, VIEW("- "))) ||
            view_find_view(line, VIEW("CVE-")) < 0)
            continue;
        buf_add(&lines, line);
        buf_add_char(&lines, '\n');
    }
    return arena_copy(arena, view_from(lines.ptr, lines.len));
}

static int keep_what_matters(struct records *records, struct advisory *advisory, struct error *err)
{
    if (advisory->withdrawn)
        advisory->affected_count = 0;
    if (advisory->upstream_count || advisory->alias_count > 1)
        advisory->details = view_find_view(advisory->details, VIEW("(CVE-")) >= 0
                                ? keep_lines(advisory->details, records->scratch)
                                : summary_sentence(advisory->details);
    else
        advisory->details = summary_sentence(advisory->details);
    if (advisory->title.len)
        advisory->title = view_sub(advisory->title, 0, RECORDS_TITLE_KEPT);
    advisory->details = view_sub(advisory->details, 0, RECORDS_DETAILS_KEPT);
    if (advisory->reference_count > RECORDS_REFERENCES_KEPT)
        advisory->reference_count = RECORDS_REFERENCES_KEPT;
    return keep_affected(records, advisory, err);
}

int records_add(struct records *records, const struct advisory *advisory, struct error *err)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(VULNDB_BUILDER_LIMIT);
    struct advisory kept = *advisory;
    struct kept *item;
    int r;

    if (!advisory->id.len || advisory->id.len > MERGE_NAME_LIMIT)
        return error_set(err, ERROR_INPUT, "an advisory's id has %zu bytes (1 to %d)",
                         advisory->id.len, MERGE_NAME_LIMIT);
    if (records->count >= VULNDB_RECORDS_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d advisories", VULNDB_RECORDS_LIMIT);
    arena_reset(records->scratch);
    r = keep_what_matters(records, &kept, err);
    if (r == 0)
        r = record_encode(&kept, &bytes, err);
    if (r == 0)
        r = room_for(&records->items, &records->room, records->count + 1, sizeof(*item), err);
    if (r < 0)
        return r;
    item = &records->items[records->count];
    *item = (struct kept){.modified = kept.modified, .withdrawn = kept.withdrawn};
    item->bytes = arena_copy(records->arena, buf_view(&bytes));
    r = arena_failed(records->arena, "the advisories", err);
    if (r < 0)
        return r;
    records->count++;
    records->stats.taken++;
    return 0;
}

/* ---- Order ---- */

static int compare_kept(const void *left, const void *right)
{
    const struct kept *a = left, *b = right;
    int order = view_cmp(a->id, b->id);

    if (order == 0)
        order = view_cmp(a->source, b->source);
    return order ? order : view_cmp(a->bytes, b->bytes);
}

static bool same_name(const struct kept *a, const struct kept *b)
{
    return view_eq(a->id, b->id) && view_eq(a->source, b->source);
}

/* The id and the source of each, from its bytes. */
static int read_names(struct records *records, struct error *err)
{
    for (size_t i = 0; i < records->count; i++) {
        struct advisory advisory;
        int r;

        arena_reset(records->scratch);
        r = records_get(records, i, records->scratch, &advisory, err);
        if (r < 0)
            return r;
        records->items[i].id = advisory.id;
        records->items[i].source = advisory.source;
    }
    return 0;
}

/* Keeps of the records start..end, which have one name, those that still hold. */
static size_t keep_valid(struct records *records, size_t start, size_t end, size_t kept)
{
    struct kept *items = records->items;
    bool withdrawn = false;
    int64_t when = INT64_MIN;
    size_t first = kept;

    for (size_t i = start; i < end; i++) {
        if (!items[i].withdrawn)
            continue;
        withdrawn = true;
        when = items[i].modified > when ? items[i].modified : when;
    }
    for (size_t i = start; i < end; i++) {
        bool gone = items[i].withdrawn || (withdrawn && items[i].modified <= when);

        if (gone)
            records->stats.withdrawn++;
        else if (kept > first && view_eq(items[kept - 1].bytes, items[i].bytes))
            records->stats.duplicates++;
        else
            items[kept++] = items[i];
    }
    return kept;
}

int records_finish(struct records *records, struct error *err)
{
    size_t kept = 0;
    int r = read_names(records, err);

    if (r < 0 || !records->count)
        return r;
    qsort(records->items, records->count, sizeof(*records->items), compare_kept);
    for (size_t start = 0, end; start < records->count; start = end) {
        for (end = start + 1;
             end < records->count && same_name(&records->items[start], &records->items[end]);)
            end++;
        kept = keep_valid(records, start, end, kept);
    }
    records->count = kept;
    return 0;
}

size_t records_count(const struct records *records)
{
    return records->count;
}

int records_get(const struct records *records, size_t i, struct arena *arena, struct advisory *ret,
                struct error *err)
{
    struct cursor from = cursor_of(records->items[i].bytes);

    return record_decode(&from, arena, ret, err);
}

bool records_is_repetition(const struct records *records, size_t i)
{
    return i > 0 && same_name(&records->items[i - 1], &records->items[i]);
}

struct records_stats records_stats(const struct records *records)
{
    return records->stats;
}
