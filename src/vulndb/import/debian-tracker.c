/* Debian's security tracker: one JSON document,
 *
 *     {"glibc": {"CVE-2023-4911": {"description": "...", "scope": "local",
 *       "releases": {"bookworm": {"status": "resolved",
 *         "repositories": {"bookworm": "2.36-9+deb12u3"},
 *         "fixed_version": "2.36-9+deb12u3", "urgency": "high"}}}}}
 *
 * keyed by source package. Of an open issue, `nodsa` says why there is no
 * advisory and `nodsa_reason` whether it is "ignored" or "postponed". Version
 * "0" means that the release was never affected. `repositories` (what is in
 * the archive) adds nothing to that. */
#include "base/arena.h"
#include "base/hash.h"
#include "codec/json.h"
#include "vulndb/import/importer.h"
#include "vulndb/import/place.h"

enum {
    ARENA_LIMIT = 16 << 20, /* bytes for one package */
    RELEASES_LIMIT = 64,    /* of one issue */
};

struct tracker {
    struct import_sink *sink;
    struct arena *arena;       /* reset for each package */
    struct arena *names;       /* of releases */
    struct hash_map *releases; /* codename -> struct place; known ones only */
    struct error *err;
};

static bool sniff(const struct import_input *input, struct view head)
{
    (void)input;
    return view_starts(view_trim(head), VIEW("{")) &&
           view_find_view(head, VIEW("\"releases\"")) >= 0 &&
           view_find_view(head, VIEW("\"urgency\"")) >= 0 &&
           view_find_view(head, VIEW("\"status\"")) >= 0;
}

static const struct place *find_release(struct tracker *tracker, struct view codename)
{
    struct place *place = hash_map_get(tracker->releases, codename);

    if (place)
        return place;
    place = arena_alloc(tracker->names, sizeof(*place));
    if (!place || !place_of_release(VIEW("debian"), codename, tracker->names, place))
        return NULL;
    hash_map_put(tracker->releases, arena_copy(tracker->names, codename), place);
    return place;
}

/* "low**" and "medium*" carry marks of who rated. */
static struct view strip_marks(struct view urgency)
{
    while (view_ends(urgency, VIEW("*")))
        urgency.len--;
    return urgency;
}

static enum advisory_status open_status(struct json_value release, struct view urgency)
{
    if (view_eq(urgency, VIEW("end-of-life")) ||
        view_eq(json_get_string(release, VIEW("nodsa_reason")), VIEW("end-of-life")))
        return ADVISORY_END_OF_LIFE;
    if (view_eq(json_get_string(release, VIEW("nodsa_reason")), VIEW("ignored")))
        return ADVISORY_WILL_NOT_FIX;
    return ADVISORY_AFFECTED;
}

static bool read_status(struct json_value release, struct advisory_affected *affected,
                        struct advisory_range *range)
{
    struct view status = json_get_string(release, VIEW("status"));
    struct view fixed = json_get_string(release, VIEW("fixed_version"));
    struct view urgency = strip_marks(json_get_string(release, VIEW("urgency")));

    severity_parse(urgency, &affected->severity);
    if (affected->severity != SEVERITY_UNKNOWN)
        affected->severity_source = VIEW("debian");
    affected->ranges = range;
    affected->range_count = 1;
    if (view_eq(status, VIEW("resolved")) && view_eq(fixed, VIEW("0"))) {
        affected->status = ADVISORY_NOT_AFFECTED;
        affected->range_count = 0;
        return true;
    }
    if (view_eq(status, VIEW("resolved")) && fixed.len) {
        range->fixed = fixed;
        return true;
    }
    if (view_eq(status, VIEW("undetermined")))
        affected->status = ADVISORY_INVESTIGATING;
    else
        affected->status = open_status(release, urgency);
    return view_eq(status, VIEW("open")) || view_eq(status, VIEW("undetermined"));
}

static size_t read_releases(struct tracker *tracker, struct json_value releases,
                            struct view package, struct advisory_affected *affected,
                            struct advisory_range *ranges)
{
    size_t count = 0;

    for (struct json_iter i = json_iter(releases); count < RELEASES_LIMIT && json_next(&i);) {
        const struct place *place = find_release(tracker, i.key);

        affected[count] = (struct advisory_affected){.flags = AFFECTED_BY_SOURCE};
        ranges[count] = (struct advisory_range){0};
        if (!place) {
            _cleanup_free_ char *name = NULL;

            if (asprintf(&name, "debian:%.*s", VIEW_ARG(i.key)) >= 0)
                tally_unknown(&tracker->sink->tally, view_of(name), 1);
            continue;
        }
        affected[count].ecosystem = place->ecosystem;
        affected[count].package = place_package(place, package, tracker->arena);
        if (affected[count].package.len && read_status(i.value, &affected[count], &ranges[count]))
            count++;
        else
            tally_problem(&tracker->sink->tally, "%.*s: unknown status \"%.*s\"", VIEW_ARG(package),
                          VIEW_ARG(json_get_string(i.value, VIEW("status"))));
    }
    return count;
}

static int import_issue(struct tracker *tracker, struct view package, struct view id,
                        struct json_value issue)
{
    struct advisory_affected affected[RELEASES_LIMIT];
    struct advisory_range ranges[RELEASES_LIMIT];
    struct advisory advisory = {
        .id = id,
        .source = view_of(importer_debian_tracker.name),
        .details = json_get_string(issue, VIEW("description")),
        .affected = affected,
    };
    struct json_value releases = json_get(issue, VIEW("releases"));

    if (json_type(releases) != JSON_OBJECT || !id.len) {
        tracker->sink->tally.broken++;
        tally_problem(&tracker->sink->tally, "%.*s: %.*s has no releases", VIEW_ARG(package),
                      VIEW_ARG(id));
        return 0;
    }
    advisory.affected_count = read_releases(tracker, releases, package, affected, ranges);
    if (!advisory.affected_count) {
        tracker->sink->tally.unusable++;
        return 0;
    }
    return import_advisory(tracker->sink, &advisory, tracker->err);
}

static int import_package(struct tracker *tracker, struct view package, struct json_value issues)
{
    int r = 0;

    import_note(tracker->sink, package);
    arena_reset(tracker->arena);
    for (struct json_iter i = json_iter(issues); r == 0 && json_next(&i);)
        r = import_issue(tracker, package, i.key, i.value);
    return r < 0 ? r : arena_failed(tracker->arena, "the issues of a package", tracker->err);
}

static int run(const struct import_input *input, struct import_sink *sink, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    _cleanup_arena_ struct arena *names = arena_new(ARENA_LIMIT);
    _cleanup_(hash_map_free_p) struct hash_map *releases = hash_map_new();
    struct tracker tracker = {sink, arena, names, releases, err};
    struct json_value document;
    int r = arena && names && releases ? 0 : error_memory(err);

    if (r == 0)
        r = import_json(input, sink, &parser, &document, err);
    if (r < 0)
        return r;
    if (json_type(document) != JSON_OBJECT)
        return error_set(err, ERROR_INPUT, "Debian tracker: no object of source packages");
    for (struct json_iter i = json_iter(document); r == 0 && json_next(&i);)
        r = import_package(&tracker, i.key, i.value);
    return r;
}

const struct importer importer_debian_tracker = {
    "debian-tracker",
    "Debian's security tracker (JSON, all source packages and releases)",
    sniff,
    run,
};
