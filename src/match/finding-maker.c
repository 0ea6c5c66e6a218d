#include "match/finding-maker.h"

#include <ctype.h>

#include "base/hash.h"
#include "base/text.h"
#include "model/cvss.h"

static void locate(const struct finding_maker *m, const struct package *package,
                   struct finding_location *to)
{
    to->layer_index = package->layer;
    to->path = package->db_path;
    if (m->options->layers && package->layer < m->options->layer_count)
        to->layer = m->options->layers[package->layer];
}

/* What is found, where: nothing that another database or version would change. */
static struct view fingerprint(const struct finding_maker *m, const struct finding *f)
{
    struct view text = arena_printf(m->arena, "%.*s\n%.*s\n%s\n%.*s\n%.*s\n%.*s", VIEW_ARG(f->kind),
                                    VIEW_ARG(f->id), package_type_name(f->package->type),
                                    VIEW_ARG(f->package->name), VIEW_ARG(f->package->arch),
                                    VIEW_ARG(f->location.path));
    struct view again = arena_printf(m->arena, "fingerprint\n%.*s", VIEW_ARG(text));

    return arena_printf(m->arena, "%016llx%016llx", (unsigned long long)hash_stable(text),
                        (unsigned long long)hash_stable(again));
}

static void score(struct finding *f, struct view vector)
{
    struct cvss cvss;

    if (vector.len == 0 || cvss_parse(vector, &cvss, NULL) < 0)
        return;
    f->cvss.vector = vector;
    f->cvss.version = view_of(cvss_version_name(cvss.version));
    f->cvss.score = cvss.score;
}

/* The first vector that can be scored: of this package, then the newest
 * standard's. */
static void score_best(struct finding *f, const struct verdict *verdict,
                       const struct vulndb_vulnerability *vulnerability)
{
    score(f, verdict->cvss);
    for (size_t i = 0; f->cvss.vector.len == 0 && i < vulnerability->cvss_count; i++)
        score(f, vulnerability->cvss[i]);
}

/* The distribution's word, then CVSS, then another source's word. */
static void rate(struct finding *f, const struct verdict *verdict,
                 const struct vulndb_vulnerability *vulnerability)
{
    struct cvss cvss;

    if (verdict->severity != SEVERITY_UNKNOWN) {
        f->severity = verdict->severity;
        f->severity_source = verdict->severity_source;
    } else if (f->cvss.vector.len && cvss_parse(f->cvss.vector, &cvss, NULL) == 0) {
        f->severity = cvss.rating;
        f->severity_source = VIEW("cvss");
    } else if (vulnerability->severity != SEVERITY_UNKNOWN) {
        f->severity = vulnerability->severity;
        f->severity_source = vulnerability->severity_source;
    }
}

static enum finding_status status_of(const struct verdict *verdict)
{
    static const enum finding_status by_advisory[ADVISORY_STATUS_COUNT] = {
        [ADVISORY_AFFECTED] = FINDING_AFFECTED,
        [ADVISORY_WILL_NOT_FIX] = FINDING_WILL_NOT_FIX,
        [ADVISORY_END_OF_LIFE] = FINDING_END_OF_LIFE,
        [ADVISORY_NOT_AFFECTED] = FINDING_AFFECTED,
        [ADVISORY_INVESTIGATING] = FINDING_INVESTIGATING,
    };

    if (verdict->fixed.len)
        return FINDING_FIXED;
    return verdict->status < ADVISORY_STATUS_COUNT ? by_advisory[verdict->status]
                                                   : FINDING_AFFECTED;
}

/* EPSS and KEV are kept by CVE, which may be an alias. */
static void add_exploits(const struct finding_maker *m, struct finding *f)
{
    struct view cve = f->id;

    for (size_t i = 0; !view_starts(cve, VIEW("CVE-")) && i < f->alias_count; i++)
        cve = f->aliases[i];
    f->epss = vulndb_epss(m->reader, cve);
    f->kev = vulndb_kev(m->reader, cve);
    f->kev.date_added = arena_copy(m->arena, f->kev.date_added);
    f->kev.due_date = arena_copy(m->arena, f->kev.due_date);
}

