#include "scan/config-scan.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/text.h"
#include "config/checks.h"
#include "config/kubernetes/version.h"
#include "scan/config-find.h"
#include "scan/config-op.h"
#include "scan/config-render.h"
#include "scan/fed-job.h"
#include "scan/rule-finding.h"

struct scan {
    const struct config_scan_options *options;
    const struct checks *checks;
    struct arena *arena;
    struct fed_job job;
    struct feed *feed; /* of the run */
    struct report report;
    struct diagnostic *diagnostics;
    struct finding *findings;
    struct suppression *suppressions;
    size_t suppression_count;
    size_t told;      /* diagnostics that stand, whatever becomes of the run */
    struct view path; /* of the finding added last */
    uint64_t bytes;   /* read so far */
    uint64_t start;
};

/* ---- Diagnostics ---- */

static struct diagnostic *add_diagnostic(struct scan *s)
{
    return arena_push(s->arena, &s->diagnostics, &s->report.diagnostic_count,
                      sizeof(*s->diagnostics));
}

static int tell(struct scan *s, enum diagnostic_level level, const char *code, struct view path,
                const struct error *why, struct error *err)
{
    struct diagnostic *d = add_diagnostic(s);

    if (!d)
        return error_memory(err);
    *d = (struct diagnostic){
        .level = level,
        .code = view_of(code),
        .message = arena_copy(s->arena, view_of(why->message)),
        .hint = arena_copy(s->arena, view_of(why->hint)),
        .path = arena_copy(s->arena, path),
    };
    return 0;
}

/* ---- Files on their way to the worker ---- */

/* As a person names it below the folder he is in. */
static struct view shown(const char *path)
{
    return view_strip_prefix(view_of(path), VIEW("./"));
}

static int on_file(void *ctx, const char *path, int fd, enum config_form form, struct error *err)
{
    struct scan *s = ctx;
    struct error why = ERROR_INIT;
    uint64_t len = 0;
    int r;

    if (fed_job_leaves_out(&s->job, shown(path)))
        return 0;
    r = feed_file(s->feed, shown(path), fd, (uint64_t)CONFIG_OP_FILE_LIMIT + 1, (uint32_t)form,
                  &len, &why);
    if (r < 0 && r != ERROR_CRASH)
        return tell(s, DIAGNOSTIC_ERROR, "file-unreadable", shown(path), &why, err);
    s->bytes += len;
    if (s->options->progress)
        s->options->progress(s->options->progress_ctx, s->bytes);
    if (r < 0 && err)
        *err = why;
    return r;
}

/* The path of a rendered piece: that of its template, as the person would
 * write it. Helm's paths begin with the chart's name, not with its folder. */
static struct view rendered_path(struct scan *s, const char *folder, struct view source)
{
    struct view below = source, root = shown(folder);

    if (source.len == 0)
        return arena_copy(s->arena, root);
    view_cut(&below, '/');
    root = view_strip_suffix(root, VIEW("/"));
    if (view_eq(root, VIEW(".")))
        return arena_copy(s->arena, below);
    return arena_printf(s->arena, "%.*s/%.*s", VIEW_ARG(root), VIEW_ARG(below));
}

static int feed_rendered(struct scan *s, const char *folder, struct view text, struct error *err)
{
    struct config_rendered piece;
    int r = 0;

    while (r == 0 && config_rendered_next(&text, &piece)) {
        struct view path = rendered_path(s, folder, piece.source);

        if (!fed_job_leaves_out(&s->job, path))
            r = feed_text(s->feed, path, piece.text, CONFIG_FORM_RENDERED, err);
    }
    return r;
}

static int on_package(void *ctx, const char *folder, enum config_package package, bool *ret_taken,
                      struct error *err)
{
    struct scan *s = ctx;
    const struct config_render_options options = {s->options->helm_values,
                                                  s->options->helm_values_count};
    _cleanup_(buf_done) struct buf text = BUF_INIT(CONFIG_RENDER_LIMIT);
    struct error why = ERROR_INIT;
    int r;

    /* A chart's templates are no YAML: they are never read as they stand. */
    *ret_taken = package == CONFIG_HELM_CHART;
    if (s->options->no_render)
        return 0;
    r = config_render(folder, package, &options, &text, &why);
    if (r < 0)
        return tell(s, DIAGNOSTIC_ERROR, r == ERROR_NOT_FOUND ? "render-missing" : "render-failed",
                    shown(folder), &why, err);
    *ret_taken = true;
    return feed_rendered(s, folder, buf_view(&text), err);
}

static int on_unreadable(void *ctx, const char *path, const struct error *why, struct error *err)
{
    return tell(ctx, DIAGNOSTIC_ERROR, "file-unreadable", shown(path), why, err);
}

static int feed_all(void *ctx, struct feed *feed, struct error *err)
{
    struct scan *s = ctx;
    const struct config_finder finder = {
        s, s->options->skipped, s->options->skipped_count, on_file, on_package, on_unreadable,
    };
    int r = 0;

    s->feed = feed;
    s->bytes = 0;
    for (size_t i = 0; r == 0 && i < s->options->path_count; i++)
        r = config_find(&finder, s->options->paths[i], err);
    return r;
}

