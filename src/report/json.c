#include "report/json.h"

#include "base/arena.h"
#include "base/clock.h"
#include "codec/json-write.h"

enum {
    PURLS_LIMIT = 1 << 30, /* bytes of all package URLs */
};

static void add_texts(struct json_writer *w, struct view key, const struct view *texts,
                      size_t count)
{
    json_write_key(w, key);
    json_write_array(w);
    for (size_t i = 0; i < count; i++)
        json_write_string(w, texts[i]);
    json_write_end(w);
}

static void add_count(struct json_writer *w, struct view key, uint64_t count)
{
    json_write_key(w, key);
    json_write_uint(w, count);
}

static void add_bool(struct json_writer *w, struct view key, bool value)
{
    json_write_key(w, key);
    json_write_bool(w, value);
}

static void add_number(struct json_writer *w, struct view key, double value)
{
    json_write_key(w, key);
    json_write_double(w, value);
}

/* A time that is not known, 0, is null. */
static void add_time(struct json_writer *w, struct view key, int64_t seconds)
{
    char stamp[CLOCK_STAMP_SIZE];

    json_write_key(w, key);
    if (seconds)
        json_write_string(w, view_of(clock_format(seconds, stamp)));
    else
        json_write_null(w);
}

/* ---- Artifact and database ---- */

static void add_os(struct json_writer *w, const struct os_info *os)
{
    json_write_key(w, VIEW("os"));
    json_write_object(w);
    json_write_member(w, VIEW("id"), os->id);
    json_write_member(w, VIEW("version"), os->version_id);
    json_write_member(w, VIEW("codename"), os->codename);
    json_write_member(w, VIEW("name"), os->pretty_name);
    add_bool(w, VIEW("ubuntu_pro"), os->ubuntu_pro);
    json_write_end(w);
}

static void add_layer(struct json_writer *w, const struct report_layer *layer)
{
    json_write_object(w);
    json_write_member(w, VIEW("diff_id"), layer->diff_id);
    json_write_member(w, VIEW("digest"), layer->digest);
    add_count(w, VIEW("size"), layer->size);
    json_write_member(w, VIEW("created_by"), layer->created_by);
    add_bool(w, VIEW("cached"), layer->cached);
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
    add_time(w, VIEW("built_at"), database->built_at);
    add_count(w, VIEW("advisories"), database->advisory_count);
    json_write_end(w);
}

/* ---- Findings ---- */

static void add_cvss(struct json_writer *w, const struct finding_cvss *cvss)
{
    json_write_key(w, VIEW("cvss"));
    if (cvss->vector.len == 0) {
        json_write_null(w);
        return;
    }
    json_write_object(w);
    json_write_member(w, VIEW("version"), cvss->version);
    json_write_member(w, VIEW("vector"), cvss->vector);
    add_number(w, VIEW("score"), cvss->score);
    json_write_end(w);
}

static void add_epss(struct json_writer *w, const struct finding_epss *epss)
{
    json_write_key(w, VIEW("epss"));
    if (!epss->known) {
        json_write_null(w);
        return;
    }
    json_write_object(w);
    add_number(w, VIEW("score"), epss->score);
    add_number(w, VIEW("percentile"), epss->percentile);
    json_write_end(w);
}

static void add_kev(struct json_writer *w, const struct finding_kev *kev)
{
    json_write_key(w, VIEW("kev"));
    if (!kev->listed) {
        json_write_null(w);
        return;
    }
    json_write_object(w);
    json_write_member(w, VIEW("date_added"), kev->date_added);
    json_write_member(w, VIEW("due_date"), kev->due_date);
    add_bool(w, VIEW("ransomware"), kev->ransomware);
    json_write_end(w);
}

/* What findings and the list of packages both say of a package. */
static void add_package_names(struct json_writer *w, const struct package *package)
{
    json_write_member(w, VIEW("name"), package->name);
    json_write_member(w, VIEW("version"), package->version);
    json_write_member(w, VIEW("source_name"), package->source_name);
    json_write_member(w, VIEW("source_version"), package->source_version);
    json_write_member(w, VIEW("type"), view_of(package_type_name(package->type)));
    json_write_member(w, VIEW("arch"), package->arch);
}

static void add_location(struct json_writer *w, const struct finding_location *location)
{
    json_write_key(w, VIEW("location"));
    json_write_object(w);
    json_write_member(w, VIEW("layer"), location->layer);
    json_write_member(w, VIEW("path"), location->path);
    json_write_end(w);
}

static void add_finding(struct json_writer *w, const struct finding *f)
{
    json_write_object(w);
    json_write_member(w, VIEW("kind"), f->kind);
    json_write_member(w, VIEW("id"), f->id);
    add_texts(w, VIEW("aliases"), f->aliases, f->alias_count);
    json_write_member(w, VIEW("severity"), view_of(severity_name(f->severity)));
    json_write_member(w, VIEW("severity_source"), f->severity_source);
    add_cvss(w, &f->cvss);
    add_epss(w, &f->epss);
    add_kev(w, &f->kev);
    json_write_key(w, VIEW("package"));
    json_write_object(w);
    add_package_names(w, f->package);
    json_write_member(w, VIEW("purl"), f->purl);
    json_write_end(w);
    json_write_member(w, VIEW("fixed_version"), f->fixed_version);
    json_write_member(w, VIEW("status"), view_of(finding_status_name(f->status)));
    add_location(w, &f->location);
    json_write_member(w, VIEW("title"), f->title);
    add_texts(w, VIEW("references"), f->references, f->reference_count);
    add_time(w, VIEW("published"), f->published);
    add_time(w, VIEW("modified"), f->modified);
    json_write_member(w, VIEW("fingerprint"), f->fingerprint);
    json_write_end(w);
}

static void add_findings(struct json_writer *w, const struct report *report)
{
    json_write_key(w, VIEW("findings"));
    json_write_array(w);
    for (size_t i = 0; i < report->finding_count; i++)
        add_finding(w, &report->findings[i]);
    json_write_end(w);
}

/* ---- Packages ---- */

static void add_package(struct json_writer *w, const struct report *report,
                        const struct package *package, struct arena *arena)
{
    const struct report_artifact *artifact = &report->artifact;
    bool in_layer = package->layer < artifact->layer_count;

    json_write_object(w);
    add_package_names(w, package);
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
    add_count(w, VIEW("packages"), report->package_count);
    add_count(w, VIEW("findings"), report->finding_count);
    json_write_key(w, VIEW("by_severity"));
    json_write_object(w);
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
        add_count(w, view_of(severity_name((enum severity)s)), report->by_severity[s]);
    json_write_end(w);
    add_count(w, VIEW("fixable"), report->fixable_count);
    add_count(w, VIEW("hidden"), report->hidden_count);
    add_bool(w, VIEW("complete"), is_complete(report));
    add_bool(w, VIEW("gate_failed"), report->gate_failed);
    json_write_end(w);
}

static void add_timing(struct json_writer *w, const struct report *report)
{
    json_write_key(w, VIEW("timing"));
    json_write_array(w);
    for (size_t i = 0; i < report->timing_count; i++) {
        json_write_object(w);
        json_write_member(w, VIEW("name"), report->timing[i].name);
        add_count(w, VIEW("ns"), report->timing[i].ns);
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
