#include "vulndb/import/osv-affected.h"

#include <stdlib.h>

#include "vulndb/import/osv-range.h"
#include "vulndb/import/place.h"

struct reader {
    struct arena *arena;
    struct import_tally *tally;
    struct json_value record;
    const struct advisory *advisory;
    struct view record_type; /* type of the record's own severity word: "Ubuntu" */
    size_t version_count;
    bool system;
    struct error *err;
};

/* One entry while it is read. */
struct entry {
    struct json_value value, package, ecosystem_specific, database_specific;
    struct place place;
    struct osv_ranges ranges;
    struct advisory_affected affected;
    struct view other_module; /* a title may name two, and not say whose a package is */
};

bool osv_is_vector(struct view text)
{
    return view_starts(text, VIEW("CVSS:")) || view_starts(text, VIEW("AV:"));
}

enum severity osv_severity_of_number(struct json_value score)
{
    struct view text = json_string(score);
    char digits[16], *end;
    double number;

    if (json_double(score, &number))
        return severity_of_score(number);
    if (!text.len || text.len >= sizeof(digits) || text.ptr[0] < '0' || text.ptr[0] > '9')
        return SEVERITY_UNKNOWN;
    memcpy(digits, text.ptr, text.len);
    digits[text.len] = '\0';
    number = strtod(digits, &end);
    return *end || number > 10 ? SEVERITY_UNKNOWN : severity_of_score(number);
}

enum severity osv_severity(struct json_value array, struct view *ret_type)
{
    for (struct json_iter i = json_iter(array); json_next(&i);) {
        struct json_value score = json_get(i.value, VIEW("score"));
        enum severity severity = SEVERITY_UNKNOWN;

        if (osv_is_vector(json_string(score)))
            continue;
        if (!severity_parse(json_string(score), &severity))
            severity = osv_severity_of_number(score);
        if (severity == SEVERITY_UNKNOWN)
            continue;
        if (ret_type)
            *ret_type = json_get_string(i.value, VIEW("type"));
        return severity;
    }
    return SEVERITY_UNKNOWN;
}

/* ---- Package and place ---- */

/* The ecosystem of a package URL, for records that give only that. */
static struct view ecosystem_of_purl(struct view purl)
{
    static const struct {
        struct view type, ecosystem;
    } types[] = {
        {VIEW("pypi"), VIEW("PyPI")},       {VIEW("npm"), VIEW("npm")},
        {VIEW("golang"), VIEW("Go")},       {VIEW("maven"), VIEW("Maven")},
        {VIEW("gem"), VIEW("RubyGems")},    {VIEW("nuget"), VIEW("NuGet")},
        {VIEW("cargo"), VIEW("crates.io")}, {VIEW("composer"), VIEW("Packagist")},
        {VIEW("bitnami"), VIEW("Bitnami")}, {VIEW("hex"), VIEW("Hex")},
        {VIEW("pub"), VIEW("Pub")},         {VIEW("hackage"), VIEW("Hackage")},
        {VIEW("cran"), VIEW("CRAN")},
    };
    struct view rest = view_strip_prefix(purl, VIEW("pkg:")), type = view_cut(&rest, '/');

    for (size_t i = 0; rest.ptr && i < sizeof(types) / sizeof(types[0]); i++)
        if (view_eq_nocase(type, types[i].type))
            return types[i].ecosystem;
    return VIEW_EMPTY;
}

/* The value of a qualifier, "rpmmod" of "...?arch=src&rpmmod=nodejs:18". */
static struct view purl_qualifier(struct view purl, struct view key)
{
    view_cut(&purl, '?');
    purl = view_cut(&purl, '#');
    while (purl.ptr) {
        struct view value = view_cut(&purl, '&'), name = view_cut(&value, '=');

        if (view_eq(name, key))
            return value;
    }
    return VIEW_EMPTY;
}

static bool read_package(struct reader *reader, struct entry *entry)
{
    struct view ecosystem = json_get_string(entry->package, VIEW("ecosystem"));
    struct view name = json_get_string(entry->package, VIEW("name"));
    struct view purl = json_get_string(entry->package, VIEW("purl"));
    bool source = view_eq(purl_qualifier(purl, VIEW("arch")), VIEW("source"));
    bool binary =
        view_eq(json_get_string(entry->database_specific, VIEW("name_is")), VIEW("binary package"));

    if (!ecosystem.len)
        ecosystem = ecosystem_of_purl(purl);
    if (!ecosystem.len || !name.len)
        return false;
    if (!place_of_osv(ecosystem, reader->arena, &entry->place)) {
        tally_unknown(reader->tally, ecosystem, 1);
        return false;
    }
    reader->system = reader->system || entry->place.family->system;
    entry->affected.ecosystem = entry->place.ecosystem;
    entry->affected.package = place_package(&entry->place, name, reader->arena);
    if (!entry->affected.package.len)
        return false;
    if ((entry->place.family->by_source || source) && !binary)
        entry->affected.flags |= AFFECTED_BY_SOURCE;
    return true;
}

/* ---- Ranges and versions ---- */

