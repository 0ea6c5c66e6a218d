#include "match/verdict.h"

#include <stdlib.h>

#include "match/scope.h"

/* The mentions of one vulnerability. */
struct group {
    const struct opinion *opinions;
    const struct mention *mentions;
    size_t count;
};

/* What the statements of a group say of one version, all together. */
struct hearing {
    bool denied, reached, reached_by_subscription;
};

/* A version other than the installed one; empty: the installed one. */
struct supposed {
    struct view version;
    const struct opinion *from; /* that names it */
};

void verdicts_clear(struct verdicts *verdicts, struct arena *scratch)
{
    arena_reset(scratch);
    *verdicts = (struct verdicts){.scratch = scratch};
}

static int damaged(struct error *err)
{
    error_set(err, ERROR_INPUT, "the advisory database is damaged: %s", "a statement");
    error_hint(err, "run 'plimsoll db update'");
    return ERROR_INPUT;
}

/* ---- Taking ---- */

static int take_mentions(struct verdicts *verdicts, struct vulndb_statement statement,
                         struct error *err)
{
    uint32_t index;

    while (vulndb_next_vulnerability(&statement, &index)) {
        struct mention *mention = arena_push(verdicts->scratch, &verdicts->mentions,
                                             &verdicts->mention_count, sizeof(*mention));

        if (!mention)
            return arena_failed(verdicts->scratch, "the statements about a package", err);
        *mention = (struct mention){index, (uint32_t)verdicts->opinion_count - 1};
    }
    return statement.vulnerabilities.failed ? damaged(err) : 0;
}

int verdicts_take(struct verdicts *verdicts, const struct subject *subject,
                  struct vulndb_statement statement, struct error *err)
{
    struct opinion *opinion;

    if (!scope_holds(&statement, subject->package, subject->as_source, subject->version))
        return 0;
    opinion = arena_push(verdicts->scratch, &verdicts->opinions, &verdicts->opinion_count,
                         sizeof(*opinion));
    if (!opinion)
        return arena_failed(verdicts->scratch, "the statements about a package", err);
    *opinion = (struct opinion){
        *subject, statement, coverage_of(subject->ecosystem->scheme, subject->version, statement)};
    verdicts->affected = verdicts->affected || coverage_is_affected(opinion->coverage);
    return take_mentions(verdicts, statement, err);
}

/* ---- The rules ---- */

static bool is_denial(const struct opinion *opinion)
{
    return opinion->statement.status == ADVISORY_NOT_AFFECTED;
}

/* Rule 4 */
static bool is_out_of_reach(const struct opinion *opinion)
{
    return opinion->subject.role == ECOSYSTEM_PRO && !opinion->subject.subscribed;
}

/* A source's version tells nothing about binary packages that number
 * themselves: those stay as they are. */
static enum coverage coverage_at(const struct opinion *opinion, struct supposed at)
{
    const struct subject *subject = &opinion->subject;

    if (at.version.len == 0 || (subject->as_source != at.from->subject.as_source &&
                                !view_eq(subject->version, at.from->subject.version)))
        return opinion->coverage;
    return coverage_of(subject->ecosystem->scheme, at.version, opinion->statement);
}

static struct hearing hear(const struct group *group, struct supposed at)
{
    struct hearing hearing = {0};

    for (size_t i = 0; i < group->count; i++) {
        const struct opinion *o = &group->opinions[group->mentions[i].opinion];
        enum coverage coverage = coverage_at(o, at);

        if (is_denial(o)) {
            hearing.denied = hearing.denied || coverage_is_affected(coverage) ||
                             o->statement.range_count + o->statement.version_count == 0;
        } else if (coverage == COVERAGE_REACHED) {
            hearing.reached = true;
            hearing.reached_by_subscription =
                hearing.reached_by_subscription || o->subject.role == ECOSYSTEM_PRO;
        }
    }
    return hearing;
}

/* Whether a statement stands against the version, after all were heard. */
static bool stands(const struct opinion *o, struct hearing hearing, struct supposed at)
{
    enum coverage coverage = coverage_at(o, at);
    bool open = coverage == COVERAGE_OPEN || is_out_of_reach(o);

    if (!coverage_is_affected(coverage) || hearing.denied)
        return false;
    if (hearing.reached_by_subscription && o->subject.role != ECOSYSTEM_PRO)
        return false;
    return !(open && hearing.reached && o->subject.ecosystem->system);
}

