#include "report/json.h"

#include "base/arena.h"
#include "report/json-finding.h"
#include "report/json-member.h"

enum {
    PURLS_LIMIT = 1 << 30, /* bytes of all package URLs */
};

/* ---- Artifact and database ---- */

static void add_os(struct json_writer *w, const struct os_info *os)
{
    json_write_key(w, VIEW("os"));
    json_write_object(w);
    json_write_member(w, VIEW("id"), os->id);
    json_write_member(w, VIEW("version"), os->version_id);
    json_write_member(w, VIEW("codename"), os->codename);
    json_write_member(w, VIEW("name"), os->pretty_name);
    json_member_bool(w, VIEW("ubuntu_pro"), os->ubuntu_pro);
    json_write_end(w);
}

static void add_layer(struct json_writer *w, const struct report_layer *layer)
{
    json_write_object(w);
    json_write_member(w, VIEW("diff_id"), layer->diff_id);
    json_write_member(w, VIEW("digest"), layer->digest);
    json_member_uint(w, VIEW("size"), layer->size);
    json_write_member(w, VIEW("created_by"), layer->created_by);
    json_member_bool(w, VIEW("cached"), layer->cached);
    json_write_end(w);
}

static void add_artifact(struct json_writer *w, const struct report_artifact *artifact)
{
    json_write_key(w, VIEW("artifact"));
    json_write_object(w);
    json_write_member(w, VIEW("kind"), artifact->kind);
    json_write_member(w, VIEW("name"), artifact->name);
    json_write_member(w, VIEW("source"), artifact->source);
    json_write_member(w, VIEW("digest"), artifact->digest);
    json_write_member(w, VIEW("image_id"), artifact->image_id);
    json_write_member(w, VIEW("platform"), artifact->platform);
    add_os(w, &artifact->os);
    json_write_key(w, VIEW("layers"));
    json_write_array(w);
    for (size_t i = 0; i < artifact->layer_count; i++)
        add_layer(w, &artifact->layers[i]);
    json_write_end(w);
    json_write_end(w);
}

static void add_database(struct json_writer *w, const struct report_database *database)
{
    json_write_key(w, VIEW("database"));
    if (!database->present) {
        json_write_null(w);
        return;
    }
    json_write_object(w);
    json_member_time(w, VIEW("built_at"), database->built_at);
    json_member_uint(w, VIEW("advisories"), database->advisory_count);
    json_write_end(w);
}

/* ---- Findings ---- */

static void add_findings(struct json_writer *w, const struct report *report)
{
    json_write_key(w, VIEW("findings"));
    json_write_array(w);
    for (size_t i = 0; i < report->finding_count; i++)
        json_add_finding(w, &report->findings[i]);
    json_write_end(w);
}

/* What a person accepted, and why it is not among the findings. */
static void add_suppressed(struct json_writer *w, const struct report *report)
{
    json_write_key(w, VIEW("suppressed"));
    json_write_array(w);
    for (size_t i = 0; i < report->suppressed_count; i++) {
        const struct report_suppressed *s = &report->suppressed[i];

        json_write_object(w);
        json_write_member(w, VIEW("origin"), s->origin);
        json_write_member(w, VIEW("reason"), s->reason);
        json_member_time(w, VIEW("until"), s->until);
        json_write_member(w, VIEW("path"), s->file);
        json_member_known(w, VIEW("line"), s->line);
        json_write_key(w, VIEW("finding"));
        json_add_finding(w, s->finding);
        json_write_end(w);
    }
    json_write_end(w);
}

/* ---- Packages ---- */

static void add_package(struct json_writer *w, const struct report *report,
                        const struct package *package, struct arena *arena)
{
    const struct report_artifact *artifact = &report->artifact;
    bool in_layer = package->layer < artifact->layer_count;

    json_write_object(w);
    json_add_package_names(w, package);
    json_write_member(w, VIEW("purl"), package_purl(package, &artifact->os, arena));
    json_write_member(w, VIEW("license"), package->license);
    json_write_member(w, VIEW("maintainer"), package->maintainer);
    json_write_member(w, VIEW("layer"),
                      in_layer ? artifact->layers[package->layer].diff_id : VIEW_EMPTY);
    json_write_member(w, VIEW("path"), package->db_path);
    json_write_end(w);
}