static int read_events(struct reader *reader, struct json_value events, struct entry *entry)
{
    static const struct {
        struct view key;
        enum osv_event_kind kind;
    } kinds[] = {
        {VIEW("introduced"), OSV_INTRODUCED},
        {VIEW("fixed"), OSV_FIXED},
        {VIEW("last_affected"), OSV_LAST_AFFECTED},
        {VIEW("limit"), OSV_LIMIT},
    };
    struct osv_event list[OSV_EVENTS_LIMIT];
    size_t count = 0;

    for (struct json_iter i = json_iter(events); json_next(&i);)
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
            struct view version = json_get_string(i.value, kinds[k].key);

            if (!version.len)
                continue;
            if (count == OSV_EVENTS_LIMIT)
                return error_set(reader->err, ERROR_LIMIT, "OSV: a range has more than %d events",
                                 OSV_EVENTS_LIMIT);
            list[count++] = (struct osv_event){kinds[k].kind, version};
        }
    if (!osv_range_add(list, count, entry->place.family->scheme, reader->arena, &entry->ranges))
        return error_memory(reader->err);
    return 0;
}

static int read_ranges(struct reader *reader, struct entry *entry)
{
    int r = 0;

    for (struct json_iter i = json_iter(json_get(entry->value, VIEW("ranges")));
         r == 0 && json_next(&i);) {
        struct view type = json_get_string(i.value, VIEW("type"));

        if (view_eq(type, VIEW("ECOSYSTEM")) || view_eq(type, VIEW("SEMVER")))
            r = read_events(reader, json_get(i.value, VIEW("events")), entry);
    }
    entry->affected.ranges = entry->ranges.items;
    entry->affected.range_count = entry->ranges.count;
    return r;
}

/* Exact versions, without those that a range has: the lists repeat the ranges,
 * and are by far the largest part of some feeds. */
static int read_versions(struct reader *reader, struct entry *entry)
{
    struct view *versions = NULL;
    size_t count = 0;

    for (struct json_iter i = json_iter(json_get(entry->value, VIEW("versions"))); json_next(&i);) {
        struct view version = json_string(i.value), *added;

        if (++reader->version_count > OSV_VERSIONS_LIMIT)
            return error_set(reader->err, ERROR_LIMIT, "OSV: more than %d versions",
                             OSV_VERSIONS_LIMIT);
        if (!version.len || osv_ranges_hold(&entry->ranges, entry->place.family->scheme, version))
            continue;
        added = arena_push(reader->arena, &versions, &count, sizeof(*versions));
        if (!added)
            return error_memory(reader->err);
        *added = version;
    }
    entry->affected.versions = versions;
    entry->affected.version_count = count;
    return 0;
}

/* ---- Status, severity, module ---- */

static bool speaks_of_end_of_life(struct view note)
{
    return view_find_view(note, VIEW("end of life")) >= 0 ||
           view_find_view(note, VIEW("end-of-life")) >= 0 ||
           view_find_view(note, VIEW("end of standard support")) >= 0 ||
           view_find_view(note, VIEW("out of standard support")) >= 0;
}

/* Ubuntu's words. False: the package doesn't exist there. */
static bool read_tracker_status(struct entry *entry)
{
    static const struct {
        struct view word;
        enum advisory_status status;
    } words[] = {
        {VIEW("needs-triage"), ADVISORY_INVESTIGATING},
        {VIEW("active"), ADVISORY_INVESTIGATING},
        {VIEW("ignored"), ADVISORY_WILL_NOT_FIX},
        {VIEW("end of life"), ADVISORY_END_OF_LIFE},
        {VIEW("end-of-life"), ADVISORY_END_OF_LIFE},
        {VIEW("not-affected"), ADVISORY_NOT_AFFECTED},
    };
    struct view word = json_get_string(entry->database_specific, VIEW("uct_status"));
    struct view note = json_get_string(entry->database_specific, VIEW("uct_note"));

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (view_eq(word, words[i].word))
            entry->affected.status = words[i].status;
    if (entry->affected.status == ADVISORY_WILL_NOT_FIX && speaks_of_end_of_life(note))
        entry->affected.status = ADVISORY_END_OF_LIFE;
    return !view_eq(word, VIEW("DNE"));
}

static void read_urgency(struct entry *entry)
{
    struct view urgency = json_get_string(entry->ecosystem_specific, VIEW("urgency"));

    while (view_ends(urgency, VIEW("*"))) /* "low**": how it was rated */
        urgency.len--;
    if (view_eq(urgency, VIEW("end-of-life")))
        entry->affected.status = ADVISORY_END_OF_LIFE;
    severity_parse(urgency, &entry->affected.severity);
}

/* "fixed": "0" from the beginning on leaves nothing affected. */
static bool ranges_say_not_affected(const struct entry *entry)
{
    for (size_t i = 0; i < entry->ranges.count; i++)
        if (entry->ranges.items[i].introduced.len ||
            !view_eq(entry->ranges.items[i].fixed, VIEW("0")))
            return false;
    return entry->ranges.count > 0 && entry->affected.version_count == 0;
}

