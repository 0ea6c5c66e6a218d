#include "match/verdict.h"

/* [introduced, fixed) or [introduced, last_affected]; empty bounds are open. */
static bool in_range(enum version_scheme scheme, struct view version,
                     const struct advisory_range *range)
{
    if (range->introduced.len && version_compare_bound(scheme, version, range->introduced) < 0)
        return false;
    if (range->fixed.len)
        return version_compare_bound(scheme, version, range->fixed) < 0;
    if (range->last_affected.len)
        return version_compare_bound(scheme, version, range->last_affected) <= 0;
    return true;
}

bool verdict_covers(enum version_scheme scheme, struct view version,
                    struct vulndb_statement statement, struct view *ret_fixed)
{
    struct advisory_range range;
    struct view listed, fixed = VIEW_EMPTY;
    bool covered = false;

    while (vulndb_next_range(&statement, &range)) {
        if (!in_range(scheme, version, &range))
            continue;
        if (range.fixed.len && (fixed.len == 0 || version_compare(scheme, range.fixed, fixed) < 0))
            fixed = range.fixed;
        covered = true;
    }
    while (!covered && vulndb_next_version(&statement, &listed))
        covered = version_compare(scheme, version, listed) == 0;
    if (covered)
        *ret_fixed = fixed;
    return covered;
}

static bool lists_word(struct view words, struct view word)
{
    for (struct view w = view_word(&words); w.len; w = view_word(&words))
        if (view_eq(w, word))
            return true;
    return false;
}

/* "nodejs:18:9020020230717162447:rhel9" is of the stream "nodejs:18". */
static bool in_stream(struct view label, struct view stream)
{
    return view_starts(label, stream) && (label.len == stream.len || label.ptr[stream.len] == ':');
}

/* A build of a module carries it in its release, and a fix for such builds says
 * nothing about the plain package of the same name, nor the other way round. */
static bool is_module_build(struct view version)
{
    return view_find_view(version, VIEW(".module")) >= 0;
}

static bool names_module_builds(struct vulndb_statement statement)
{
    struct advisory_range range;

    while (vulndb_next_range(&statement, &range))
        if (range.fixed.len || range.last_affected.len)
            return is_module_build(range.fixed) || is_module_build(range.last_affected);
    return false;
}

static bool applies(const struct subject *subject, const struct vulndb_statement *statement)
{
    const struct package *package = subject->package;

    if (((statement->flags & AFFECTED_BY_SOURCE) != 0) != subject->as_source)
        return false;
    if (statement->arch.len && package->arch.len && !view_eq(package->arch, VIEW("noarch")) &&
        !lists_word(statement->arch, package->arch))
        return false;
    if (statement->module.len)
        return in_stream(package->modularity, statement->module);
    return package->type != PACKAGE_RPM || statement->range_count == 0 ||
           is_module_build(subject->version) == names_module_builds(*statement);
}

static struct verdict *find(struct verdicts *verdicts, uint32_t vulnerability, struct arena *arena)
{
    struct verdict *verdict;

    for (size_t i = 0; i < verdicts->count; i++)
        if (verdicts->items[i].vulnerability == vulnerability)
            return &verdicts->items[i];
    verdict = arena_push(arena, &verdicts->items, &verdicts->count, sizeof(*verdict));
    if (verdict)
        verdict->vulnerability = vulnerability;
    return verdict;
}

static bool better_fix(enum version_scheme scheme, struct view fixed, struct view current)
{
    return fixed.len && (current.len == 0 || version_compare(scheme, fixed, current) < 0);
}

static void rate(struct verdict *v, const struct vulndb_statement *statement)
{
    if (statement->severity != SEVERITY_UNKNOWN &&
        (v->severity == SEVERITY_UNKNOWN || statement->severity > v->severity)) {
        v->severity = statement->severity;
        v->severity_source = statement->severity_source;
    }
    if (v->cvss.len == 0)
        v->cvss = statement->cvss;
}

static void affect(struct verdict *v, const struct subject *subject,
                   const struct vulndb_statement *statement, struct view fixed)
{
    rate(v, statement);
    if (subject->role == ECOSYSTEM_PRO && !subject->subscribed) {
        if (better_fix(subject->ecosystem->scheme, fixed, v->fix_for_subscribers))
            v->fix_for_subscribers = fixed;
        fixed = VIEW_EMPTY;
    }
    if (better_fix(subject->ecosystem->scheme, fixed, v->fixed)) {
        v->fixed = fixed;
        v->erratum = statement->erratum;
    }
    if (!v->affected || v->status == ADVISORY_AFFECTED)
        v->status = statement->status;
    v->affected = true;
}

/* A subscription's statement with a fix that the version has reached. */
static bool is_fixed_by_subscription(const struct subject *subject,
                                     struct vulndb_statement statement)
{
    struct advisory_range range;

    if (subject->role != ECOSYSTEM_PRO)
        return false;
    while (vulndb_next_range(&statement, &range))
        if (range.fixed.len &&
            version_compare_bound(subject->ecosystem->scheme, subject->version, range.fixed) >= 0)
            return true;
    return false;
}

int verdicts_take(struct verdicts *verdicts, const struct subject *subject,
                  struct vulndb_statement statement, struct arena *arena, struct error *err)
{
    struct view fixed = VIEW_EMPTY;
    bool denies, covers, safe;
    uint32_t index;

    if (!applies(subject, &statement))
        return 0;
    denies = statement.status == ADVISORY_NOT_AFFECTED;
    covers = verdict_covers(subject->ecosystem->scheme, subject->version, statement, &fixed);
    safe = denies ? covers || statement.range_count + statement.version_count == 0
                  : !covers && is_fixed_by_subscription(subject, statement);
    if (!covers && !safe)
        return 0;
    while (vulndb_next_vulnerability(&statement, &index)) {
        struct verdict *v = find(verdicts, index, arena);

        if (!v)
            return arena_failed(arena, "the scan", err);
        if (safe)
            v->safe = true;
        else
            affect(v, subject, &statement, fixed);
    }
    if (statement.vulnerabilities.failed)
        return error_set(err, ERROR_INPUT, "the advisory database is damaged");
    return 0;
}
