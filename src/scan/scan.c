#include "scan/scan.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "inventory/analyser.h"
#include "inventory/eol.h"
#include "inventory/foreign.h"
#include "inventory/inventory.h"
#include "match/match.h"
#include "scan/layer-scan.h"
#include "scan/tree-scan.h"
#include "vulndb/ecosystem.h"
#include "vulndb/vulndb.h"

enum { SECONDS_OF_A_DAY = 86400 };

/* One scan while it runs. */
struct session {
    const struct scan_options *options;
    struct sandbox *sandbox;
    struct arena *arena;
    struct report report;
    struct diagnostic *diagnostics;
    struct report_span *spans;
    uint64_t span_start;
    struct vulndb *db;
    struct inventory inventory;
};

static void session_done(struct session *s)
{
    vulndb_close(s->db);
}

/* Ends the span that began with the last one. */
static void end_span(struct session *s, const char *name)
{
    uint64_t now = clock_now_ns();
    struct report_span *span =
        arena_push(s->arena, &s->spans, &s->report.timing_count, sizeof(*span));

    if (span)
        *span = (struct report_span){view_of(name), now - s->span_start};
    s->span_start = now;
}

static struct diagnostic *tell(struct session *s, enum diagnostic_level level, const char *code)
{
    struct diagnostic *d =
        arena_push(s->arena, &s->diagnostics, &s->report.diagnostic_count, sizeof(*d));

    if (d) {
        d->level = level;
        d->code = view_of(code);
    }
    return d;
}

static void tell_error(struct session *s, enum diagnostic_level level, const char *code,
                       const struct error *err, struct view layer, struct view path)
{
    struct diagnostic *d = tell(s, level, code);

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
    d = tell(s, DIAGNOSTIC_WARNING, "db-old");
    if (!d)
        return;
    d->message = arena_printf(
        s->arena, tr("the advisory database is %lld days old: newer vulnerabilities are missing"),
        (long long)days);
    d->hint = view_of(tr("run: plimsoll db update"));
}

static int begin(struct session *s, const struct scan_options *options, struct sandbox *sandbox,
                 struct arena *arena, struct error *err)
{
    const struct vulndb_info *info;
    int r;

    *s = (struct session){.options = options, .sandbox = sandbox, .arena = arena};
    s->span_start = clock_now_ns();
    r = vulndb_open(options->db_path, &s->db, err);
    if (r < 0)
        return r;
    info = vulndb_info(s->db);
    s->report.database = (struct report_database){true, info->built_at, info->vulnerabilities};
    tell_age(s, info->built_at);
    end_span(s, "database");
    progress(s, SCAN_RESOLVING);
    return 0;
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
        d = tell(s, s->inventory.package_count ? DIAGNOSTIC_WARNING : DIAGNOSTIC_NOTE,
                 "os-unknown");
        if (d)
            d->message = view_of(tr("no operating system was found in the target"));
        return;
    }
    for (size_t i = 0, n = ecosystems_of_os(os, lookups); i < n; i++)
        if (lookups[i].role == ECOSYSTEM_MAIN &&
            vulndb_has_ecosystem(s->db, ecosystem_name_view(&lookups[i].name)))
            return;
    d = tell(s, DIAGNOSTIC_WARNING, "os-without-advisories");
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
    d = tell(s, DIAGNOSTIC_WARNING, "os-end-of-life");
    if (!d)
        return;
    d->message = arena_printf(
        s->arena,
        tr("%.*s %.*s is out of support since %.*s: new vulnerabilities are not fixed any more"),
        VIEW_ARG(os->id), VIEW_ARG(os->version_id), VIEW_ARG(lifetime.end));
    d->hint = view_of(tr("move to a supported release"));
}

static void count_findings(struct report *report)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        report->by_severity[report->findings[i].severity]++;
        report->fixable_count += report->findings[i].status == FINDING_FIXED;
    }
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

static int finish(struct session *s, struct report *ret, struct error *err)
{
    int r;

    s->report.artifact.os = s->inventory.os;
    s->report.packages = s->inventory.packages;
    s->report.package_count = s->inventory.package_count;
    tell_all(s, s->inventory.diagnostics, s->inventory.diagnostic_count);
    tell_unknown_system(s);
    tell_end_of_life(s);
    end_span(s, "inventory");
    progress(s, SCAN_MATCHING);
    r = match(s, err);
    if (r < 0)
        return r;
    count_findings(&s->report);
    end_span(s, "match");
    s->report.diagnostics = s->diagnostics;
    s->report.timing = s->spans;
    r = arena_failed(s->arena, "the scan", err);
    if (r == 0)
        *ret = s->report;
    return r;
}