static int add_erratum(const struct finding_maker *m, struct finding *f, struct view erratum,
                       struct error *err)
{
    struct view *aliases;

    for (size_t i = 0; i < f->alias_count; i++)
        if (view_eq(f->aliases[i], erratum))
            return 0;
    if (erratum.len == 0 || view_eq(erratum, f->id))
        return 0;
    aliases = arena_array(m->arena, f->alias_count + 1, sizeof(*aliases));
    if (!aliases)
        return arena_failed(m->arena, "the scan", err);
    if (f->alias_count)
        memcpy(aliases, f->aliases, f->alias_count * sizeof(*aliases));
    aliases[f->alias_count++] = arena_copy(m->arena, erratum);
    f->aliases = aliases;
    return 0;
}

/* The vulnerability's, and where a fix is to be had that this system lacks. */
static int add_references(const struct finding_maker *m, struct finding *f,
                          const struct verdict *verdict, const struct vulndb_vulnerability *v,
                          struct error *err)
{
    bool offer = verdict->for_subscribers && !verdict->fixed.len;
    struct view *references =
        arena_array(m->arena, v->reference_count + offer, sizeof(*references));

    if (!references)
        return arena_failed(m->arena, "the scan", err);
    if (v->reference_count)
        memcpy(references, v->references, v->reference_count * sizeof(*references));
    if (offer)
        references[v->reference_count] = VIEW("https://ubuntu.com/pro");
    f->references = references;
    f->reference_count = v->reference_count + offer;
    return 0;
}

static void begin(const struct finding_maker *m, const struct package *package, struct finding *f)
{
    memset(f, 0, sizeof(*f));
    f->kind = VIEW("vulnerability");
    f->package = package;
    f->purl = package_purl(package, m->os, m->arena);
    locate(m, package, &f->location);
}

int finding_make(const struct finding_maker *m, const struct package *package,
                 const struct verdict *verdict, struct finding *ret, struct error *err)
{
    struct vulndb_vulnerability v;
    struct finding f;
    int r = vulndb_vulnerability(m->reader, verdict->vulnerability, m->arena, &v, err);

    if (r < 0)
        return r;
    begin(m, package, &f);
    f.id = v.id;
    f.aliases = v.aliases;
    f.alias_count = v.alias_count;
    f.title = v.title;
    f.published = v.published;
    f.modified = v.modified;
    score_best(&f, verdict, &v);
    rate(&f, verdict, &v);
    f.cvss.vector = arena_copy(m->arena, f.cvss.vector);
    f.severity_source = arena_copy(m->arena, f.severity_source);
    f.fixed_version = arena_copy(m->arena, verdict->fixed);
    f.status = status_of(verdict);
    r = add_erratum(m, &f, verdict->erratum, err);
    if (r == 0)
        r = add_references(m, &f, verdict, &v, err);
    if (r < 0)
        return r;
    add_exploits(m, &f);
    f.fingerprint = fingerprint(m, &f);
    *ret = f;
    return arena_failed(m->arena, "the scan", err);
}

int finding_make_pending(const struct finding_maker *m, const struct package *package,
                         struct view family, struct view source, struct view version,
                         struct finding *ret, struct error *err)
{
    struct finding f;
    char *pocket = arena_cstr(m->arena, family);

    for (char *c = pocket; c && *c; c++)
        *c = (char)toupper((unsigned char)*c);
    begin(m, package, &f);
    f.id = arena_printf(m->arena, "%s:%.*s@%.*s", pocket ? pocket : "", VIEW_ARG(source),
                        VIEW_ARG(version));
    f.fixed_version = arena_copy(m->arena, version);
    f.status = FINDING_FIXED;
    f.title = view_of(tr("a security update of the distribution is pending"));
    f.fingerprint = fingerprint(m, &f);
    *ret = f;
    return arena_failed(m->arena, "the scan", err);
}
