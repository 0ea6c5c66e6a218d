#include "policy/suppression.h"

#include "base/clock.h"
#include "base/text.h"
#include "policy/suppression-index.h"

/* ---- What is told ---- */

static const struct view origins[] = {
    [SUPPRESSION_INLINE] = VIEW("inline"),
    [SUPPRESSION_ANNOTATION] = VIEW("annotation"),
    [SUPPRESSION_FILE] = VIEW("file"),
};

struct telling {
    const struct suppression_index *index;
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
        const struct suppression_rule *rule = &telling->index->list[i];
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
        const struct suppression_rule *rule = &telling->index->list[i];
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

static bool add_suppressed(struct report_suppressed **list, size_t *count,
                           const struct suppression_rule *rule, const struct finding *finding,
                           struct arena *arena)
{
    const struct suppression *s = rule->suppression;
    struct report_suppressed *slot = arena_push(arena, list, count, sizeof(*slot));

    if (slot)
        *slot = (struct report_suppressed){finding, origins[s->origin], s->reason, s->file, s->line,
                                           s->until};
    return slot != NULL;
}

static int divide(struct suppression_index *index, struct report *report, struct error *err)
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
        const struct suppression_rule *rule = suppression_index_find(index, f);

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

static int apply(struct suppression_index *index, const struct suppressions *lists,
                 size_t list_count, struct report *report, struct error *err)
{
    struct telling telling = {.index = index};
    int r = suppression_index_fill(index, lists, list_count, err);

    if (r == 0)
        r = divide(index, report, err);
    if (r < 0)
        return r;
    tell_ended(&telling);
    tell_unused(&telling, report);
    add_diagnostics(report, &telling, index->arena);
    return arena_failed(index->arena, "suppressions", err);
}

int suppressions_apply(const struct suppressions *lists, size_t list_count, int64_t now,
                       struct report *report, struct arena *arena, struct error *err)
{
    struct suppression_index index;
    struct report result = *report;
    int r = suppression_index_init(&index, now, arena, err);

    if (r == 0)
        r = apply(&index, lists, list_count, &result, err);
    suppression_index_done(&index);
    if (r == 0)
        *report = result;
    return r;
}
