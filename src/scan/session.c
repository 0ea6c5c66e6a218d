#include "scan/session.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "inventory/eol.h"
#include "inventory/foreign.h"
#include "match/match.h"
#include "vulndb/ecosystem.h"

enum { SECONDS_OF_A_DAY = 86400 };

void session_done(struct session *s)
{
    vulndb_close(s->db);
}

/* Ends the span that began with the last one. */
void session_end_span(struct session *s, const char *name)
{
    uint64_t now = clock_now_ns();
    struct report_span *span =
        arena_push(s->arena, &s->spans, &s->report.timing_count, sizeof(*span));

    if (span)
        *span = (struct report_span){view_of(name), now - s->span_start};
    s->span_start = now;
}

struct diagnostic *session_tell(struct session *s, enum diagnostic_level level, const char *code)
{
    struct diagnostic *d =
        arena_push(s->arena, &s->diagnostics, &s->report.diagnostic_count, sizeof(*d));

    if (d) {
        d->level = level;
        d->code = view_of(code);
    }
    return d;
}

void session_tell_error(struct session *s, enum diagnostic_level level, const char *code,
                        const struct error *err, struct view layer, struct view path)
{
    struct diagnostic *d = session_tell(s, level, code);

    if (!d)
        return;
    d->message = arena_copy(s->arena, view_of(err->message));
    d->hint = arena_copy(s->arena, view_of(err->hint));
    d->layer = arena_copy(s->arena, layer);
    d->path = arena_copy(s->arena, path);
}

static void tell_all(struct session *s, const struct diagnostic *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct diagnostic *d =
            arena_push(s->arena, &s->diagnostics, &s->report.diagnostic_count, sizeof(*d));

        if (d)
            *d = from[i];
    }
}

static void progress(const struct session *s, enum scan_phase phase)
{
    if (s->options->progress)
        s->options->progress(s->options->progress_ctx, phase, 0, 0);
}

/* ---- The database ---- */

static void tell_age(struct session *s, int64_t built_at)
{
    int64_t days = (clock_unix_seconds() - built_at) / SECONDS_OF_A_DAY;
    struct diagnostic *d;

    if (!s->options->db_max_age_days || days <= (int64_t)s->options->db_max_age_days)
        return;
    d = session_tell(s, DIAGNOSTIC_WARNING, "db-old");
    if (!d)
        return;
    d->message = arena_printf(
        s->arena, tr("the advisory database is %lld days old: newer vulnerabilities are missing"),
        (long long)days);
    d->hint = view_of(tr("run: plimsoll db update"));
}

unsigned session_scanners(const struct session *s)
{
    return s->options->scanners ? s->options->scanners : SCAN_PACKAGES;
}

static unsigned kinds_looked_for(unsigned scanners)
{
    static const struct {
        unsigned scanner;
        enum finding_kind kind;
    } kinds[] = {
        {SCAN_PACKAGES, FINDING_VULNERABILITY},
        {SCAN_CONFIG, FINDING_MISCONFIGURATION},
        {SCAN_SECRETS, FINDING_SECRET},
        {SCAN_MALWARE, FINDING_MALWARE},
    };
    unsigned bits = 0;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (scanners & kinds[i].scanner)
            bits |= 1u << kinds[i].kind;
    return bits;
}

static int open_database(struct session *s, struct error *err)
{
    const struct vulndb_info *info;
    int r = vulndb_open(s->options->db_path, &s->db, err);

    if (r < 0)
        return r;
    info = vulndb_info(s->db);
    s->report.database = (struct report_database){true, info->built_at, info->vulnerabilities};
    tell_age(s, info->built_at);
    session_end_span(s, "database");
    return 0;
}

int session_begin(struct session *s, const struct scan_options *options, struct sandbox *sandbox,
                  struct arena *arena, struct error *err)
{
    int r = 0;

    *s = (struct session){.options = options, .sandbox = sandbox, .arena = arena};
    s->span_start = clock_now_ns();
    s->report.looked_for = kinds_looked_for(session_scanners(s));
    if (session_scanners(s) & SCAN_PACKAGES)
        r = open_database(s, err);
    if (r == 0)
        progress(s, SCAN_RESOLVING);
    return r;
}

/* ---- From packages to findings ---- */

static struct view *layer_ids(struct session *s)
{
    struct view *ids = arena_array(s->arena, s->report.artifact.layer_count, sizeof(*ids));

    for (size_t i = 0; ids && i < s->report.artifact.layer_count; i++)
        ids[i] = s->report.artifact.layers[i].diff_id;
    return ids;
}

