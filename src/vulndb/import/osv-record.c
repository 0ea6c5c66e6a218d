#include "vulndb/import/osv-record.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "vulndb/import/cut-text.h"
#include "vulndb/import/importer.h"
#include "vulndb/import/osv-affected.h"
#include "vulndb/import/title.h"

enum { VECTORS_KEPT = 8 };

/* The types of references, the most telling first; others come behind. */
static const struct view reference_types[] = {
    VIEW("ADVISORY"), VIEW("FIX"),      VIEW("REPORT"),     VIEW("ARTICLE"),
    VIEW("WEB"),      VIEW("EVIDENCE"), VIEW("DISCUSSION"), VIEW("DETECTION"),
};
enum { REFERENCE_TYPES = sizeof(reference_types) / sizeof(reference_types[0]) };

static struct view *copy_strings(struct json_value array, struct arena *arena, size_t *ret_count)
{
    struct view *strings = arena_array(arena, json_count(array), sizeof(*strings));

    *ret_count = 0;
    for (struct json_iter i = json_iter(array); strings && json_next(&i);)
        if (json_string(i.value).len)
            strings[(*ret_count)++] = json_string(i.value);
    return strings;
}

static int64_t read_date(struct json_value record, struct view key)
{
    int64_t seconds;

    /* "0001-01-01T00:00:00Z" is Go's way to say nothing. */
    return clock_parse_rfc3339(json_get_string(record, key), &seconds) && seconds > 0 ? seconds : 0;
}

static size_t reference_rank(struct json_value reference)
{
    struct view type = json_get_string(reference, VIEW("type"));
    size_t rank = 0;

    while (rank < REFERENCE_TYPES && !view_eq(type, reference_types[rank]))
        rank++;
    return rank;
}

static void read_references(struct json_value array, struct arena *arena, struct advisory *to)
{
    struct view *urls = arena_array(arena, OSV_REFERENCES_KEPT, sizeof(*urls));
    size_t count = 0;

    for (size_t rank = 0; urls && rank <= REFERENCE_TYPES; rank++)
        for (struct json_iter i = json_iter(array); count < OSV_REFERENCES_KEPT && json_next(&i);) {
            struct view url = json_get_string(i.value, VIEW("url"));

            if (url.len && reference_rank(i.value) == rank)
                urls[count++] = url;
        }
    to->references = urls;
    to->reference_count = urls ? count : 0;
}

/* Vectors, newest standard first, and the word or number that is none. */
static void read_severities(struct json_value array, struct arena *arena, struct advisory *to)
{
    static const struct view types[] = {VIEW("CVSS_V4"), VIEW("CVSS_V3"), VIEW("CVSS_V2")};
    struct view *vectors = arena_array(arena, VECTORS_KEPT, sizeof(*vectors));
    size_t count = 0;

    for (size_t type = 0; vectors && type < sizeof(types) / sizeof(types[0]); type++)
        for (struct json_iter i = json_iter(array); count < VECTORS_KEPT && json_next(&i);)
            if (view_eq(json_get_string(i.value, VIEW("type")), types[type]) &&
                osv_is_vector(json_get_string(i.value, VIEW("score"))))
                vectors[count++] = json_get_string(i.value, VIEW("score"));
    to->cvss = vectors;
    to->cvss_count = vectors ? count : 0;
    to->severity = osv_severity(array, NULL);
}

/* GHSA and others: {"severity": "MODERATE"}; numbers where a source was
 * converted: {"cvss_v3_score": "7.5"}. */
static void read_database_word(struct json_value specific, struct advisory *to)
{
    if (to->severity == SEVERITY_UNKNOWN)
        severity_parse(json_get_string(specific, VIEW("severity")), &to->severity);
    if (to->severity == SEVERITY_UNKNOWN && to->cvss_count == 0)
        to->severity = osv_severity_of_number(json_get(specific, VIEW("cvss_v3_score")));
}

static void read_text(struct json_value record, struct arena *arena, struct advisory *to)
{
    to->id = json_get_string(record, VIEW("id"));
    to->source = view_of(importer_osv.name);
    to->title = view_trim(json_get_string(record, VIEW("summary")));
    if (!to->title.len)
        to->details =
            cut_text(view_trim(json_get_string(record, VIEW("details"))), OSV_DETAILS_KEPT);
    to->aliases = copy_strings(json_get(record, VIEW("aliases")), arena, &to->alias_count);
    to->published = read_date(record, VIEW("published"));
    to->modified = read_date(record, VIEW("modified"));
    to->withdrawn = json_get_string(record, VIEW("withdrawn")).len > 0;
    read_references(json_get(record, VIEW("references")), arena, to);
    read_severities(json_get(record, VIEW("severity")), arena, to);
    read_database_word(json_get(record, VIEW("database_specific")), to);
    to->title = title_clean(to->title, to->id, &to->severity);
}

/* What the advisory fixes: `upstream`; before OSV had that, distributions
 * listed it in `related`. Elsewhere `related` is only similar. */
static void read_upstream(struct json_value record, bool system, struct arena *arena,
                          struct advisory *to)
{
    to->upstream = copy_strings(json_get(record, VIEW("upstream")), arena, &to->upstream_count);
    if (to->upstream_count == 0 && system)
        to->upstream = copy_strings(json_get(record, VIEW("related")), arena, &to->upstream_count);
}

/* Distributions publish bug fixes and enhancements beside security advisories;
 * without a vulnerability they are none of ours. */
static bool is_plain_erratum(const struct advisory *advisory)
{
    static const struct view prefixes[] = {
        VIEW("ALBA-"), VIEW("ALEA-"), VIEW("RLBA-"), VIEW("RLEA-"),    VIEW("RHBA-"),
        VIEW("RHEA-"), VIEW("ELBA-"), VIEW("ELEA-"), VIEW("SUSE-RU-"), VIEW("SUSE-FU-"),
    };

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (view_starts(advisory->id, prefixes[i]))
            return advisory->upstream_count == 0 && advisory->alias_count == 0;
    return false;
}

static int check(struct json_value record, struct error *err)
{
    struct view version = json_get_string(record, VIEW("schema_version"));

    if (json_type(record) != JSON_OBJECT)
        return error_set(err, ERROR_INPUT, "OSV: the record is no object");
    if (!json_get_string(record, VIEW("id")).len)
        return error_set(err, ERROR_INPUT, "OSV: the record has no id");
    if (version.len && !view_starts(version, VIEW("1.")))
        return error_set(err, ERROR_INPUT, "OSV: schema version %.*s is not known (1.x is)",
                         VIEW_ARG(version));
    return 0;
}

int osv_import_record(struct json_value record, struct view where, struct arena *arena,
                      struct import_sink *sink, struct error *err)
{
    struct error why = ERROR_INIT;
    struct advisory advisory = {0};
    bool system = false;
    int r;

    arena_reset(arena);
    r = check(record, &why);
    if (r == 0)
        read_text(record, arena, &advisory);
    if (r == 0 && !advisory.withdrawn)
        r = osv_read_affected(record, arena, &sink->tally, &advisory, &system, &why);
    if (r == 0 && !advisory.withdrawn)
        read_upstream(record, system, arena, &advisory);
    if (r == 0)
        r = arena_failed(arena, "the record", &why);
    if (r < 0) {
        tally_broken(&sink->tally, where, &why);
        return 0;
    }
    if (!advisory.withdrawn && (!advisory.affected_count || is_plain_erratum(&advisory))) {
        sink->tally.unusable++;
        return 0;
    }
    return import_advisory(sink, &advisory, err);
}
