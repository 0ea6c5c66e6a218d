#include "vulndb/import/place.h"

static bool fill(const struct ecosystem_name *name, struct arena *arena, struct place *ret)
{
    const struct ecosystem *family = ecosystem_find(ecosystem_name_view(name));
    struct view ecosystem = arena_copy(arena, ecosystem_name_view(name));

    if (!family || !ecosystem.len)
        return false;
    *ret = (struct place){ecosystem, family};
    return true;
}

bool place_of_osv(struct view spelling, struct arena *arena, struct place *ret)
{
    struct ecosystem_name name;

    return ecosystem_from_osv(spelling, &name) && fill(&name, arena, ret);
}

bool place_of_release(struct view os_id, struct view release, struct arena *arena,
                      struct place *ret)
{
    struct ecosystem_name name;

    return ecosystem_of_release(os_id, release, &name) && fill(&name, arena, ret);
}

struct view place_package(const struct place *place, struct view name, struct arena *arena)
{
    char changed[ECOSYSTEM_PACKAGE_LIMIT];
    struct view package;

    if (!ecosystem_package_name(place->family, name, changed, &package))
        return VIEW_EMPTY;
    return package.ptr == changed ? arena_copy(arena, package) : package;
}
