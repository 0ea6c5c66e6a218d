#include "match/pending.h"

static int note(struct pending_list *list, const struct package *package, struct source source,
                struct view family, struct view version, struct arena *arena, struct error *err)
{
    struct pending *slot;

    for (size_t i = 0; i < list->count; i++) {
        struct pending *known = &list->items[i];

        if (!view_eq(known->source, source.name) || !view_eq(known->version, version))
            continue;
        if (view_eq(package->name, source.name))
            known->package = package;
        return 0;
    }
    slot = arena_push(arena, &list->items, &list->count, sizeof(*slot));
    if (!slot)
        return arena_failed(arena, "the scan", err);
    *slot = (struct pending){arena_copy(arena, source.name), version, family, package};
    return 0;
}

int pending_take(struct pending_list *list, const struct package *package, struct source source,
                 const struct ecosystem *ecosystem, struct vulndb_statements statements,
                 struct arena *arena, struct error *err)
{
    struct vulndb_statement statement;
    int r;

    while ((r = vulndb_next_statement(&statements, &statement, err)) > 0) {
        struct view fixed = VIEW_EMPTY;

        if (!(statement.flags & AFFECTED_PENDING) ||
            !verdict_covers(ecosystem->scheme, source.version, statement, &fixed) || !fixed.len)
            continue;
        r = note(list, package, source, ecosystem->name, fixed, arena, err);
        if (r < 0)
            break;
    }
    return r;
}

bool pending_is_known(const struct pending *pending, enum version_scheme scheme,
                      const struct finding *findings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char room[SOURCE_NAME_LIMIT];

        if (findings[i].fixed_version.len &&
            view_eq(source_of(findings[i].package, room).name, pending->source) &&
            version_compare(scheme, findings[i].fixed_version, pending->version) >= 0)
            return true;
    }
    return false;
}