static bool read_status(struct entry *entry)
{
    bool exists = read_tracker_status(entry);

    read_urgency(entry);
    if (ranges_say_not_affected(entry))
        entry->affected.status = ADVISORY_NOT_AFFECTED;
    if (entry->affected.status == ADVISORY_NOT_AFFECTED) {
        entry->affected.range_count = 0;
        entry->affected.version_count = 0;
        return exists;
    }
    return exists && (entry->affected.range_count || entry->affected.version_count);
}

static struct view find_vector(struct json_value array)
{
    static const struct view types[] = {VIEW("CVSS_V4"), VIEW("CVSS_V3"), VIEW("CVSS_V2")};

    for (size_t type = 0; type < sizeof(types) / sizeof(types[0]); type++)
        for (struct json_iter i = json_iter(array); json_next(&i);)
            if (view_eq(json_get_string(i.value, VIEW("type")), types[type]) &&
                osv_is_vector(json_get_string(i.value, VIEW("score"))))
                return json_get_string(i.value, VIEW("score"));
    return VIEW_EMPTY;
}

/* The word of the record counts as the distribution's own where it is typed
 * with its name ("Ubuntu"), or stands in its title ("Important: ..."). */
static void read_severity(struct reader *reader, struct entry *entry)
{
    struct json_value array = json_get(entry->value, VIEW("severity"));
    struct view vendor = entry->place.family->vendor;
    struct view vector = json_get_string(entry->database_specific, VIEW("cvss"));

    entry->affected.cvss = find_vector(array);
    if (!entry->affected.cvss.len && osv_is_vector(vector))
        entry->affected.cvss = vector;
    if (entry->affected.severity == SEVERITY_UNKNOWN)
        entry->affected.severity = osv_severity(array, NULL);
    if (entry->affected.severity == SEVERITY_UNKNOWN && vendor.len &&
        (!reader->record_type.len || view_eq_nocase(reader->record_type, vendor)))
        entry->affected.severity = reader->advisory->severity;
    if (!vendor.len)
        entry->affected.severity = SEVERITY_UNKNOWN;
    if (entry->affected.severity != SEVERITY_UNKNOWN)
        entry->affected.severity_source = vendor;
}

/* The next of "virt:rhel and virt-devel:rhel security update"; empty when there
 * is none left. */
static struct view next_module(struct view *title)
{
    struct view word;

    while ((word = view_word(title)).len) {
        ptrdiff_t colon = view_find(word, ':');

        word = view_strip_suffix(word, VIEW(","));
        if (colon > 0 && (size_t)colon + 1 < word.len)
            return word;
    }
    return VIEW_EMPTY;
}

static bool is_modular(const struct entry *entry)
{
    for (size_t i = 0; i < entry->ranges.count; i++)
        if (view_find_view(entry->ranges.items[i].fixed, VIEW(".module")) >= 0)
            return true;
    return false;
}

static void read_module(struct reader *reader, struct entry *entry)
{
    struct view purl = json_get_string(entry->package, VIEW("purl"));
    struct view title = reader->advisory->title;

    if (entry->place.family->scheme != VERSION_RPM)
        return;
    entry->affected.module = purl_qualifier(purl, VIEW("rpmmod"));
    if (entry->affected.module.len || !is_modular(entry))
        return;
    entry->affected.module = next_module(&title);
    entry->other_module = next_module(&title);
}

/* 1 when the entry says something, 0 when not. */
static int read_entry(struct reader *reader, struct json_value value, struct entry *entry)
{
    int r;

    *entry = (struct entry){
        .value = value,
        .package = json_get(value, VIEW("package")),
        .ecosystem_specific = json_get(value, VIEW("ecosystem_specific")),
        .database_specific = json_get(value, VIEW("database_specific")),
    };
    if (!read_package(reader, entry))
        return 0;
    r = read_ranges(reader, entry);
    if (r == 0)
        r = read_versions(reader, entry);
    if (r < 0 || !read_status(entry))
        return r;
    read_severity(reader, entry);
    read_module(reader, entry);
    return 1;
}

int osv_read_affected(struct json_value record, struct arena *arena, struct import_tally *tally,
                      struct advisory *to, bool *ret_system, struct error *err)
{
    struct json_value array = json_get(record, VIEW("affected"));
    struct reader reader = {
        .arena = arena, .tally = tally, .record = record, .advisory = to, .err = err};
    struct advisory_affected *list = arena_array(arena, json_count(array) * 2, sizeof(*list));
    struct entry entry;
    int r = 0;

    if (json_count(array) > OSV_AFFECTED_LIMIT)
        return error_set(err, ERROR_LIMIT, "OSV: more than %d affected packages",
                         OSV_AFFECTED_LIMIT);
    osv_severity(json_get(record, VIEW("severity")), &reader.record_type);
    for (struct json_iter i = json_iter(array); list && r >= 0 && json_next(&i);) {
        r = read_entry(&reader, i.value, &entry);
        if (r <= 0)
            continue;
        list[to->affected_count++] = entry.affected;
        entry.affected.module = entry.other_module;
        if (entry.other_module.len)
            list[to->affected_count++] = entry.affected;
    }
    to->affected = list;
    *ret_system = reader.system;
    return r < 0 ? r : 0;
}
