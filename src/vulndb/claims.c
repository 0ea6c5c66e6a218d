#include "vulndb/claims.h"

#include "vulndb/room.h"
#include "vulndb/statement.h"

enum { KEY_LIMIT = ECOSYSTEM_NAME_LIMIT + 1 + ECOSYSTEM_PACKAGE_LIMIT };

int claims_init(struct claims *claims, size_t limit, struct error *err)
{
    *claims = (struct claims){
        .texts = intern_new(limit),
        .bodies = intern_new(limit),
        .packages = intern_new(limit),
        .scratch = BUF_INIT(limit),
    };
    return claims->texts && claims->bodies && claims->packages ? 0 : error_memory(err);
}

void claims_done(struct claims *claims)
{
    intern_free(claims->texts);
    intern_free(claims->bodies);
    intern_free(claims->packages);
    free(claims->items);
    free(claims->order);
    free(claims->system);
    buf_done(&claims->scratch);
}

struct claim_body claims_body(const struct claims *claims, uint32_t body)
{
    struct claim_body copy;

    memcpy(&copy, intern_get(claims->bodies, body).ptr, sizeof(copy));
    return copy;
}

struct view claims_package(const struct claims *claims, uint32_t package)
{
    return intern_get(claims->packages, package);
}

/* ---- Taking ---- */

static int add_package(struct claims *claims, const struct advisory_affected *affected,
                       uint32_t *ret, struct error *err)
{
    char key[KEY_LIMIT];
    struct view ecosystem = affected->ecosystem, package = affected->package;

    memcpy(key, ecosystem.ptr, ecosystem.len);
    key[ecosystem.len] = '\0';
    memcpy(key + ecosystem.len + 1, package.ptr, package.len);
    return intern_add(claims->packages, view_from(key, ecosystem.len + 1 + package.len), ret, err);
}

/* Whether some version above all others is affected. */
static bool is_open(const struct advisory_affected *affected)
{
    for (size_t i = 0; i < affected->range_count; i++)
        if (!affected->ranges[i].fixed.len && !affected->ranges[i].last_affected.len)
            return true;
    return false;
}

static int add_texts(struct claims *claims, const struct advisory_affected *affected,
                     struct view erratum, struct claim_body *to, struct error *err)
{
    const struct {
        struct view text;
        uint32_t *number;
    } texts[] = {
        {affected->severity_source, &to->severity_source},
        {affected->cvss, &to->cvss},
        {affected->arch, &to->arch},
        {affected->module, &to->module},
        {erratum, &to->erratum},
    };
    int r;

    claims->scratch.len = 0;
    statement_pack_bounds(affected, &claims->scratch);
    r = buf_failed(&claims->scratch, "the versions of an advisory", err);
    if (r == 0)
        r = intern_add(claims->texts, buf_view(&claims->scratch), &to->bounds, err);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && r == 0; i++)
        r = intern_add(claims->texts, texts[i].text, texts[i].number, err);
    return r;
}

/* The distribution's rating: of this package, or the record's own word where
 * the distribution itself speaks. */
static void add_rating(const struct advisory *record, const struct ecosystem *ecosystem,
                       struct advisory_affected *affected)
{
    if (affected->severity == SEVERITY_UNKNOWN && ecosystem->system)
        affected->severity = record->severity;
    if (affected->severity == SEVERITY_UNKNOWN)
        affected->severity_source = VIEW_EMPTY;
    else if (!affected->severity_source.len)
        affected->severity_source = ecosystem->system ? ecosystem->vendor : record->source;
}

static int add_body(struct claims *claims, const struct advisory *record,
                    const struct ecosystem *ecosystem, struct advisory_affected affected,
                    struct view erratum, uint32_t *ret, struct error *err)
{
    struct claim_body body = {
        .status = (uint8_t)affected.status,
        .flags = (uint8_t)affected.flags,
        .open = is_open(&affected),
    };
    int r;

    add_rating(record, ecosystem, &affected);
    body.severity = (uint8_t)affected.severity;
    r = add_texts(claims, &affected, erratum, &body, err);
    return r < 0 ? r : intern_add(claims->bodies, view_from(&body, sizeof(body)), ret, err);
}

static int add_claims(struct claims *claims, const struct claim *like,
                      const struct subject *subject, struct error *err)
{
    int r = room_for(&claims->items, &claims->room, claims->count + subject->count,
                     sizeof(*claims->items), err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < subject->count; i++) {
        claims->items[claims->count] = *like;
        claims->items[claims->count++].group = subject->groups[i];
    }
    return 0;
}

static bool is_outdated(const struct advisory *record, struct view ecosystem,
                        const struct hash_map *newest)
{
    const int64_t *date = newest ? hash_map_get(newest, ecosystem) : NULL;

    return date && record->modified < *date;
}