/* ---- What the worker answers ---- */

static int add_finding(struct scan *s, const struct config_record_finding *record,
                       struct error *err)
{
    const struct rule_program *program =
        record->kind < CONFIG_KINDS ? checks_program(s->checks, record->kind) : NULL;
    struct finding *f;

    if (!program || record->rule >= rule_program_rule_count(program))
        return error_set(err, ERROR_INTERNAL, "a worker named a check that does not exist");
    f = arena_push(s->arena, &s->findings, &s->report.finding_count, sizeof(*f));
    if (!f)
        return error_memory(err);
    rule_finding_describe(f, rule_program_rule(program, record->rule));
    f->message = record->message;
    f->resource = record->resource;
    f->part = record->part;
    f->excerpt = record->excerpt;
    f->excerpt_line = record->excerpt_line;
    /* One text for all findings of a file, which makes comparing them quick. */
    if (!view_eq(s->path, record->path))
        s->path = record->path;
    f->location = (struct finding_location){
        .path = s->path,
        .line = record->place.line,
        .column = record->place.column,
        .end_line = record->place.end_line,
        .end_column = record->place.end_column,
    };
    return 0;
}

static int add_problem(struct scan *s, const struct config_record_problem *record,
                       struct error *err)
{
    struct diagnostic *d = add_diagnostic(s);

    if (!d)
        return error_memory(err);
    *d = record->diagnostic;
    return 0;
}

static int add_suppression(struct scan *s, const struct suppression *record, struct error *err)
{
    struct suppression *slot =
        arena_push(s->arena, &s->suppressions, &s->suppression_count, sizeof(*slot));

    if (!slot)
        return error_memory(err);
    *slot = *record;
    return 0;
}

/* A folder named by mistake must not look like a clean one. Of files that were
 * named and are of no kind the worker has told. */
static int tell_nothing(struct scan *s, struct error *err)
{
    struct error why = ERROR_INIT;

    if (s->report.diagnostic_count)
        return 0;
    error_set(&why, ERROR_INPUT, "nothing was checked: no manifest, Dockerfile or compose file");
    return tell(s, DIAGNOSTIC_WARNING, "nothing-checked", VIEW_EMPTY, &why, err);
}

static int take_record(struct scan *s, const struct config_record *record, struct error *err)
{
    switch (record->kind) {
    case CONFIG_RECORD_FINDING:
        return add_finding(s, &record->finding, err);
    case CONFIG_RECORD_PROBLEM:
        return add_problem(s, &record->problem, err);
    case CONFIG_RECORD_SUPPRESSION:
        return add_suppression(s, &record->suppression, err);
    case CONFIG_RECORD_END:
        s->report.files_examined = record->end.files;
        if (record->end.files == 0)
            return tell_nothing(s, err);
    }
    return 0;
}

static int take_reply(void *ctx, struct view reply, struct error *err)
{
    struct scan *s = ctx;
    struct view kept = arena_copy(s->arena, reply);
    struct cursor c = cursor_of(kept);
    struct config_record record = {0};
    int r = 0;

    while (r == 0 && config_record_next(&c, s->arena, &record))
        r = take_record(s, &record, err);
    if (r == 0 && (!cursor_at_end(&c) || record.kind != CONFIG_RECORD_END))
        r = error_set(err, ERROR_INTERNAL, "a worker's answer is malformed");
    return r;
}

static int on_death(void *ctx, struct view path, const struct error *why, struct error *err)
{
    struct scan *s = ctx;
    int r;

    s->report.diagnostic_count = s->told;
    r = tell(s, DIAGNOSTIC_ERROR, "file-unreadable", path, why, err);
    s->told = s->report.diagnostic_count;
    return r;
}

static int run_job(struct scan *s, struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(SANDBOX_REQUEST_LIMIT);
    int r;

    buf_add_varint(&request, s->options->target.kubernetes_minor);
    r = buf_failed(&request, "the request", err);
    return r < 0 ? r : fed_job_run(&s->job, buf_view(&request), err);
}

/* ---- The report ---- */

static int by_order(const void *a, const void *b)
{
    return finding_compare(a, b);
}

enum { IDENTITY_LIMIT = 64 << 10 };

/* What stays the same when lines move: the rule, the file, the object. */
static uint64_t identity_of(const struct finding *f, struct buf *text)
{
    const struct view parts[] = {
        f->id,
        view_strip_prefix(f->location.path, VIEW("./")),
        f->resource,
        f->part,
    };

    buf_reset(text);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        buf_add(text, parts[i]);
        buf_add_char(text, '\n');
    }
    return hash_stable(buf_view(text));
}