static bool is_affected(const struct group *group, struct supposed at)
{
    struct hearing hearing = hear(group, at);

    for (size_t i = 0; i < group->count; i++)
        if (stands(&group->opinions[group->mentions[i].opinion], hearing, at))
            return true;
    return false;
}

/* ---- Verdicts ---- */

/* Takes the fixes that a statement names into account. */
static void consider_fixes(const struct group *group, const struct opinion *o, struct verdict *v)
{
    enum version_scheme scheme = o->subject.ecosystem->scheme;
    struct vulndb_statement statement = o->statement;
    struct advisory_range range;

    while (vulndb_next_range(&statement, &range)) {
        if (range.fixed.len == 0 ||
            version_compare_bound(scheme, o->subject.version, range.fixed) >= 0)
            continue;
        if (is_out_of_reach(o)) {
            v->for_subscribers = true;
            continue;
        }
        if ((v->fixed.len && version_compare(scheme, range.fixed, v->fixed) >= 0) ||
            is_affected(group, (struct supposed){range.fixed, o}))
            continue;
        v->fixed = range.fixed;
        v->erratum = o->statement.erratum;
    }
}

static void consider_rating(const struct opinion *o, struct verdict *v)
{
    if (o->statement.severity > v->severity) {
        v->severity = o->statement.severity;
        v->severity_source = o->statement.severity_source;
    }
    if (v->cvss.len == 0)
        v->cvss = o->statement.cvss;
}

/* Of the main statements, else of the subscription's, the most settled word. */
static void consider_status(const struct opinion *o, struct verdict *v, bool *main)
{
    static const unsigned char settled[ADVISORY_STATUS_COUNT] = {
        [ADVISORY_INVESTIGATING] = 1,
        [ADVISORY_AFFECTED] = 2,
        [ADVISORY_END_OF_LIFE] = 3,
        [ADVISORY_WILL_NOT_FIX] = 4,
    };
    bool is_main = o->subject.role == ECOSYSTEM_MAIN;

    if (is_main < *main || (is_main == *main && settled[o->statement.status] <= settled[v->status]))
        return;
    v->status = o->statement.status;
    *main = is_main;
}

/* False when the package is not affected. */
static bool judge(const struct group *group, struct verdict *v)
{
    const struct supposed installed = {0};
    struct hearing hearing = hear(group, installed);
    bool affected = false, main = false;

    *v = (struct verdict){.vulnerability = group->mentions[0].vulnerability,
                          .status = ADVISORY_NOT_AFFECTED};
    for (size_t i = 0; i < group->count; i++) {
        const struct opinion *o = &group->opinions[group->mentions[i].opinion];

        if (!stands(o, hearing, installed))
            continue;
        affected = true;
        consider_rating(o, v);
        consider_status(o, v, &main);
        consider_fixes(group, o, v);
    }
    v->for_subscribers = v->for_subscribers && v->fixed.len == 0;
    return affected;
}

static int compare_mentions(const void *left, const void *right)
{
    const struct mention *a = left, *b = right;

    if (a->vulnerability != b->vulnerability)
        return a->vulnerability < b->vulnerability ? -1 : 1;
    return a->opinion < b->opinion ? -1 : a->opinion > b->opinion;
}

int verdicts_judge(struct verdicts *verdicts, const struct verdict **ret, size_t *ret_count,
                   struct error *err)
{
    struct verdict *list = NULL;
    size_t count = 0;

    if (verdicts->affected)
        qsort(verdicts->mentions, verdicts->mention_count, sizeof(*verdicts->mentions),
              compare_mentions);
    for (size_t start = 0, end; verdicts->affected && start < verdicts->mention_count;
         start = end) {
        const struct mention *first = &verdicts->mentions[start];
        struct verdict verdict, *slot;

        for (end = start + 1; end < verdicts->mention_count &&
                              verdicts->mentions[end].vulnerability == first->vulnerability;)
            end++;
        if (!judge(&(struct group){verdicts->opinions, first, end - start}, &verdict))
            continue;
        slot = arena_push(verdicts->scratch, &list, &count, sizeof(*slot));
        if (!slot)
            return arena_failed(verdicts->scratch, "the verdicts on a package", err);
        *slot = verdict;
    }
    *ret = list;
    *ret_count = count;
    return 0;
}