static void tell_unknown_system(struct session *s)
{
    const struct os_info *os = &s->inventory.os;
    struct ecosystem_lookup lookups[ECOSYSTEM_OF_OS_LIMIT];
    struct diagnostic *d;

    if (os->id.len == 0) {
        /* An image may hold a program and nothing else; a root may not, and a
         * name that was mistyped must not pass a gate. */
        bool image = view_eq(s->report.artifact.kind, VIEW("image"));

        d = session_tell(s,
                         image && !s->inventory.package_count ? DIAGNOSTIC_NOTE : DIAGNOSTIC_ERROR,
                         "os-unknown");
        if (d)
            d->message = view_of(tr("no operating system was found in the target"));
        return;
    }
    for (size_t i = 0, n = ecosystems_of_os(os, lookups); i < n; i++)
        if (lookups[i].role == ECOSYSTEM_MAIN &&
            vulndb_has_ecosystem(s->db, ecosystem_name_view(&lookups[i].name)))
            return;
    /* A clean report that nothing was compared with would pass any gate. */
    d = session_tell(s, DIAGNOSTIC_ERROR, "os-without-advisories");
    if (!d)
        return;
    d->message = arena_printf(
        s->arena, tr("the database has no advisories for %.*s %.*s: its packages were not matched"),
        VIEW_ARG(os->id), VIEW_ARG(os->version_id));
    d->hint = view_of(tr("see plimsoll db info for what is covered, and add a source for it"));
}

static void tell_end_of_life(struct session *s)
{
    const struct os_info *os = &s->inventory.os;
    struct os_lifetime lifetime;
    struct diagnostic *d;

    if (os_end_of_life(os, clock_unix_seconds(), &lifetime) != OS_SUPPORT_ENDED)
        return;
    d = session_tell(s, DIAGNOSTIC_WARNING, "os-end-of-life");
    if (!d)
        return;
    d->message = arena_printf(
        s->arena,
        tr("%.*s %.*s is out of support since %.*s: new vulnerabilities are not fixed any more"),
        VIEW_ARG(os->id), VIEW_ARG(os->version_id), VIEW_ARG(lifetime.end));
    d->hint = view_of(tr("move to a supported release"));
}

static int match(struct session *s, struct error *err)
{
    _cleanup_vulndb_reader_ struct vulndb_reader *reader = NULL;
    struct match_options options = {
        .is_foreign = package_is_foreign,
        .layers = s->report.artifact.layer_count ? layer_ids(s) : NULL,
        .layer_count = s->report.artifact.layer_count,
    };
    struct match_result result;
    int r = vulndb_reader_new(s->db, &reader, err);

    if (r == 0)
        r = match_packages(&s->inventory.os, s->inventory.packages, s->inventory.package_count,
                           reader, &options, s->arena, &result, err);
    if (r < 0)
        return r;
    s->report.findings = result.findings;
    s->report.finding_count = result.finding_count;
    tell_all(s, result.diagnostics, result.diagnostic_count);
    return 0;
}

static int compare_findings(const void *a, const void *b)
{
    return finding_compare(a, b);
}

/* Vulnerabilities come first in the order of reports, and are in order. */
static int join_findings(struct session *s, struct error *err)
{
    size_t count = s->report.finding_count + s->extra_count;
    struct finding *all;

    if (s->extra_count == 0)
        return 0;
    all = arena_array(s->arena, count, sizeof(*all));
    if (!all)
        return arena_failed(s->arena, "the scan", err);
    if (s->report.finding_count)
        memcpy(all, s->report.findings, s->report.finding_count * sizeof(*all));
    memcpy(all + s->report.finding_count, s->extra, s->extra_count * sizeof(*all));
    qsort(all + s->report.finding_count, s->extra_count, sizeof(*all), compare_findings);
    s->report.findings = all;
    s->report.finding_count = count;
    return 0;
}

int session_finish(struct session *s, struct report *ret, struct error *err)
{
    int r;

    s->report.artifact.os = s->inventory.os;
    s->report.packages = s->inventory.packages;
    s->report.package_count = s->inventory.package_count;
    tell_all(s, s->inventory.diagnostics, s->inventory.diagnostic_count);
    if (s->db) {
        tell_unknown_system(s);
        tell_end_of_life(s);
    }
    session_end_span(s, "inventory");
    progress(s, SCAN_MATCHING);
    r = s->db ? match(s, err) : 0;
    if (r == 0)
        r = join_findings(s, err);
    if (r < 0)
        return r;
    report_recount(&s->report);
    session_end_span(s, "match");
    s->report.diagnostics = s->diagnostics;
    s->report.timing = s->spans;
    r = arena_failed(s->arena, "the scan", err);
    if (r == 0)
        *ret = s->report;
    return r;
}