/* Findings that are equal in all of it are told apart by their order. */
static int add_fingerprints(struct scan *s, struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *twins = hash_map_new();
    _cleanup_(buf_done) struct buf text = BUF_INIT(IDENTITY_LIMIT);

    if (!twins)
        return error_memory(err);
    for (size_t i = 0; i < s->report.finding_count; i++) {
        struct finding *f = &s->findings[i];
        uint64_t identity = identity_of(f, &text);
        void **slot = hash_map_slot(
            twins, arena_copy(s->arena, view_from((const char *)&identity, sizeof(identity))));
        uintptr_t twin;

        if (!slot)
            return error_memory(err);
        twin = (uintptr_t)*slot;
        *slot = (void *)(twin + 1);
        buf_addf(&text, "%zu", (size_t)twin);
        f->fingerprint = finding_fingerprint(identity, hash_stable(buf_view(&text)), s->arena);
    }
    return 0;
}

/* ---- Lines that hold secrets are not shown, whichever rule points at them ---- */

enum { CONCEALED_LINES = 100 /* of one finding */ };

/* What a rule about secrets in files finds is one (MITRE ATT&CK T1552,
 * unsecured credentials). */
static bool is_about_secrets(const struct finding *finding)
{
    for (size_t i = 0; i < finding->tag_count; i++)
        if (view_starts(finding->tags[i], VIEW("ATTACK:T1552")))
            return true;
    return false;
}

static struct view line_key(struct scan *s, const struct finding *finding, uint32_t line)
{
    return arena_printf(s->arena, "%u %.*s", line, VIEW_ARG(finding->location.path));
}

static int conceal(struct scan *s, struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *lines = hash_map_new();
    size_t count = s->report.finding_count;

    if (!lines)
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        const struct finding *f = &s->findings[i];
        uint32_t end =
            f->location.end_line > f->location.line ? f->location.end_line : f->location.line;

        if (end - f->location.line > CONCEALED_LINES)
            end = f->location.line + CONCEALED_LINES;
        for (uint32_t line = f->location.line; is_about_secrets(f) && line <= end; line++)
            if (!hash_map_put(lines, line_key(s, f, line), s))
                return error_memory(err);
    }
    if (hash_map_count(lines) == 0)
        return 0;
    for (size_t i = 0; i < count; i++)
        if (hash_map_get(lines, line_key(s, &s->findings[i], s->findings[i].excerpt_line)))
            s->findings[i].excerpt = VIEW_EMPTY;
    return 0;
}

static int finish(struct scan *s, struct report *ret, struct error *err)
{
    const struct suppressions found = {s->suppressions, s->suppression_count};
    struct report_span *span = arena_alloc(s->arena, sizeof(*span));
    int r;

    if (s->report.finding_count)
        qsort(s->findings, s->report.finding_count, sizeof(*s->findings), by_order);
    r = add_fingerprints(s, err);
    if (r == 0)
        r = conceal(s, err);
    if (r < 0)
        return r;
    s->report.findings = s->findings;
    s->report.diagnostics = s->diagnostics;
    s->report.looked_for = 1U << FINDING_MISCONFIGURATION;
    s->report.checks_run = checks_count(s->checks);
    if (span) {
        *span = (struct report_span){VIEW("checks"), clock_now_ns() - s->start};
        s->report.timing = span;
        s->report.timing_count = 1;
    }
    for (size_t i = 0; i < s->report.finding_count; i++)
        s->report.by_severity[s->findings[i].severity]++;
    r = suppressions_apply(&found, 1, s->options->now, &s->report, s->arena, err);
    if (r == 0)
        r = arena_failed(s->arena, "the scan", err);
    if (r == 0)
        *ret = s->report;
    return r;
}

/* Said at the end: what it is about was judged, if by the rules of another version. */
static int tell_version(struct scan *s, struct error *err)
{
    struct error why = ERROR_INIT;

    if (!kubernetes_minor_is_newer(s->options->target.kubernetes_minor, &why))
        return 0;
    return tell(s, DIAGNOSTIC_WARNING, "kubernetes-version-newer", VIEW_EMPTY, &why, err);
}

static struct view join_paths(struct scan *s)
{
    struct view text = view_of(s->options->paths[0]);

    for (size_t i = 1; i < s->options->path_count; i++)
        text = arena_printf(s->arena, "%.*s %s", VIEW_ARG(text), s->options->paths[i]);
    return arena_copy(s->arena, text);
}

int scan_config(const struct config_scan_options *options, const struct checks *checks,
                struct sandbox *sandbox, struct arena *arena, struct report *ret, struct error *err)
{
    struct scan s = {
        .options = options,
        .checks = checks,
        .arena = arena,
        .start = clock_now_ns(),
    };
    int r;

    s.job = (struct fed_job){
        .sandbox = sandbox,
        .op = &config_op,
        .arena = arena,
        .ctx = &s,
        .feed = feed_all,
        .take = take_reply,
        .died = on_death,
    };
    s.report.artifact.kind = VIEW("config");
    s.report.artifact.name = join_paths(&s);
    s.report.artifact.source = VIEW("files");
    r = run_job(&s, err);
    if (r == 0)
        r = tell_version(&s, err);
    return r < 0 ? r : finish(&s, ret, err);
}
