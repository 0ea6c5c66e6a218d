#include "artifact/source.h"

int source_init(struct source *source, const struct source_type *type,
                const struct source_context *context, struct error *err)
{
    *source = (struct source){type, context, arena_new(SOURCE_ARENA_LIMIT), NULL};
    return source->arena ? 0 : error_memory(err);
}

void source_done(struct source *source)
{
    arena_free(source->arena);
    source->arena = NULL;
}