static void add_packages(struct json_writer *w, const struct report *report, struct arena *arena)
{
    json_write_key(w, VIEW("packages"));
    json_write_array(w);
    for (size_t i = 0; i < report->package_count; i++)
        add_package(w, report, &report->packages[i], arena);
    json_write_end(w);
}

/* ---- Diagnostics, summary, timing ---- */

static void add_diagnostics(struct json_writer *w, const struct report *report)
{
    json_write_key(w, VIEW("diagnostics"));
    json_write_array(w);
    for (size_t i = 0; i < report->diagnostic_count; i++) {
        const struct diagnostic *d = &report->diagnostics[i];

        json_write_object(w);
        json_write_member(w, VIEW("level"), view_of(diagnostic_level_name(d->level)));
        json_write_member(w, VIEW("code"), d->code);
        json_write_member(w, VIEW("message"), d->message);
        json_write_member(w, VIEW("hint"), d->hint);
        json_write_member(w, VIEW("layer"), d->layer);
        json_write_member(w, VIEW("path"), d->path);
        json_write_end(w);
    }
    json_write_end(w);
}

static bool is_complete(const struct report *report)
{
    for (size_t i = 0; i < report->diagnostic_count; i++)
        if (report->diagnostics[i].level == DIAGNOSTIC_ERROR)
            return false;
    return true;
}

static void add_summary(struct json_writer *w, const struct report *report)
{
    json_write_key(w, VIEW("summary"));
    json_write_object(w);
    json_member_uint(w, VIEW("packages"), report->package_count);
    json_member_uint(w, VIEW("findings"), report->finding_count);
    json_write_key(w, VIEW("by_severity"));
    json_write_object(w);
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
        json_member_uint(w, view_of(severity_name((enum severity)s)), report->by_severity[s]);
    json_write_end(w);
    json_write_key(w, VIEW("by_kind"));
    json_write_object(w);
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
        if (report_looks_for(report, (enum finding_kind)kind))
            json_member_uint(w, view_of(finding_kind_name((enum finding_kind)kind)),
                             report_count(report, (enum finding_kind)kind));
    json_write_end(w);
    json_member_uint(w, VIEW("fixable"), report->fixable_count);
    json_member_uint(w, VIEW("hidden"), report->hidden_count);
    json_member_uint(w, VIEW("suppressed"), report->suppressed_count);
    json_member_uint(w, VIEW("files_examined"), report->files_examined);
    json_member_uint(w, VIEW("checks_run"), report->checks_run);
    json_member_bool(w, VIEW("complete"), is_complete(report));
    json_member_bool(w, VIEW("gate_failed"), report->gate_failed);
    json_write_end(w);
}

static void add_timing(struct json_writer *w, const struct report *report)
{
    json_write_key(w, VIEW("timing"));
    json_write_array(w);
    for (size_t i = 0; i < report->timing_count; i++) {
        json_write_object(w);
        json_write_member(w, VIEW("name"), report->timing[i].name);
        json_member_uint(w, VIEW("ns"), report->timing[i].ns);
        json_write_end(w);
    }
    json_write_end(w);
}

int report_write_json(const struct report *report, const struct report_options *options,
                      struct buf *to, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(PURLS_LIMIT);
    struct json_writer w = JSON_WRITER_INIT(to, true);
    int result;

    if (!arena)
        return error_memory(err);
    json_write_object(&w);
    json_write_member(&w, VIEW("schema"), VIEW("plimsoll/report/1"));
    add_artifact(&w, &report->artifact);
    add_database(&w, &report->database);
    add_findings(&w, report);
    if (options->suppressed)
        add_suppressed(&w, report);
    if (options->packages)
        add_packages(&w, report, arena);
    add_diagnostics(&w, report);
    add_summary(&w, report);
    if (options->timing)
        add_timing(&w, report);
    json_write_end(&w);
    buf_add_char(to, '\n');
    result = arena_failed(arena, "the report", err);
    return result < 0 ? result : json_write_done(&w, "the report", err);
}
