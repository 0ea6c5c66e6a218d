#include "report/json-finding.h"

#include "report/json-member.h"

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
    json_member_double(w, VIEW("score"), cvss->score);
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
    json_member_double(w, VIEW("score"), epss->score);
    json_member_double(w, VIEW("percentile"), epss->percentile);
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
    json_member_bool(w, VIEW("ransomware"), kev->ransomware);
    json_write_end(w);
}

/* What findings and the list of packages both say of a package. */
void json_add_package_names(struct json_writer *w, const struct package *package)
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
    json_member_known(w, VIEW("line"), location->line);
    json_member_known(w, VIEW("column"), location->column);
    json_member_known(w, VIEW("end_line"), location->end_line);
    json_member_known(w, VIEW("end_column"), location->end_column);
    json_write_end(w);
}

static void add_package(struct json_writer *w, const struct finding *f)
{
    json_write_key(w, VIEW("package"));
    if (!f->package) {
        json_write_null(w);
        return;
    }
    json_write_object(w);
    json_add_package_names(w, f->package);
    json_write_member(w, VIEW("purl"), f->purl);
    json_write_end(w);
}

static void add_excerpt(struct json_writer *w, const struct finding *f)
{
    json_write_key(w, VIEW("excerpt"));
    if (f->excerpt.len == 0) {
        json_write_null(w);
        return;
    }
    json_write_object(w);
    json_member_known(w, VIEW("line"), f->excerpt_line);
    json_write_member(w, VIEW("text"), f->excerpt);
    json_write_end(w);
}

/* Whether there is a fix is a question about vulnerabilities only. */
static struct view status_of(const struct finding *f)
{
    bool asked = finding_kind_of(f) == FINDING_VULNERABILITY;

    return asked ? view_of(finding_status_name(f->status)) : VIEW_EMPTY;
}

void json_add_finding(struct json_writer *w, const struct finding *f)
{
    json_write_object(w);
    json_write_member(w, VIEW("kind"), f->kind);
    json_write_member(w, VIEW("id"), f->id);
    json_member_texts(w, VIEW("aliases"), f->aliases, f->alias_count);
    json_write_member(w, VIEW("severity"), view_of(severity_name(f->severity)));
    json_write_member(w, VIEW("severity_source"), f->severity_source);
    add_cvss(w, &f->cvss);
    add_epss(w, &f->epss);
    add_kev(w, &f->kev);
    add_package(w, f);
    json_write_member(w, VIEW("fixed_version"), f->fixed_version);
    json_write_member(w, VIEW("status"), status_of(f));
    add_location(w, &f->location);
    add_excerpt(w, f);
    json_write_member(w, VIEW("title"), f->title);
    json_write_member(w, VIEW("message"), f->message);
    json_write_member(w, VIEW("description"), f->description);
    json_write_member(w, VIEW("remediation"), f->remediation);
    json_write_member(w, VIEW("resource"), f->resource);
    json_write_member(w, VIEW("part"), f->part);
    json_member_texts(w, VIEW("tags"), f->tags, f->tag_count);
    json_member_texts(w, VIEW("references"), f->references, f->reference_count);
    json_member_time(w, VIEW("published"), f->published);
    json_member_time(w, VIEW("modified"), f->modified);
    json_write_member(w, VIEW("fingerprint"), f->fingerprint);
    json_write_end(w);
}
