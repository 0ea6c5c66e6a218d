#include "match/match.h"

#include <stdlib.h>

#include "base/text.h"
#include "match/finding-maker.h"
#include "match/kernel-code.h"
#include "match/pending.h"
#include "match/source-name.h"
#include "match/verdict.h"

struct left_out {
    size_t foreign, kernel, versionless;
};

struct matching {
    struct finding_maker maker;
    struct ecosystem_lookup lookups[ECOSYSTEM_OF_OS_LIMIT];
    const struct ecosystem *ecosystems[ECOSYSTEM_OF_OS_LIMIT];
    size_t lookup_count;
    struct verdicts verdicts;
    struct finding *findings;
    size_t finding_count;
    struct pending_list pending;
    struct left_out left_out;
    size_t for_subscribers;
    struct diagnostic *diagnostics;
    size_t diagnostic_count;
};

/* ---- One package ---- */

static int take_statements(struct matching *m, const struct subject *subject, struct view ecosystem,
                           struct view name, struct error *err)
{
    char room[ECOSYSTEM_PACKAGE_LIMIT];
    struct vulndb_statements statements;
    struct vulndb_statement statement;
    int r;

    if (!ecosystem_package_name(subject->ecosystem, name, room, &name))
        return 0;
    r = vulndb_lookup(m->maker.reader, ecosystem, name, &statements, err);
    if (r <= 0)
        return r;
    while ((r = vulndb_next_statement(&statements, &statement, err)) > 0) {
        r = verdicts_take(&m->verdicts, subject, statement, err);
        if (r < 0)
            break;
    }
    return r;
}

/* By the source package's name and by the package's own: statements say which
 * of the two they mean. */
static int look_up(struct matching *m, const struct package *package, struct source source,
                   size_t at, struct error *err)
{
    struct view ecosystem = ecosystem_name_view(&m->lookups[at].name);
    struct subject subject = {
        .package = package,
        .ecosystem = m->ecosystems[at],
        .role = m->lookups[at].role,
        .subscribed = m->maker.os->ubuntu_pro,
        .as_source = true,
        .version = source.version,
    };
    int r = take_statements(m, &subject, ecosystem, source.name, err);

    subject.as_source = false;
    subject.version = package->version;
    return r < 0 ? r : take_statements(m, &subject, ecosystem, package->name, err);
}

static int look_up_pending(struct matching *m, const struct package *package, struct source source,
                           size_t at, struct error *err)
{
    struct vulndb_statements statements;
    int r = vulndb_lookup(m->maker.reader, ecosystem_name_view(&m->lookups[at].name), source.name,
                          &statements, err);

    if (r <= 0)
        return r;
    return pending_take(&m->pending, package, source, m->ecosystems[at], statements, m->maker.arena,
                        err);
}

static int make_findings(struct matching *m, const struct package *package, struct error *err)
{
    for (size_t i = 0; i < m->verdicts.count; i++) {
        const struct verdict *v = &m->verdicts.items[i];
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
        m->for_subscribers += v->for_subscribers && !v->fixed.len;
    }
    return 0;
}

static size_t count_affected(const struct verdicts *verdicts)
{
    size_t count = 0;

    for (size_t i = 0; i < verdicts->count; i++)
        count += verdicts->items[i].affected && !verdicts->items[i].safe;
    return count;
}

static int match_package(struct matching *m, const struct package *package, struct error *err)
{
    bool codeless = !m->maker.options->kernel_everywhere && kernel_code_is_absent(package);
    char room[SOURCE_NAME_LIMIT];
    struct source source = source_of(package, room);
    int r = 0;

    verdicts_clear(&m->verdicts);
    for (size_t i = 0; r == 0 && i < m->lookup_count; i++) {
        if (m->lookups[i].role != ECOSYSTEM_PENDING)
            r = look_up(m, package, source, i, err);
        else if (!codeless)
            r = look_up_pending(m, package, source, i, err);
    }
    if (r < 0)
        return r;
    if (!codeless)
        return make_findings(m, package, err);
    m->left_out.kernel += count_affected(&m->verdicts);
    return 0;
}

/* ---- All packages ---- */

static int match_all(struct matching *m, const struct package *packages, size_t count,
                     struct error *err)
{
    const struct match_options *options = m->maker.options;
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (packages[i].version.len == 0)
            m->left_out.versionless++;
        else if (options->is_foreign && options->is_foreign(&packages[i], m->maker.os))
            m->left_out.foreign++;
        else
            r = match_package(m, &packages[i], err);
    }
    return r;
}

static int add_pending(struct matching *m, struct error *err)
{
    size_t told = m->finding_count;

    for (size_t i = 0; i < m->pending.count; i++) {
        const struct pending *p = &m->pending.items[i];
        struct finding *slot;
        int r;

        if (pending_is_known(p, m->ecosystems[0]->scheme, m->findings, told))
            continue;
        slot = arena_push(m->maker.arena, &m->findings, &m->finding_count, sizeof(*slot));
        if (!slot)
            return arena_failed(m->maker.arena, "the scan", err);
        r = finding_make_pending(&m->maker, p->package, p->family, p->source, p->version, slot,
                                 err);
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

/* ---- What the reader should know ---- */

static void tell_count(struct matching *m, size_t count, const char *code, const char *what,
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
    d->message = arena_printf(m->maker.arena, "%zu %s", count, what);
    d->hint = view_of(hint);
}

static void tell(struct matching *m)
{
    tell_count(m, m->left_out.foreign, "packages-foreign",
               tr("packages of other repositories are listed but not matched"),
               tr("their vendors publish advisories of their own"));
    tell_count(m, m->left_out.kernel, "kernel-headers",
               tr("kernel vulnerabilities of packages without kernel code (headers, "
                  "documentation, tools) are left out"),
               NULL);
    tell_count(m, m->left_out.versionless, "packages-versionless",
               tr("packages without a version are not matched"), NULL);
    tell_count(m, m->for_subscribers, "fixes-for-subscribers",
               tr("vulnerabilities have a fix only in Ubuntu Pro, which is not attached"), NULL);
}

static int init(struct matching *m, struct error *err)
{
    const struct vulndb_info *info = vulndb_info(vulndb_reader_database(m->maker.reader));

    m->lookup_count = ecosystems_of_os(m->maker.os, m->lookups);
    for (size_t i = 0; i < m->lookup_count; i++) {
        m->ecosystems[i] = ecosystem_find(ecosystem_name_view(&m->lookups[i].name));
        if (!m->ecosystems[i])
            return error_set(err, ERROR_INTERNAL, "an ecosystem without a family");
    }
    return verdicts_init(&m->verdicts, info->vulnerabilities, m->maker.arena, err);
}

int match_packages(const struct os_info *os, const struct package *packages, size_t count,
                   struct vulndb_reader *reader, const struct match_options *options,
                   struct arena *arena, struct match_result *ret, struct error *err)
{
    struct matching m = {.maker = {os, reader, options, arena}};
    int r = init(&m, err);

    if (r == 0)
        r = match_all(&m, packages, count, err);
    if (r == 0)
        r = add_pending(&m, err);
    if (r < 0)
        return r;
    if (m.finding_count)
        qsort(m.findings, m.finding_count, sizeof(*m.findings), by_package_then_worst);
    tell(&m);
    *ret = (struct match_result){m.findings, m.finding_count, m.diagnostics, m.diagnostic_count};
    return arena_failed(arena, "the scan", err);
}
