#include "report/headline.h"

#include "base/text.h"

struct view headline_make(const struct finding *f, struct arena *arena)
{
    struct view text;

    if (!f->package)
        return f->message.len ? f->message : f->title.len ? f->title : f->id;
    text = arena_printf(arena, tr("%.*s in %.*s %.*s"), VIEW_ARG(f->id), VIEW_ARG(f->package->name),
                        VIEW_ARG(f->package->version));
    if (f->fixed_version.len)
        text = arena_printf(arena, tr("%.*s, fixed in %.*s"), VIEW_ARG(text),
                            VIEW_ARG(f->fixed_version));
    if (f->title.len)
        text = arena_printf(arena, tr("%.*s: %.*s"), VIEW_ARG(text), VIEW_ARG(f->title));
    return text;
}

struct view headline_remedy(const struct finding *f, struct arena *arena)
{
    struct view source;

    if (!f->package || f->remediation.len || f->fixed_version.len == 0)
        return f->remediation;
    source = f->package->source_name.len ? f->package->source_name : f->package->name;
    return arena_printf(arena, tr("Upgrade %.*s to %.*s."), VIEW_ARG(source),
                        VIEW_ARG(f->fixed_version));
}
