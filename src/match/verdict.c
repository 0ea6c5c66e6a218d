#include "match/verdict.h"

enum { FIRST_ROOM = 64 };

int verdicts_init(struct verdicts *verdicts, size_t vulnerabilities, struct arena *arena,
                  struct error *err)
{
    *verdicts = (struct verdicts){.arena = arena, .place_count = vulnerabilities};
    verdicts->places = arena_array(arena, vulnerabilities + 1, sizeof(*verdicts->places));
    return verdicts->places ? 0 : arena_failed(arena, "the scan", err);
}

void verdicts_clear(struct verdicts *verdicts)
{
    for (size_t i = 0; i < verdicts->count; i++)
        verdicts->places[verdicts->items[i].vulnerability] = 0;
    verdicts->count = 0;
}

/* ---- Versions ---- */

/* Whether v <= last_affected or v < fixed, and v >= introduced; empty bounds
 * are open, and OSV's "0" is the beginning and no version. */
static bool in_range(enum version_scheme scheme, struct view version,
                     const struct advisory_range *range)
{
    if (range->introduced.len && !view_eq(range->introduced, VIEW("0")) &&
        version_compare_bound(scheme, version, range->introduced) < 0)
        return false;
    if (!range->fixed.len && !range->last_affected.len)
        return true;
    return (range->fixed.len && version_compare_bound(scheme, version, range->fixed) < 0) ||
           (range->last_affected.len &&
            version_compare_bound(scheme, version, range->last_affected) <= 0);
}

static struct view smaller(enum version_scheme scheme, struct view a, struct view b)
{
    if (!a.len || !b.len)
        return a.len ? a : b;
    return version_compare(scheme, a, b) <= 0 ? a : b;
}

static bool is_listed(enum version_scheme scheme, struct view version,
                      struct vulndb_statement *statement)
{
    struct view listed;

    while (vulndb_next_version(statement, &listed))
        if (version_compare(scheme, version, listed) == 0)
            return true;
    return false;
}

bool verdict_covers(enum version_scheme scheme, struct view version,
                    struct vulndb_statement statement, struct view *ret_fixed)
{
    struct view fixed = VIEW_EMPTY, next = VIEW_EMPTY; /* next: of ranges further up */
    struct advisory_range range;
    bool covered = false;

    while (vulndb_next_range(&statement, &range)) {
        if (in_range(scheme, version, &range)) {
            fixed = smaller(scheme, fixed, range.fixed);
            covered = true;
        } else if (range.fixed.len && version_compare_bound(scheme, version, range.fixed) < 0) {
            next = smaller(scheme, next, range.fixed);
        }
    }
    if (!covered && is_listed(scheme, version, &statement)) {
        fixed = next;
        covered = true;
    }
    if (covered)
        *ret_fixed = fixed;
    return covered;
}

/* ---- Architecture and module ---- */

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

/* Builds of modules carry it in their release. */
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

/* Whether the statement is about builds of modules just when the package is one. */
static bool module_fits(const struct subject *subject, const struct vulndb_statement *statement)
{
    const struct package *package = subject->package;

    if (package->type != PACKAGE_RPM)
        return true;
    if (statement->module.len)
        return in_stream(package->modularity, statement->module);
    return (package->modularity.len || is_module_build(subject->version)) ==
           names_module_builds(*statement);
}

static bool applies(const struct subject *subject, const struct vulndb_statement *statement)
{
    struct view arch = subject->package->arch;

    if (((statement->flags & AFFECTED_BY_SOURCE) != 0) != subject->as_source)
        return false;
    if (statement->arch.len && arch.len && !view_eq(arch, VIEW("noarch")) &&
        !lists_word(statement->arch, arch))
        return false;
    return module_fits(subject, statement);
}

/* ---- Verdicts ---- */

/* The verdict on a vulnerability, begun when there is none yet; NULL when the
 * index is out of the database or memory is out. */
static struct verdict *verdict_on(struct verdicts *verdicts, uint32_t vulnerability)
{
    uint32_t *place = &verdicts->places[vulnerability];

    if (*place)
        return &verdicts->items[*place - 1];
    if (verdicts->count == verdicts->room) {
        size_t room = verdicts->room ? verdicts->room * 2 : FIRST_ROOM;
        struct verdict *grown = arena_array(verdicts->arena, room, sizeof(*grown));

        if (!grown)
            return NULL;
        if (verdicts->count)
            memcpy(grown, verdicts->items, verdicts->count * sizeof(*grown));
        verdicts->items = grown;
        verdicts->room = room;
    }
    *place = (uint32_t)++verdicts->count;
    verdicts->items[*place - 1] = (struct verdict){.vulnerability = vulnerability};
    return &verdicts->items[*place - 1];
}

static void rate(struct verdict *v, const struct vulndb_statement *statement)
{
    if (statement->severity > v->severity) {
        v->severity = statement->severity;
        v->severity_source = statement->severity_source;
    }
    if (v->cvss.len == 0)
        v->cvss = statement->cvss;
}

static void affect(struct verdict *v, const struct subject *subject,
                   const struct vulndb_statement *statement, struct view fixed)
{
    enum version_scheme scheme = subject->ecosystem->scheme;

    rate(v, statement);
    if (subject->role == ECOSYSTEM_PRO && !subject->subscribed && fixed.len) {
        v->for_subscribers = true;
        fixed = VIEW_EMPTY;
    } else if (fixed.len && (!v->fixed.len || version_compare(scheme, fixed, v->fixed) > 0)) {
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

static int take_vulnerabilities(struct verdicts *verdicts, const struct subject *subject,
                                struct vulndb_statement statement, bool safe, struct view fixed,
                                struct error *err)
{
    uint32_t index;

    while (vulndb_next_vulnerability(&statement, &index)) {
        struct verdict *v;

        if (index >= verdicts->place_count)
            return error_set(err, ERROR_INPUT, "the advisory database is damaged");
        v = verdict_on(verdicts, index);
        if (!v)
            return arena_failed(verdicts->arena, "the scan", err);
        if (safe)
            v->safe = true;
        else
            affect(v, subject, &statement, fixed);
    }
    if (statement.vulnerabilities.failed)
        return error_set(err, ERROR_INPUT, "the advisory database is damaged");
    return 0;
}

int verdicts_take(struct verdicts *verdicts, const struct subject *subject,
                  struct vulndb_statement statement, struct error *err)
{
    struct view fixed = VIEW_EMPTY;
    bool covers;

    if (statement.status == ADVISORY_NOT_AFFECTED || !applies(subject, &statement))
        return 0;
    covers = verdict_covers(subject->ecosystem->scheme, subject->version, statement, &fixed);
    if (!covers && !is_fixed_by_subscription(subject, statement))
        return 0;
    return take_vulnerabilities(verdicts, subject, statement, !covers, fixed, err);
}
