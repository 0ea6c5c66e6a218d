#include "match/dossier.h"

#include "model/cvss.h"

int dossiers_init(struct dossiers *dossiers, struct vulndb_reader *reader, struct arena *arena,
                  struct error *err)
{
    *dossiers = (struct dossiers){reader, arena, hash_map_new()};
    return dossiers->by_index ? 0 : error_memory(err);
}

void dossiers_done(struct dossiers *dossiers)
{
    hash_map_free(dossiers->by_index);
}

bool dossier_score(struct view vector, struct finding_cvss *ret, enum severity *ret_rating)
{
    struct cvss cvss;

    if (vector.len == 0 || cvss_parse(vector, &cvss, NULL) < 0)
        return false;
    *ret = (struct finding_cvss){vector, view_of(cvss_version_name(cvss.version)), cvss.score};
    *ret_rating = cvss.rating;
    return true;
}

/* EPSS and KEV are kept by CVE, which is a vulnerability's name where it has one. */
static void read_exploits(const struct dossiers *dossiers, struct dossier *d)
{
    d->epss = vulndb_epss(dossiers->reader, d->record.id);
    d->kev = vulndb_kev(dossiers->reader, d->record.id);
    d->kev.date_added = arena_copy(dossiers->arena, d->kev.date_added);
    d->kev.due_date = arena_copy(dossiers->arena, d->kev.due_date);
}

static int read_dossier(const struct dossiers *dossiers, struct dossier *d, struct error *err)
{
    int r = vulndb_vulnerability(dossiers->reader, d->index, dossiers->arena, &d->record, err);

    if (r < 0)
        return r;
    d->record.severity_source = arena_copy(dossiers->arena, d->record.severity_source);
    for (size_t i = 0; i < d->record.cvss_count; i++)
        if (dossier_score(d->record.cvss[i], &d->cvss, &d->cvss_rating))
            break;
    read_exploits(dossiers, d);
    return 0;
}

int dossiers_get(struct dossiers *dossiers, uint32_t index, const struct dossier **ret,
                 struct error *err)
{
    struct dossier *d = hash_map_get(dossiers->by_index, view_from(&index, sizeof(index)));
    int r = 0;

    if (!d) {
        d = arena_alloc(dossiers->arena, sizeof(*d));
        if (!d)
            return arena_failed(dossiers->arena, "the scan", err);
        d->index = index;
        r = read_dossier(dossiers, d, err);
        if (r == 0 && !hash_map_put(dossiers->by_index, view_from(&d->index, sizeof(d->index)), d))
            r = error_memory(err);
    }
    if (r == 0)
        *ret = d;
    return r;
}
