#include "match/pending.h"

#include "match/coverage.h"
#include "match/kernel-code.h"

int pending_init(struct pending_list *list, struct arena *arena, struct error *err)
{
    *list = (struct pending_list){arena, hash_map_new()};
    return list->by_source ? 0 : error_memory(err);
}

void pending_done(struct pending_list *list)
{
    hash_map_free(list->by_source);
}

static struct pending *find(struct pending_list *list, struct view source, struct error *err)
{
    struct pending *pending = hash_map_get(list->by_source, source);

    if (pending)
        return pending;
    pending = arena_alloc(list->arena, sizeof(*pending));
    if (pending) {
        pending->source = arena_copy(list->arena, source);
        if (hash_map_put(list->by_source, pending->source, pending))
            return pending;
    }
    error_memory(err);
    return NULL;
}

static bool speaks_better(const struct package *package, const struct pending *pending,
                          enum version_scheme scheme)
{
    if (!pending->package || view_eq(package->name, pending->source))
        return true;
    return kernel_is_source(pending->source) &&
           version_compare(scheme, package->version, pending->package->version) > 0;
}

/* The pocket has `version`, and the package is older. */
static void note(struct pending *pending, const struct package *package,
                 const struct ecosystem *ecosystem, struct view version, struct arena *arena)
{
    if (speaks_better(package, pending, ecosystem->scheme))
        pending->package = package;
    if (pending->version.len && version_compare(ecosystem->scheme, version, pending->version) <= 0)
        return;
    pending->version = arena_copy(arena, version);
    pending->family = ecosystem->name;
    pending->scheme = ecosystem->scheme;
}

/* The highest version that a statement of the pocket has. */
static struct view version_in_pocket(struct vulndb_statement statement, enum version_scheme scheme)
{
    struct view highest = VIEW_EMPTY;
    struct advisory_range range;

    while (vulndb_next_range(&statement, &range))
        if (highest.len == 0 || version_compare(scheme, range.fixed, highest) > 0)
            highest = range.fixed;
    return highest;
}

int pending_take(struct pending_list *list, const struct package *package, struct source source,
                 const struct ecosystem *ecosystem, struct vulndb_statements statements,
                 struct error *err)
{
    struct pending *pending = find(list, source.name, err);
    struct vulndb_statement statement;
    int r = pending ? 0 : ERROR_MEMORY;

    while (pending && (r = vulndb_next_statement(&statements, &statement, err)) > 0) {
        struct view version = version_in_pocket(statement, ecosystem->scheme);

        if (!(statement.flags & AFFECTED_PENDING) || version.len == 0)
            continue;
        if (version_compare(ecosystem->scheme, source.version, version) < 0)
            note(pending, package, ecosystem, version, list->arena);
        else if (kernel_is_source(source.name))
            pending->installed = true;
    }
    return r;
}

int pending_name_fix(struct pending_list *list, struct view source, struct view fixed,
                     enum version_scheme scheme, struct error *err)
{
    struct pending *pending = find(list, source, err);

    if (!pending)
        return ERROR_MEMORY;
    if (pending->fixed.len == 0 || version_compare(scheme, fixed, pending->fixed) > 0)
        pending->fixed = fixed;
    return 0;
}

static bool is_told(const struct pending *pending)
{
    return pending->version.len == 0 || pending->installed ||
           (pending->fixed.len &&
            version_compare(pending->scheme, pending->fixed, pending->version) >= 0);
}

const struct pending *pending_next(const struct pending_list *list, size_t *at)
{
    while (*at < hash_map_count(list->by_source)) {
        const struct pending *pending = hash_map_at(list->by_source, (*at)++, NULL);

        if (!is_told(pending))
            return pending;
    }
    return NULL;
}
