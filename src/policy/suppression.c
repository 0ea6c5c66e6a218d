#include "policy/suppression.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"

/* ---- Whether one speaks for a finding ---- */

static bool any_matches(const struct view *globs, size_t count, struct view text)
{
    for (size_t i = 0; i < count; i++)
        if (suppression_glob(globs[i], text))
            return true;
    return false;
}

static bool matches_id(const struct suppression *s, const struct finding *f)
{
    if (s->id_count == 0 || any_matches(s->ids, s->id_count, f->id))
        return true;
    for (size_t i = 0; i < f->alias_count; i++)
        if (any_matches(s->ids, s->id_count, f->aliases[i]))
            return true;
    return false;
}

static bool matches_path(const struct suppression *s, const struct finding *f)
{
    struct view path = view_strip_prefix(f->location.path, VIEW("./"));

    if (s->origin != SUPPRESSION_FILE)
        return view_eq(view_strip_prefix(s->file, VIEW("./")), path);
    for (size_t i = 0; i < s->path_count; i++)
        if (suppression_glob(view_strip_prefix(s->paths[i], VIEW("./")), path))
            return true;
    return s->path_count == 0;
}

/* What a vulnerability is about is its package. */
static bool matches_resource(const struct suppression *s, const struct finding *f)
{
    if (s->resource_count == 0 || any_matches(s->resources, s->resource_count, f->resource))
        return true;
    return f->package && (any_matches(s->resources, s->resource_count, f->package->name) ||
                          any_matches(s->resources, s->resource_count, f->purl));
}

/* A finding without a line is about the file as a whole. */
static bool matches_lines(const struct suppression *s, const struct finding *f)
{
    uint32_t line = f->location.line;

    return s->last_line == 0 || (line >= s->first_line && line <= s->last_line);
}

static bool speaks_for(const struct suppression *s, const struct finding *f)
{
    return matches_lines(s, f) && matches_path(s, f) && matches_id(s, f) &&
           matches_resource(s, f) &&
           (s->container_count == 0 || any_matches(s->containers, s->container_count, f->part)) &&
           (s->fingerprint_count == 0 ||
            any_matches(s->fingerprints, s->fingerprint_count, f->fingerprint));
}

/* ---- Which ones are asked about a finding ---- */

struct rule {
    const struct suppression *suppression;
    struct rule *next; /* of the same file, or of the same id */
    bool used, ended;  /* matched; would have matched */
};

/* Those of a file of suppressions by fingerprint or by id when that is no glob,
 * the inline ones by the file that they are in. */
struct index {
    struct arena *arena;
    struct hash_map *by_fingerprint, *by_id, *by_file;
    struct rule *list, *globs;
    size_t count;
    int64_t now;
};

static bool is_plain(struct view glob)
{
    for (size_t i = 0; i < glob.len; i++)
        if (glob.ptr[i] && strchr("*?[\\", glob.ptr[i]))
            return false;
    return true;
}

/* The list that a rule belongs to; NULL without memory. */
static struct rule **list_of(struct index *index, const struct suppression *s)
{
    if (s->origin != SUPPRESSION_FILE)
        return (struct rule **)hash_map_slot(index->by_file,
                                             view_strip_prefix(s->file, VIEW("./")));
    if (s->fingerprint_count == 1 && is_plain(s->fingerprints[0]))
        return (struct rule **)hash_map_slot(index->by_fingerprint, s->fingerprints[0]);
    if (s->id_count == 1 && is_plain(s->ids[0]))
        return (struct rule **)hash_map_slot(index->by_id, s->ids[0]);
    return &index->globs;
}

static int index_all(struct index *index, const struct suppressions *lists, size_t list_count,
                     struct error *err)
{
    for (size_t i = 0; i < list_count; i++)
        index->count += lists[i].count;
    index->list = arena_array(index->arena, index->count, sizeof(*index->list));
    if (!index->list && index->count)
        return arena_failed(index->arena, "suppressions", err);
    index->count = 0;
    for (size_t i = 0; i < list_count; i++)
        for (size_t k = 0; k < lists[i].count; k++)
            index->list[index->count++].suppression = &lists[i].list[k];
    /* Lists are built from their ends, so that they keep the order given. */
    for (size_t i = index->count; i-- > 0;) {
        struct rule *rule = &index->list[i], **list = list_of(index, rule->suppression);

        if (!list)
            return error_memory(err);
        rule->next = *list;
        *list = rule;
    }
    return 0;
}

