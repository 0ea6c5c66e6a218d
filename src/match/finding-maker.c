#include "match/finding-maker.h"

#include <ctype.h>

#include "base/text.h"

enum { TEXT_LIMIT = 64 << 10 }; /* bytes that one fingerprint is made of */

int finding_maker_init(struct finding_maker *m, const struct os_info *os,
                       struct vulndb_reader *reader, const struct match_options *options,
                       struct arena *arena, struct error *err)
{
    *m = (struct finding_maker){
        .os = os, .options = options, .arena = arena, .text = BUF_INIT(TEXT_LIMIT)};
    return dossiers_init(&m->dossiers, reader, arena, err);
}

void finding_maker_done(struct finding_maker *m)
{
    dossiers_done(&m->dossiers);
    buf_done(&m->text);
}

void finding_maker_turn_to(struct finding_maker *m, const struct package *package, bool has_twin)
{
    m->package = package;
    m->purl = VIEW_EMPTY;
    m->twin = has_twin ? package->version : VIEW_EMPTY;
}

static void locate(const struct finding_maker *m, struct finding_location *to)
{
    to->layer_index = m->package->layer;
    to->path = m->package->db_path;
    if (m->options->layers && m->package->layer < m->options->layer_count)
        to->layer = m->options->layers[m->package->layer];
}

static struct view fingerprint(struct finding_maker *m, const struct finding *f)
{
    static const struct view again = VIEW("fingerprint\n");
    const struct view parts[] = {
        f->kind,
        f->id,
        view_of(package_type_name(m->package->type)),
        m->package->name,
        m->package->arch,
        f->location.path,
        m->twin,
    };
    struct view text;

    buf_reset(&m->text);
    buf_add(&m->text, again);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        buf_add(&m->text, parts[i]);
        buf_add_char(&m->text, '\n');
    }
    text = buf_view(&m->text);
    return finding_fingerprint(hash_stable(text), hash_stable(view_sub(text, again.len, text.len)),
                               m->arena);
}

static void rate(struct finding *f, const struct verdict *verdict, const struct dossier *dossier)
{
    enum severity cvss_rating = dossier->cvss_rating;

    f->cvss = dossier->cvss;
    dossier_score(verdict->cvss, &f->cvss, &cvss_rating);
    if (verdict->severity != SEVERITY_UNKNOWN) {
        f->severity = verdict->severity;
        f->severity_source = verdict->severity_source;
    } else if (f->cvss.vector.len) {
        f->severity = cvss_rating;
        f->severity_source = VIEW("cvss");
    } else if (dossier->record.severity != SEVERITY_UNKNOWN) {
        f->severity = dossier->record.severity;
        f->severity_source = dossier->record.severity_source;
    }
}

static enum finding_status status_of(const struct verdict *verdict)
{
    static const enum finding_status by_advisory[ADVISORY_STATUS_COUNT] = {
        [ADVISORY_AFFECTED] = FINDING_AFFECTED,
        [ADVISORY_WILL_NOT_FIX] = FINDING_WILL_NOT_FIX,
        [ADVISORY_END_OF_LIFE] = FINDING_END_OF_LIFE,
        [ADVISORY_INVESTIGATING] = FINDING_INVESTIGATING,
        [ADVISORY_NOT_AFFECTED] = FINDING_AFFECTED, /* no verdict has it */
    };

    return verdict->fixed.len ? FINDING_FIXED : by_advisory[verdict->status];
}

/* The advisory that brings the fix is told among the aliases. */
static void add_erratum(const struct finding_maker *m, struct finding *f, struct view erratum)
{
    struct view *aliases;

    for (size_t i = 0; i < f->alias_count; i++)
        if (view_eq(f->aliases[i], erratum))
            return;
    if (erratum.len == 0 || view_eq(erratum, f->id))
        return;
    aliases = arena_array(m->arena, f->alias_count + 1, sizeof(*aliases));
    if (!aliases)
        return;
    if (f->alias_count)
        memcpy(aliases, f->aliases, f->alias_count * sizeof(*aliases));
    aliases[f->alias_count++] = arena_copy(m->arena, erratum);
    f->aliases = aliases;
}

static void begin(struct finding_maker *m, struct finding *f)
{
    if (m->purl.len == 0)
        m->purl = package_purl(m->package, m->os, m->arena);
    *f = (struct finding){.kind = VIEW("vulnerability"), .package = m->package, .purl = m->purl};
    locate(m, &f->location);
}

static void describe(struct finding *f, const struct dossier *dossier)
{
    const struct vulndb_vulnerability *record = &dossier->record;

    f->id = record->id;
    f->aliases = record->aliases;
    f->alias_count = record->alias_count;
    f->title = record->title;
    f->references = record->references;
    f->reference_count = record->reference_count;
    f->published = record->published;
    f->modified = record->modified;
    f->epss = dossier->epss;
    f->kev = dossier->kev;
}

/* What points into the map is copied. */
static int finish(struct finding_maker *m, struct finding *f, struct error *err)
{
    f->cvss.vector = arena_copy(m->arena, f->cvss.vector);
    f->severity_source = arena_copy(m->arena, f->severity_source);
    f->fixed_version = arena_copy(m->arena, f->fixed_version);
    f->fingerprint = fingerprint(m, f);
    if (m->text.failed)
        return buf_failed(&m->text, "the name and place of a finding", err);
    return arena_failed(m->arena, "the scan", err);
}

int finding_make(struct finding_maker *m, const struct verdict *verdict, struct finding *ret,
                 struct error *err)
{
    const struct dossier *dossier;
    struct finding f;
    int r = dossiers_get(&m->dossiers, verdict->vulnerability, &dossier, err);

    if (r < 0)
        return r;
    begin(m, &f);
    describe(&f, dossier);
    rate(&f, verdict, dossier);
    add_erratum(m, &f, verdict->erratum);
    f.fixed_version = verdict->fixed;
    f.status = status_of(verdict);
    r = finish(m, &f, err);
    if (r == 0)
        *ret = f;
    return r;
}

int finding_make_pending(struct finding_maker *m, struct view family, struct view source,
                         struct view version, struct finding *ret, struct error *err)
{
    char *pocket = arena_cstr(m->arena, family);
    struct finding f;
    int r;

    for (char *c = pocket; c && *c; c++)
        *c = (char)toupper((unsigned char)*c);
    begin(m, &f);
    f.id = arena_printf(m->arena, "%s:%.*s@%.*s", pocket ? pocket : "", VIEW_ARG(source),
                        VIEW_ARG(version));
    f.fixed_version = version;
    f.status = FINDING_FIXED;
    f.title = view_of(tr("a security update of the distribution is pending"));
    r = finish(m, &f, err);
    if (r == 0)
        *ret = f;
    return r;
}
