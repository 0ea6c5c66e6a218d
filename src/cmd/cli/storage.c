#include "cmd/cli/storage.h"

const char *storage_cache_dir(const struct invocation *invocation)
{
    const char *given = settings_of(invocation)->cache_dir;

    return given ? given : environment_cache_dir(invocation->env, invocation->arena);
}

const char *storage_database(const struct invocation *invocation)
{
    const char *given = settings_of(invocation)->db;

    if (given)
        return given;
    return arena_cstr(invocation->arena, arena_printf(invocation->arena, "%s/advisories.db",
                                                      storage_cache_dir(invocation)));
}
