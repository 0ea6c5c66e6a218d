#include "report/headline.h"
#include "report/json-member.h"
#include "report/sarif-part.h"
#include "report/where.h"

static void add_known(struct sarif *sarif, struct view key, uint32_t value)
{
    if (value)
        json_member_uint(sarif->w, key, value);
}

/* Line 1 where no line is known: code scanning shows no result without one.
 * The end is behind the last character in SARIF. */
static void add_region(struct sarif *sarif, const struct finding_location *l)
{
    json_write_key(sarif->w, VIEW("region"));
    json_write_object(sarif->w);
    json_member_uint(sarif->w, VIEW("startLine"), l->line ? l->line : 1);
    if (l->line) {
        add_known(sarif, VIEW("startColumn"), l->column);
        add_known(sarif, VIEW("endLine"), l->end_line);
        add_known(sarif, VIEW("endColumn"), l->end_line && l->end_column ? l->end_column + 1 : 0);
    }
    json_write_end(sarif->w);
}

static void add_context(struct sarif *sarif, const struct finding *f)
{
    struct view rest = view_strip_suffix(f->excerpt, VIEW("\n"));
    uint32_t lines = 0;

    if (rest.len == 0 || f->excerpt_line == 0)
        return;
    while (rest.ptr) {
        view_line(&rest);
        lines++;
    }
    json_write_key(sarif->w, VIEW("contextRegion"));
    json_write_object(sarif->w);
    json_member_uint(sarif->w, VIEW("startLine"), f->excerpt_line);
    json_member_uint(sarif->w, VIEW("endLine"), f->excerpt_line + lines - 1);
    json_write_key(sarif->w, VIEW("snippet"));
    json_write_object(sarif->w);
    json_write_member(sarif->w, VIEW("text"), f->excerpt);
    json_write_end(sarif->w);
    json_write_end(sarif->w);
}

static void add_physical(struct sarif *sarif, const struct finding *f)
{
    struct view path = where_path(sarif->report, sarif->options, f->location.path, sarif->arena);
    struct json_writer *w = sarif->w;

    json_write_key(w, VIEW("physicalLocation"));
    json_write_object(w);
    json_write_key(w, VIEW("artifactLocation"));
    json_write_object(w);
    json_write_member(w, VIEW("uri"), where_uri(path, sarif->arena));
    if (where_is_on_disk(sarif->report) && !view_starts(path, VIEW("/")))
        json_write_member(w, VIEW("uriBaseId"), VIEW("%SRCROOT%"));
    json_write_end(w);
    add_region(sarif, &f->location);
    add_context(sarif, f);
    json_write_end(w);
}

static void add_logical(struct sarif *sarif, struct view name, struct view full, struct view kind)
{
    json_write_object(sarif->w);
    json_write_member(sarif->w, VIEW("name"), name);
    if (full.len)
        json_write_member(sarif->w, VIEW("fullyQualifiedName"), full);
    json_write_member(sarif->w, VIEW("kind"), kind);
    json_write_end(sarif->w);
}

/* The package, or the resource and its part. */
static void add_logicals(struct sarif *sarif, const struct finding *f)
{
    if (!f->package && f->resource.len == 0)
        return;
    json_write_key(sarif->w, VIEW("logicalLocations"));
    json_write_array(sarif->w);
    if (f->package)
        add_logical(sarif, f->package->name, f->purl, VIEW("package"));
    if (f->resource.len)
        add_logical(sarif, f->resource, f->resource, VIEW("resource"));
    if (f->resource.len && f->part.len)
        add_logical(
            sarif, f->part,
            arena_printf(sarif->arena, "%.*s/%.*s", VIEW_ARG(f->resource), VIEW_ARG(f->part)),
            VIEW("object"));
    json_write_end(sarif->w);
}

static void add_location(struct sarif *sarif, const struct finding *f)
{
    json_write_key(sarif->w, VIEW("locations"));
    json_write_array(sarif->w);
    json_write_object(sarif->w);
    add_physical(sarif, f);
    add_logicals(sarif, f);
    json_write_end(sarif->w);
    json_write_end(sarif->w);
}

static void add_properties(struct sarif *sarif, const struct finding *f)
{
    struct json_writer *w = sarif->w;

    json_write_key(w, VIEW("properties"));
    json_write_object(w);
    json_write_member(w, VIEW("kind"), f->kind);
    json_write_member(w, VIEW("severity"), view_of(severity_name(f->severity)));
    if (f->location.layer.len)
        json_write_member(w, VIEW("layer"), f->location.layer);
    if (f->package) {
        json_write_member(w, VIEW("package"), f->package->name);
        json_write_member(w, VIEW("installedVersion"), f->package->version);
        json_write_member(w, VIEW("fixedVersion"), f->fixed_version);
        json_write_member(w, VIEW("status"), view_of(finding_status_name(f->status)));
    }
    if (f->epss.known)
        json_member_double(w, VIEW("epss"), f->epss.score);
    if (f->package)
        json_member_bool(w, VIEW("knownExploited"), f->kev.listed);
    json_write_end(w);
}

static void add_suppression(struct sarif *sarif, const struct report_suppressed *s)
{
    bool external = view_eq(s->origin, VIEW("file"));

    json_write_key(sarif->w, VIEW("suppressions"));
    json_write_array(sarif->w);
    json_write_object(sarif->w);
    json_write_member(sarif->w, VIEW("kind"), external ? VIEW("external") : VIEW("inSource"));
    json_write_member(sarif->w, VIEW("status"), VIEW("accepted"));
    if (s->reason.len)
        json_write_member(sarif->w, VIEW("justification"), s->reason);
    json_write_end(sarif->w);
    json_write_end(sarif->w);
}

void sarif_add_result(struct sarif *sarif, const struct finding *f,
                      const struct report_suppressed *suppressed)
{
    struct json_writer *w = sarif->w;

    json_write_object(w);
    json_write_member(w, VIEW("ruleId"), f->id);
    json_member_uint(w, VIEW("ruleIndex"), rule_list_of(&sarif->rules, f));
    json_write_member(w, VIEW("level"), sarif_level(f->severity));
    sarif_add_message(sarif, VIEW("message"), headline_make(f, sarif->arena));
    add_location(sarif, f);
    json_write_key(w, VIEW("partialFingerprints"));
    json_write_object(w);
    json_write_member(w, VIEW("plimsollFinding/v1"), f->fingerprint);
    json_write_end(w);
    if (suppressed)
        add_suppression(sarif, suppressed);
    add_properties(sarif, f);
    json_write_end(w);
}
