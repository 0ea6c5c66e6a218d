#include "match/match.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/text.h"
#include "match/finding-maker.h"
#include "match/kernel-code.h"
#include "match/verdict.h"

struct left_out {
    size_t foreign, kernel, versionless;
};

/* A source package with an update waiting. */
struct pending {
    const struct package *package; /* the binary package that speaks for the source */
    struct view version, family;
    bool known; /* another finding names this version or a later one */
};

struct matching {
    struct finding_maker maker;
    struct ecosystem_lookup lookups[ECOSYSTEM_OF_OS_LIMIT];
    const struct ecosystem *ecosystems[ECOSYSTEM_OF_OS_LIMIT];
    size_t lookup_count;
    struct finding *findings;
    size_t finding_count;
    struct pending *pending;
    size_t pending_count;
    struct left_out left_out;
    struct diagnostic *diagnostics;
    size_t diagnostic_count;
};

/* ---- One package ---- */

static int take_statements(struct matching *m, const struct subject *subject, struct view ecosystem,
                           struct view name, struct verdicts *verdicts, struct error *err)
{
    struct vulndb_statements statements;
    struct vulndb_statement statement;
    int r = vulndb_lookup(m->maker.reader, ecosystem, name, &statements, err);

    while (r > 0) {
        r = vulndb_next_statement(&statements, &statement, err);
        if (r <= 0)
            break;
        r = verdicts_take(verdicts, subject, statement, m->maker.arena, err);
        if (r < 0)
            break;
        r = 1;
    }
    return r;
}

/* By the source package's name and by the package's own: statements say which
 * of the two they mean. */
static int look_up(struct matching *m, const struct package *package, size_t at,
                   struct verdicts *verdicts, struct error *err)
{
    struct view ecosystem = ecosystem_name_view(&m->lookups[at].name);
    struct subject subject = {
        .package = package,
        .ecosystem = m->ecosystems[at],
        .role = m->lookups[at].role,
        .subscribed = m->maker.os->ubuntu_pro,
        .as_source = true,
        .version = package->source_version,
    };
    char room[ECOSYSTEM_PACKAGE_LIMIT];
    struct view name;
    int r = 0;

    if (ecosystem_package_name(subject.ecosystem, package->source_name, room, &name))
        r = take_statements(m, &subject, ecosystem, name, verdicts, err);
    subject.as_source = false;
    subject.version = package->version;
    if (r == 0 && ecosystem_package_name(subject.ecosystem, package->name, room, &name))
        r = take_statements(m, &subject, ecosystem, name, verdicts, err);
    return r;
}

static int make_findings(struct matching *m, const struct package *package,
                         const struct verdicts *verdicts, struct error *err)
{
    for (size_t i = 0; i < verdicts->count; i++) {
        const struct verdict *v = &verdicts->items[i];
        struct finding *slot;
        int r;

        if (!v->affected || v->safe)
            continue;
        slot = arena_push(m->maker.arena, &m->findings, &m->finding_count, sizeof(*slot));
        if (!slot)
            return arena_failed(m->maker.arena, "the scan", err);
        r = finding_make(&m->maker, package, v, slot, err);
        if (r < 0)
            return r;
    }
    return 0;
}

/* The binary package that has its source's name speaks for it, else the first. */
static int note_pending(struct matching *m, const struct package *package, struct view family,
                        struct view version, struct error *err)
{
    struct pending *slot;

    for (size_t i = 0; i < m->pending_count; i++) {
        struct pending *known = &m->pending[i];

        if (!view_eq(known->package->source_name, package->source_name) ||
            !view_eq(known->package->source_version, package->source_version))
            continue;
        if (view_eq(package->name, package->source_name))
            known->package = package;
        return 0;
    }
    slot = arena_push(m->maker.arena, &m->pending, &m->pending_count, sizeof(*slot));
    if (!slot)
        return arena_failed(m->maker.arena, "the scan", err);
    *slot = (struct pending){package, version, family, false};
    return 0;
}

static int look_up_pending(struct matching *m, const struct package *package, size_t at,
                           struct error *err)
{
    const struct ecosystem *ecosystem = m->ecosystems[at];
    struct vulndb_statements statements;
    struct vulndb_statement statement;
    struct view fixed = VIEW_EMPTY;
    int r = vulndb_lookup(m->maker.reader, ecosystem_name_view(&m->lookups[at].name),
                          package->source_name, &statements, err);

    while (r > 0 && (r = vulndb_next_statement(&statements, &statement, err)) > 0)
        if ((statement.flags & AFFECTED_PENDING) &&
            verdict_covers(ecosystem->scheme, package->source_version, statement, &fixed) &&
            fixed.len)
            r = note_pending(m, package, ecosystem->name, fixed, err) < 0 ? err->kind : 1;
    return r;
}