/* The first rule of a list that suppresses the finding now. */
static struct rule *ask(const struct index *index, struct rule *rule, const struct finding *f)
{
    for (; rule; rule = rule->next) {
        int64_t until = rule->suppression->until;

        if (!speaks_for(rule->suppression, f))
            continue;
        if (until == 0 || index->now <= until) {
            rule->used = true;
            return rule;
        }
        rule->ended = true;
    }
    return NULL;
}

static struct rule *find(const struct index *index, const struct finding *f)
{
    struct view path = view_strip_prefix(f->location.path, VIEW("./"));
    struct rule *hit = ask(index, hash_map_get(index->by_file, path), f);

    if (!hit)
        hit = ask(index, hash_map_get(index->by_fingerprint, f->fingerprint), f);
    if (!hit)
        hit = ask(index, hash_map_get(index->by_id, f->id), f);
    for (size_t i = 0; !hit && i < f->alias_count; i++)
        hit = ask(index, hash_map_get(index->by_id, f->aliases[i]), f);
    return hit ? hit : ask(index, index->globs, f);
}

/* ---- What is told ---- */

static const struct view origins[] = {
    [SUPPRESSION_INLINE] = VIEW("inline"),
    [SUPPRESSION_ANNOTATION] = VIEW("annotation"),
    [SUPPRESSION_FILE] = VIEW("file"),
};

struct telling {
    const struct index *index;
    struct diagnostic *list;
    size_t count;
};

/* What a suppression is called: its ids. */
static struct view name_of(const struct suppression *s, struct arena *arena)
{
    struct view name = s->id_count ? s->ids[0] : s->fingerprints[0];

    for (size_t i = 1; i < s->id_count; i++)
        name = arena_printf(arena, "%.*s,%.*s", VIEW_ARG(name), VIEW_ARG(s->ids[i]));
    return name;
}

static void tell(struct telling *telling, enum diagnostic_level level, const char *code,
                 struct view message, const char *hint, const struct suppression *s)
{
    struct diagnostic *d =
        arena_push(telling->index->arena, &telling->list, &telling->count, sizeof(*d));

    if (d)
        *d = (struct diagnostic){.level = level,
                                 .code = view_of(code),
                                 .message = message,
                                 .hint = hint ? view_of(tr(hint)) : VIEW_EMPTY,
                                 .path = s ? s->file : VIEW_EMPTY};
}

static void tell_ended(struct telling *telling)
{
    struct arena *arena = telling->index->arena;
    size_t ended = 0;

    for (size_t i = 0; i < telling->index->count; i++) {
        const struct rule *rule = &telling->index->list[i];
        const struct suppression *s = rule->suppression;
        char stamp[CLOCK_STAMP_SIZE];

        if (!rule->ended || ended++ >= SUPPRESSION_TOLD)
            continue;
        clock_format(s->until, stamp);
        tell(telling, DIAGNOSTIC_WARNING, "suppression-ended",
             arena_printf(arena, tr("line %u: the suppression of %.*s ended on %.10s"), s->line,
                          VIEW_ARG(name_of(s, arena)), stamp),
             TR_KEY("repair what it is about, or give it a new end"), s);
    }
    if (ended > SUPPRESSION_TOLD)
        tell(telling, DIAGNOSTIC_WARNING, "suppression-ended",
             arena_printf(arena, tr("more suppressions that ended: %zu"), ended - SUPPRESSION_TOLD),
             NULL, NULL);
}

/* A file may be for several kinds of scans: what is about advisories says
 * nothing in a scan that looks for none. */
static bool is_in_question(const struct report *report, const struct suppression *s)
{
    static const struct view advisories[] = {VIEW("CVE-"), VIEW("GHSA-")};

    for (size_t i = 0; s->id_count && i < sizeof(advisories) / sizeof(advisories[0]); i++)
        if (view_starts(s->ids[0], advisories[i]))
            return report_looks_for(report, FINDING_VULNERABILITY);
    return true;
}

