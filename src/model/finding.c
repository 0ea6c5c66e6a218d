#include "model/finding.h"

const char *finding_kind_name(enum finding_kind kind)
{
    static const char *const names[FINDING_KIND_COUNT] = {
        [FINDING_VULNERABILITY] = "vulnerability",
        [FINDING_MISCONFIGURATION] = "misconfiguration",
        [FINDING_SECRET] = "secret",
        [FINDING_MALWARE] = "malware",
    };

    return kind < FINDING_KIND_COUNT ? names[kind] : names[FINDING_MISCONFIGURATION];
}

enum finding_kind finding_kind_of(const struct finding *finding)
{
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
        if (view_eq(finding->kind, view_of(finding_kind_name((enum finding_kind)kind))))
            return (enum finding_kind)kind;
    return FINDING_MISCONFIGURATION;
}

const char *finding_status_name(enum finding_status status)
{
    static const char *const names[FINDING_STATUS_COUNT] = {
        "fixed", "affected", "will-not-fix", "end-of-life", "investigating",
    };

    return status < FINDING_STATUS_COUNT ? names[status] : names[FINDING_AFFECTED];
}

bool finding_has_fix(const struct finding *finding)
{
    return finding->status == FINDING_FIXED && finding_kind_of(finding) == FINDING_VULNERABILITY;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_packages(const struct finding *x, const struct finding *y)
{
    const struct package *a = x->package, *b = y->package;
    int order;

    if (!a || !b)
        return (b != NULL) - (a != NULL);
    order = view_cmp(a->name, b->name);
    if (order == 0)
        order = view_cmp(a->arch, b->arch);
    if (order == 0)
        order = view_cmp(a->version, b->version);
    return order ? order : view_cmp(x->location.path, y->location.path);
}

static int compare_places(const struct finding_location *a, const struct finding_location *b)
{
    int order = view_cmp(a->path, b->path);

    if (order == 0)
        order = compare_numbers(a->line, b->line);
    return order ? order : compare_numbers(a->column, b->column);
}

int finding_compare(const struct finding *a, const struct finding *b)
{
    enum finding_kind kind = finding_kind_of(a);
    int order = compare_numbers(kind, finding_kind_of(b));

    if (order == 0)
        order = kind == FINDING_VULNERABILITY ? compare_packages(a, b)
                                              : compare_places(&a->location, &b->location);
    if (order == 0)
        order = compare_numbers(b->severity, a->severity);
    if (order == 0)
        order = view_cmp(a->id, b->id);
    if (order == 0)
        order = view_cmp(a->resource, b->resource);
    return order ? order : view_cmp(a->part, b->part);
}

struct view finding_fingerprint(uint64_t first, uint64_t second, struct arena *arena)
{
    char *digits = arena_alloc(arena, FINDING_FINGERPRINT_SIZE);

    if (!digits)
        return VIEW_EMPTY;
    hash_write(first, digits);
    hash_write(second, digits + HASH_DIGITS);
    return view_from(digits, FINDING_FINGERPRINT_SIZE);
}