static int match_package(struct matching *m, const struct package *package, struct error *err)
{
    struct verdicts verdicts = {0};
    int r = 0;

    for (size_t i = 0; r == 0 && i < m->lookup_count; i++)
        r = m->lookups[i].role == ECOSYSTEM_PENDING ? look_up_pending(m, package, i, err)
                                                    : look_up(m, package, i, &verdicts, err);
    if (r < 0)
        return r;
    if (kernel_code_is_absent(package) && !m->maker.options->kernel_everywhere) {
        for (size_t i = 0; i < verdicts.count; i++)
            m->left_out.kernel += verdicts.items[i].affected && !verdicts.items[i].safe;
        return 0;
    }
    return make_findings(m, package, &verdicts, err);
}

/* ---- All packages ---- */

static int match_all(struct matching *m, const struct package *packages, size_t count,
                     struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct match_options *options = m->maker.options;

        if (packages[i].version.len == 0)
            m->left_out.versionless++;
        else if (options->is_foreign && options->is_foreign(&packages[i], m->maker.os))
            m->left_out.foreign++;
        else
            r = match_package(m, &packages[i], err);
    }
    return r;
}

/* An update that a finding already tells of is not told twice. */
static void settle_pending(struct matching *m, enum version_scheme scheme)
{
    for (size_t i = 0; i < m->finding_count; i++) {
        const struct finding *f = &m->findings[i];

        for (size_t k = 0; k < m->pending_count; k++) {
            struct pending *p = &m->pending[k];

            if (f->fixed_version.len && view_eq(f->package->source_name, p->package->source_name) &&
                version_compare(scheme, f->fixed_version, p->version) >= 0)
                p->known = true;
        }
    }
}

static int add_pending(struct matching *m, struct error *err)
{
    for (size_t i = 0; i < m->pending_count; i++) {
        const struct pending *p = &m->pending[i];
        struct finding *slot;
        int r;

        if (p->known || (kernel_code_is_absent(p->package) && !m->maker.options->kernel_everywhere))
            continue;
        slot = arena_push(m->maker.arena, &m->findings, &m->finding_count, sizeof(*slot));
        if (!slot)
            return arena_failed(m->maker.arena, "the scan", err);
        r = finding_make_pending(&m->maker, p->package, p->family, p->version, slot, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int by_package_then_worst(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int order = view_cmp(x->package->name, y->package->name);

    if (order == 0)
        order = view_cmp(x->package->arch, y->package->arch);
    if (order == 0)
        order = view_cmp(x->package->version, y->package->version);
    if (order == 0)
        order = (x->severity < y->severity) - (x->severity > y->severity);
    return order ? order : view_cmp(x->id, y->id);
}

static void tell_count(struct matching *m, size_t count, const char *code, const char *format,
                       const char *hint)
{
    struct diagnostic *d;

    if (count == 0)
        return;
    d = arena_push(m->maker.arena, &m->diagnostics, &m->diagnostic_count, sizeof(*d));
    if (!d)
        return;
    d->level = DIAGNOSTIC_NOTE;
    d->code = view_of(code);
    d->message = arena_printf(m->maker.arena, "%zu %s", count, tr(format));
    d->hint = hint ? view_of(tr(hint)) : VIEW_EMPTY;
}

static void tell_left_out(struct matching *m)
{
    tell_count(m, m->left_out.foreign, "packages-foreign",
               "packages of other repositories are listed but not matched",
               "their vendors publish advisories of their own");
    tell_count(m, m->left_out.kernel, "kernel-headers",
               "kernel vulnerabilities of packages without kernel code (headers, documentation, "
               "tools) are left out",
               NULL);
    tell_count(m, m->left_out.versionless, "packages-versionless",
               "packages without a version are not matched", NULL);
}

static enum version_scheme system_scheme(const struct matching *m)
{
    return m->lookup_count ? m->ecosystems[0]->scheme : VERSION_DPKG;
}

int match_packages(const struct os_info *os, const struct package *packages, size_t count,
                   struct vulndb_reader *reader, const struct match_options *options,
                   struct arena *arena, struct match_result *ret, struct error *err)
{
    struct matching m = {.maker = {os, reader, options, arena}};
    int r;

    m.lookup_count = ecosystems_of_os(os, m.lookups);
    for (size_t i = 0; i < m.lookup_count; i++) {
        m.ecosystems[i] = ecosystem_find(ecosystem_name_view(&m.lookups[i].name));
        if (!m.ecosystems[i])
            return error_set(err, ERROR_INTERNAL, "an ecosystem without a family");
    }
    r = match_all(&m, packages, count, err);
    if (r == 0) {
        settle_pending(&m, system_scheme(&m));
        r = add_pending(&m, err);
    }
    if (r < 0)
        return r;
    if (m.finding_count)
        qsort(m.findings, m.finding_count, sizeof(*m.findings), by_package_then_worst);
    tell_left_out(&m);
    *ret = (struct match_result){m.findings, m.finding_count, m.diagnostics, m.diagnostic_count};
    return arena_failed(arena, "the scan", err);
}