/* ---- Images ---- */

static struct view copy(struct session *s, struct view text)
{
    return arena_copy(s->arena, text);
}

static void describe_layers(struct session *s, const struct image_manifest *manifest,
                            const struct layer_outcome *outcomes)
{
    struct report_layer *layers = arena_array(s->arena, manifest->layer_count, sizeof(*layers));

    for (size_t i = 0; layers && i < manifest->layer_count; i++) {
        const struct image_layer *from = &manifest->layers[i];

        layers[i] =
            (struct report_layer){copy(s, from->digest), copy(s, from->diff_id),
                                  copy(s, from->created_by), from->size, outcomes[i].cached};
    }
    s->report.artifact.layers = layers;
    s->report.artifact.layer_count = layers ? manifest->layer_count : 0;
}

static void describe_image(struct session *s, const struct image *image,
                           const struct layer_outcome *outcomes)
{
    const struct image_manifest *manifest = image_manifest(image);
    const struct platform *p = &manifest->platform;
    struct report_artifact *a = &s->report.artifact;

    a->source = copy(s, view_of(image_source_name(image)));
    a->image_id = copy(s, manifest->config_id);
    a->digest = manifest->digest.len ? copy(s, manifest->digest) : a->image_id;
    a->platform = arena_printf(s->arena, "%.*s/%.*s%s%.*s", VIEW_ARG(p->os), VIEW_ARG(p->arch),
                               p->variant.len ? "/" : "", VIEW_ARG(p->variant));
    describe_layers(s, manifest, outcomes);
}

static void tell_layer_errors(struct session *s, const struct layer_outcome *outcomes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct error err = outcomes[i].error;

        if (!error_is_set(&err))
            continue;
        error_wrap(&err, "layer %zu", i + 1);
        tell_error(s, DIAGNOSTIC_ERROR, "layer-unreadable", &err,
                   s->report.artifact.layers ? s->report.artifact.layers[i].diff_id : VIEW_EMPTY,
                   VIEW_EMPTY);
        s->report.unreadable_layers++;
    }
}

/* Merges, and reads layers again for what links lead to, until nothing is asked. */
static int take_inventory(struct session *s, struct layer_scan *scan,
                          const struct layer_outcome **ret_outcomes, size_t *ret_count,
                          struct error *err)
{
    struct inventory_options options = {.licenses = true, .files = s->options->want_files};

    for (int round = 0;; round++) {
        const struct layer_outcome *outcomes = layer_scan_outcomes(scan, ret_count);
        struct layer_facts *facts = arena_array(s->arena, *ret_count, sizeof(*facts));
        int r;

        if (!facts)
            return arena_failed(s->arena, "the scan", err);
        for (size_t i = 0; i < *ret_count; i++)
            facts[i] = outcomes[i].facts;
        r = inventory_merge(facts, *ret_count, &options, s->arena, &s->inventory, err);
        if (r == 0 && s->inventory.ask_count && round < INVENTORY_ROUNDS_LIMIT) {
            r = layer_scan_read_again(scan, s->inventory.asks, s->inventory.ask_count, err);
            if (r == 0)
                continue;
        }
        *ret_outcomes = outcomes;
        return r;
    }
}

static int all_failed(const struct layer_outcome *outcomes, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (outcomes[i].known)
            return 0;
    if (count == 0)
        return 0; /* an image without layers is an empty one */
    if (err)
        *err = outcomes[0].error;
    return error_wrap(err, "layer %d", 1);
}

static int read_image(struct session *s, struct image *image, struct layer_cache *cache,
                      struct error *err)
{
    const struct scan_options *o = s->options;
    struct layer_scan_options options = {
        .sandbox = s->sandbox,
        .cache = cache,
        .layer_limit = o->layer_limit ? o->layer_limit : (uint64_t)SCAN_DEFAULT_LAYER_GIB << 30,
        .layer_seconds = o->layer_seconds,
        .arena = s->arena,
    };
    _cleanup_(layer_scan_free_p) struct layer_scan *scan = NULL;
    const struct layer_outcome *outcomes = NULL;
    size_t count = 0;
    int r = layer_scan_new(image, &options, &scan, err);

    if (r == 0)
        r = layer_scan_read(scan, err);
    end_span(s, "layers");
    if (r == 0)
        r = take_inventory(s, scan, &outcomes, &count, err);
    if (r == 0)
        r = all_failed(outcomes, count, err);
    if (r < 0)
        return r;
    describe_image(s, image, outcomes);
    tell_layer_errors(s, outcomes, count);
    return 0;
}

static void forward_bytes(void *ctx, uint64_t done, uint64_t total)
{
    const struct scan_options *o = ctx;

    o->progress(o->progress_ctx, SCAN_LAYERS, done, total);
}