static void tell_unused(struct telling *telling, const struct report *report)
{
    struct arena *arena = telling->index->arena;
    size_t unused = 0;

    for (size_t i = 0; i < telling->index->count; i++) {
        const struct rule *rule = &telling->index->list[i];
        const struct suppression *s = rule->suppression;

        if (rule->used || rule->ended || s->origin != SUPPRESSION_FILE ||
            !is_in_question(report, s) || unused++ >= SUPPRESSION_TOLD)
            continue;
        tell(telling, DIAGNOSTIC_NOTE, "suppression-unused",
             arena_printf(arena, tr("line %u: the suppression of %.*s matched nothing"), s->line,
                          VIEW_ARG(name_of(s, arena))),
             NULL, s);
    }
    if (unused > SUPPRESSION_TOLD)
        tell(telling, DIAGNOSTIC_NOTE, "suppression-unused",
             arena_printf(arena, tr("more suppressions that matched nothing: %zu"),
                          unused - SUPPRESSION_TOLD),
             NULL, NULL);
}

static void add_diagnostics(struct report *report, const struct telling *telling,
                            struct arena *arena)
{
    size_t count = report->diagnostic_count + telling->count;
    struct diagnostic *all = count ? arena_array(arena, count, sizeof(*all)) : NULL;

    if (!all)
        return;
    if (report->diagnostic_count)
        memcpy(all, report->diagnostics, report->diagnostic_count * sizeof(*all));
    if (telling->count)
        memcpy(all + report->diagnostic_count, telling->list, telling->count * sizeof(*all));
    report->diagnostics = all;
    report->diagnostic_count = count;
}

/* ---- The report ---- */

static bool add_suppressed(struct report_suppressed **list, size_t *count, const struct rule *rule,
                           const struct finding *finding, struct arena *arena)
{
    const struct suppression *s = rule->suppression;
    struct report_suppressed *slot = arena_push(arena, list, count, sizeof(*slot));

    if (slot)
        *slot = (struct report_suppressed){finding, origins[s->origin], s->reason, s->file, s->line,
                                           s->until};
    return slot != NULL;
}

static int divide(struct index *index, struct report *report, struct error *err)
{
    struct report_suppressed *suppressed = NULL;
    struct finding *left = arena_array(index->arena, report->finding_count + 1, sizeof(*left));
    size_t left_count = 0, suppressed_count = 0;

    if (!left)
        return arena_failed(index->arena, "findings", err);
    for (size_t i = 0; i < report->suppressed_count; i++) {
        struct report_suppressed *slot =
            arena_push(index->arena, &suppressed, &suppressed_count, sizeof(*slot));

        if (!slot)
            return arena_failed(index->arena, "findings", err);
        *slot = report->suppressed[i];
    }
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *f = &report->findings[i];
        const struct rule *rule = find(index, f);

        if (!rule)
            left[left_count++] = *f;
        else if (!add_suppressed(&suppressed, &suppressed_count, rule, f, index->arena))
            return arena_failed(index->arena, "findings", err);
    }
    report->findings = left;
    report->finding_count = left_count;
    report->suppressed = suppressed;
    report->suppressed_count = suppressed_count;
    report_recount(report);
    return 0;
}

int suppressions_apply(const struct suppressions *lists, size_t list_count, int64_t now,
                       struct report *report, struct arena *arena, struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *by_fingerprint = hash_map_new();
    _cleanup_(hash_map_free_p) struct hash_map *by_id = hash_map_new();
    _cleanup_(hash_map_free_p) struct hash_map *by_file = hash_map_new();
    struct index index = {.arena = arena,
                          .by_fingerprint = by_fingerprint,
                          .by_id = by_id,
                          .by_file = by_file,
                          .now = now};
    struct report result = *report;
    struct telling telling = {.index = &index};
    int r;

    if (!by_fingerprint || !by_id || !by_file)
        return error_memory(err);
    r = index_all(&index, lists, list_count, err);
    if (r == 0)
        r = divide(&index, &result, err);
    if (r < 0)
        return r;
    tell_ended(&telling);
    tell_unused(&telling, &result);
    add_diagnostics(&result, &telling, arena);
    r = arena_failed(arena, "suppressions", err);
    if (r == 0)
        *report = result;
    return r;
}