/* OSV: a package with neither ranges nor versions has no affected version. */
static bool says_something(const struct advisory_affected *affected)
{
    return affected->range_count || affected->version_count ||
           affected->status == ADVISORY_NOT_AFFECTED;
}

int claims_take(struct claims *claims, const struct advisory *record, const struct subject *subject,
                const struct hash_map *newest, struct error *err)
{
    struct view erratum = subject->direct ? VIEW_EMPTY : record->id;
    int r = 0;

    for (size_t i = 0; i < record->affected_count && r == 0; i++) {
        const struct advisory_affected *affected = &record->affected[i];
        const struct ecosystem *ecosystem = ecosystem_find(affected->ecosystem);
        struct claim claim = {.date = record->modified ? record->modified : record->published};

        if (!ecosystem || !says_something(affected) ||
            is_outdated(record, affected->ecosystem, newest))
            continue;
        claim.rank = precedence_rank(ecosystem, record->source, subject->direct);
        r = add_package(claims, affected, &claim.package, err);
        if (r == 0)
            r = add_body(claims, record, ecosystem, *affected, erratum, &claim.body, err);
        if (r == 0)
            r = add_claims(claims, &claim, subject, err);
    }
    return r;
}

/* ---- Settling ---- */

static int compare_packages(const void *left, const void *right, void *context)
{
    const struct claims *claims = context;

    return view_cmp(claims_package(claims, *(const uint32_t *)left),
                    claims_package(claims, *(const uint32_t *)right));
}

/* Where each package stands among the sorted keys, and whether it is a
 * system's. */
static int order_packages(struct claims *claims, struct error *err)
{
    uint32_t count = intern_count(claims->packages);
    _cleanup_free_ uint32_t *sorted = calloc(count, sizeof(*sorted));

    claims->order = calloc(count, sizeof(*claims->order));
    claims->system = calloc(count, sizeof(*claims->system));
    if (!sorted || !claims->order || !claims->system)
        return error_memory(err);
    for (uint32_t i = 1; i < count; i++) {
        struct view key = claims_package(claims, i);

        sorted[i - 1] = i;
        claims->system[i] = ecosystem_find(view_cut(&key, '\0'))->system;
    }
    qsort_r(sorted, count - 1, sizeof(*sorted), compare_packages, claims);
    for (uint32_t i = 0; i + 1 < count; i++)
        claims->order[sorted[i]] = i;
    return 0;
}

static int compare_subjects(const void *left, const void *right, void *context)
{
    const struct claim *a = left, *b = right;
    const uint32_t *order = ((const struct claims *)context)->order;

    if (a->package != b->package)
        return order[a->package] < order[b->package] ? -1 : 1;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    if (a->body != b->body)
        return a->body < b->body ? -1 : 1;
    return a->date > b->date ? -1 : a->date < b->date;
}

static struct claim_body get_body(void *context, uint32_t body)
{
    return claims_body(context, body);
}

static uint32_t put_body(void *context, const struct claim_body *body)
{
    struct claims *claims = context;
    uint32_t number;

    if (intern_add(claims->bodies, view_from(body, sizeof(*body)), &number, NULL) < 0)
        return 0;
    return number;
}

int claims_settle(struct claims *claims, uint32_t *index, struct error *err)
{
    const struct precedence_bodies bodies = {claims, get_body, put_body};
    struct claim *items = claims->items;
    size_t kept = 0;
    int r = order_packages(claims, err);

    if (r < 0 || claims->count == 0)
        return r;
    qsort_r(items, claims->count, sizeof(*items), compare_subjects, claims);
    for (size_t start = 0, end; start < claims->count; start = end) {
        size_t left;

        for (end = start + 1; end < claims->count && items[end].package == items[start].package &&
                              items[end].group == items[start].group;)
            end++;
        left = precedence_resolve(&items[start], end - start, claims->system[items[start].package],
                                  &bodies);
        claims->overruled += end - start - left;
        for (size_t i = 0; i < left; i++) {
            index[items[start + i].group] = 1;
            items[kept++] = items[start + i];
        }
    }
    claims->count = kept;
    return 0;
}

struct sorting {
    const struct claims *claims;
    const uint32_t *index;
};

static int compare_statements(const void *left, const void *right, void *context)
{
    const struct claim *a = left, *b = right;
    const struct sorting *sorting = context;
    const uint32_t *order = sorting->claims->order, *index = sorting->index;

    if (a->package != b->package)
        return order[a->package] < order[b->package] ? -1 : 1;
    if (a->body != b->body)
        return a->body < b->body ? -1 : 1;
    return index[a->group] < index[b->group] ? -1 : index[a->group] > index[b->group];
}

void claims_sort(struct claims *claims, const uint32_t *index)
{
    struct sorting sorting = {claims, index};

    if (claims->count)
        qsort_r(claims->items, claims->count, sizeof(*claims->items), compare_statements, &sorting);
}