/* A cache that can't be used is told and done without. */
static struct layer_cache *open_cache(struct session *s)
{
    char generation[32];
    struct layer_cache *cache = NULL;
    struct error err = ERROR_INIT;

    if (!s->options->cache_dir)
        return NULL;
    snprintf(generation, sizeof(generation), "%016llx", (unsigned long long)analyser_fingerprint());
    if (layer_cache_open(s->options->cache_dir, s->options->cache_limit, view_of(generation),
                         &cache, &err) < 0) {
        error_hint(&err, "choose another place with --cache-dir");
        tell_error(s, DIAGNOSTIC_NOTE, "cache-unusable", &err, VIEW_EMPTY, VIEW_EMPTY);
    }
    return cache;
}

static int scan_image_in(struct session *s, const char *reference, struct error *err)
{
    _cleanup_(layer_cache_close_p) struct layer_cache *cache = open_cache(s);
    _cleanup_(image_free_p) struct image *image = NULL;
    struct image_options options = s->options->image;
    int r;

    if (s->options->progress) {
        options.progress = forward_bytes;
        options.progress_ctx = (void *)s->options;
    }
    r = image_open(reference, &options, s->sandbox, &image, err); /* names the reference */
    end_span(s, "resolve");
    if (r == 0 && (r = read_image(s, image, cache, err)) < 0)
        error_wrap(err, "%s", reference);
    if (r == 0 && cache)
        layer_cache_settle(cache);
    return r;
}

int scan_image(const char *reference, const struct scan_options *options, struct sandbox *sandbox,
               struct arena *arena, struct report *ret, struct error *err)
{
    struct session s;
    int r = begin(&s, options, sandbox, arena, err);

    s.report.artifact.kind = VIEW("image");
    s.report.artifact.name = arena_copy(arena, view_of(reference));
    if (r == 0)
        r = scan_image_in(&s, reference, err);
    if (r == 0)
        r = finish(&s, ret, err);
    session_done(&s);
    return r;
}

/* ---- Trees and hosts ---- */

static void unreadable(void *ctx, struct view path, const struct error *err)
{
    struct session *s = ctx;

    for (size_t i = 0; i < s->report.diagnostic_count; i++)
        if (view_eq(s->diagnostics[i].path, path))
            return; /* told at an earlier reading */
    tell_error(s, DIAGNOSTIC_ERROR, "file-unreadable", err, VIEW_EMPTY, path);
}

static int read_tree(struct session *s, struct tree *tree, struct error *err)
{
    struct inventory_options options = {.licenses = true, .files = s->options->want_files};
    struct tree_scan scan = {tree, s->sandbox, s->options->layer_seconds, s->arena, {0},
                             s,    unreadable};
    const struct layer_rule *rules = NULL;
    size_t rule_count = 0;

    for (int round = 0;; round++) {
        struct layer_facts facts = {0};
        int r = tree_scan_read(&scan, rules, rule_count, &facts, err);

        if (r == 0)
            r = inventory_merge(&facts, 1, &options, s->arena, &s->inventory, err);
        if (r < 0 || s->inventory.ask_count == 0 || round == INVENTORY_ROUNDS_LIMIT)
            return r;
        rules = s->inventory.asks[0].rules;
        rule_count = s->inventory.asks[0].rule_count;
    }
}

static int scan_root(const char *directory, struct view kind, const struct scan_options *options,
                     struct sandbox *sandbox, struct arena *arena, struct report *ret,
                     struct error *err)
{
    _cleanup_(tree_close_p) struct tree *tree = NULL;
    struct session s;
    int r = begin(&s, options, sandbox, arena, err);

    s.report.artifact.kind = kind;
    s.report.artifact.name = arena_copy(arena, view_of(directory));
    s.report.artifact.source = VIEW("directory");
    if (r == 0)
        r = tree_open(directory, &tree, err);
    if (r == 0 && (r = read_tree(&s, tree, err)) < 0)
        r = error_wrap(err, "%s", directory);
    end_span(&s, "layers");
    if (r == 0)
        r = finish(&s, ret, err);
    session_done(&s);
    return r;
}

int scan_tree(const char *directory, const struct scan_options *options, struct sandbox *sandbox,
              struct arena *arena, struct report *ret, struct error *err)
{
    return scan_root(directory, VIEW("filesystem"), options, sandbox, arena, ret, err);
}

int scan_host(const struct scan_options *options, struct sandbox *sandbox, struct arena *arena,
              struct report *ret, struct error *err)
{
    return scan_root("/", VIEW("host"), options, sandbox, arena, ret, err);
}
