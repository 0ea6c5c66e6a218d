/* Debian's lists of security advisories, DSA/list and DLA/list of the security
 * tracker's repository:
 *
 *     [12 Oct 2023] DSA-5514-1 glibc - security update
 *         {CVE-2023-4911}
 *         [bookworm] - glibc 2.36-9+deb12u3
 *         NOTE: ...
 *
 * A release line may have a state in angle brackets in place of the version. */
#include "base/arena.h"
#include "base/clock.h"
#include "vulndb/import/importer.h"
#include "vulndb/import/lines.h"
#include "vulndb/import/place.h"

enum { ARENA_LIMIT = 16 << 20 }; /* bytes for one advisory */

struct list {
    struct import_sink *sink;
    struct arena *arena; /* reset for each advisory */
    struct advisory advisory;
    struct advisory_affected *affected;
    struct view *cves;
    struct error *err;
};

static bool sniff(const struct import_input *input, struct view head)
{
    struct view rest = head, line = view_line(&rest);
    ptrdiff_t end = view_find(line, ']');
    struct view name = end < 0 ? VIEW_EMPTY : view_trim(view_sub(line, (size_t)end + 1, line.len));

    (void)input;
    return view_starts(line, VIEW("[")) &&
           (view_starts(name, VIEW("DSA-")) || view_starts(name, VIEW("DLA-")));
}

/* "12 Oct 2023"; 0 when it is no such date. */
static int64_t parse_date(struct view text)
{
    static const struct view months = VIEW("JanFebMarAprMayJunJulAugSepOctNovDec");
    struct view day = view_word(&text), month = view_word(&text), year = view_word(&text);
    ptrdiff_t at = month.len == 3 ? view_find_view(months, month) : -1;
    uint64_t d, y;
    char iso[32];
    int64_t seconds;

    if (at < 0 || at % 3 || !view_to_u64(day, &d) || !view_to_u64(year, &y) || d > 31 || y > 9999)
        return 0;
    snprintf(iso, sizeof(iso), "%04u-%02u-%02u", (unsigned)y, (unsigned)(at / 3) + 1, (unsigned)d);
    return clock_parse_rfc3339(view_of(iso), &seconds) && seconds > 0 ? seconds : 0;
}

static int hand_over(struct list *list)
{
    int r = arena_failed(list->arena, "an advisory", list->err);

    if (r < 0 || !list->advisory.id.len)
        return r;
    list->advisory.affected = list->affected;
    list->advisory.upstream = list->cves;
    if (!list->advisory.affected_count) {
        list->sink->tally.unusable++;
        return 0;
    }
    return import_advisory(list->sink, &list->advisory, list->err);
}

static int begin_advisory(struct list *list, struct view line)
{
    int r = hand_over(list);
    struct view rest, date, id;

    if (r < 0)
        return r;
    arena_reset(list->arena);
    rest = arena_copy(list->arena, view_sub(line, 1, line.len));
    date = view_cut(&rest, ']');
    id = view_word(&rest);
    list->affected = NULL;
    list->cves = NULL;
    list->advisory = (struct advisory){
        .id = id,
        .source = view_of(importer_debian_list.name),
        .title = view_trim(rest),
        .published = parse_date(date),
        .modified = parse_date(date),
    };
    import_note(list->sink, id);
    return 0;
}

static void add_cves(struct list *list, struct view line)
{
    struct view rest = view_strip_suffix(view_sub(line, 1, line.len), VIEW("}")), word;

    while ((word = view_word(&rest)).len) {
        struct view *cve =
            arena_push(list->arena, &list->cves, &list->advisory.upstream_count, sizeof(*cve));

        if (cve)
            *cve = arena_copy(list->arena, word);
    }
}

static bool read_version(struct view version, struct arena *arena,
                         struct advisory_affected *affected)
{
    static const struct {
        struct view word;
        enum advisory_status status;
    } states[] = {
        {VIEW("<not-affected>"), ADVISORY_NOT_AFFECTED},
        {VIEW("<unfixed>"), ADVISORY_AFFECTED},
        {VIEW("<no-dsa>"), ADVISORY_AFFECTED},
        {VIEW("<postponed>"), ADVISORY_AFFECTED},
        {VIEW("<ignored>"), ADVISORY_WILL_NOT_FIX},
        {VIEW("<end-of-life>"), ADVISORY_END_OF_LIFE},
        {VIEW("<undetermined>"), ADVISORY_INVESTIGATING},
    };
    struct advisory_range *range = arena_alloc(arena, sizeof(*range));

    if (!range)
        return false;
    affected->ranges = range;
    affected->range_count = 1;
    if (!view_starts(version, VIEW("<"))) {
        range->fixed = arena_copy(arena, version);
        return version.len > 0;
    }
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        if (!view_eq(version, states[i].word))
            continue;
        affected->status = states[i].status;
        affected->range_count = affected->status == ADVISORY_NOT_AFFECTED ? 0 : 1;
        return true;
    }
    return false; /* <removed>, <itp>: nothing that is installed */
}

/* "[bookworm] - glibc 2.36-9+deb12u3 (remark)" */
static void add_release(struct list *list, struct view line)
{
    struct view rest = view_sub(line, 1, line.len), codename = view_cut(&rest, ']');
    struct view dash = view_word(&rest), package = view_word(&rest), version = view_word(&rest);
    struct advisory_affected affected = {.flags = AFFECTED_BY_SOURCE}, *added;
    struct place place;

    if (!view_eq(dash, VIEW("-")) || !package.len)
        return;
    if (!place_of_release(VIEW("debian"), codename, list->arena, &place)) {
        tally_unknown(&list->sink->tally,
                      arena_printf(list->arena, "debian:%.*s", VIEW_ARG(codename)), 1);
        return;
    }
    affected.ecosystem = place.ecosystem;
    affected.package = place_package(&place, arena_copy(list->arena, package), list->arena);
    if (!affected.package.len || !read_version(version, list->arena, &affected))
        return;
    added =
        arena_push(list->arena, &list->affected, &list->advisory.affected_count, sizeof(*added));
    if (added)
        *added = affected;
}

static int import_line(struct list *list, struct view line)
{
    bool indented = line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
    struct view text = view_trim(line);

    if (!indented && view_starts(text, VIEW("[")))
        return begin_advisory(list, text);
    if (indented && list->advisory.id.len && view_starts(text, VIEW("{")))
        add_cves(list, text);
    else if (indented && list->advisory.id.len && view_starts(text, VIEW("[")))
        add_release(list, text);
    return 0;
}

static int run(const struct import_input *input, struct import_sink *sink, struct error *err)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct list list = {.sink = sink, .arena = arena, .err = err};
    struct view line;
    int r = arena ? import_open(input, &stream, err) : error_memory(err);
    _cleanup_(lines_done) struct lines lines = LINES_INIT(stream);

    if (r < 0)
        return r;
    while ((r = lines_next(&lines, &line, err)) > 0) {
        r = import_line(&list, line);
        if (r < 0)
            return r;
    }
    sink->tally.bytes += lines.bytes;
    return r < 0 ? r : hand_over(&list);
}

const struct importer importer_debian_list = {
    "debian-list",
    "Debian's DSA and DLA lists (text of the security tracker's repository)",
    sniff,
    run,
};
