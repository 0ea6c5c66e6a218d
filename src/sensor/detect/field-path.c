#include "sensor/detect/event-read.h"
#include "sensor/detect/fields.h"

/* How many paths the call has: fs.path.name is of calls with one, source and
 * target of calls with two. */
static unsigned path_count(const struct observation_cache *cache)
{
    unsigned count = 0;

    while (observation_path_place(cache, count) >= 0)
        count++;
    return count;
}

/* Text arguments that stand for a path: what is mounted. */
static const struct syscall_argument *source_text(const struct observation_cache *cache)
{
    const struct syscall_argument *first = cache->call ? cache->call->arguments : NULL;

    return first && view_eq(view_of(cache->call->name), VIEW("mount"))
               ? syscall_argument(cache->call, VIEW("dev"))
               : NULL;
}

static bool is_file(const struct reading *r)
{
    char letter = observation_letter(r);

    return letter == 'f' || letter == 'd';
}

static struct rule_values path_at(const struct reading *r, unsigned nth)
{
    int place = observation_path_place(r->cache, nth);
    struct view raw;

    if (place < 0 || !observation_raw_path(r->cache, (unsigned)place, &raw))
        return FIELD_MISSING;
    return field_filled(r, r->how & PATH_RAW ? raw : observation_path(r, (unsigned)place));
}

struct rule_values field_path(const struct reading *r)
{
    const struct observation_cache *cache = r->cache;
    const struct syscall_argument *source = source_text(cache);
    unsigned count = path_count(cache);
    struct view text;

    if (!cache->call || r->o->event->kind != SENSOR_SYSCALL)
        return FIELD_MISSING;
    if (source && (r->how & PATH_SOURCE))
        return argument_text(r, source, &text) ? field_text(r, text) : FIELD_MISSING;
    if (source)
        return r->how & PATH_TARGET ? path_at(r, 0) : FIELD_MISSING;
    if (r->how & (PATH_SOURCE | PATH_TARGET))
        return count == 2 ? path_at(r, r->how & PATH_TARGET ? 1 : 0) : FIELD_MISSING;
    if (!count && is_file(r) && !(r->how & PATH_RAW))
        return observation_name(r);
    if (count != 1)
        return FIELD_MISSING;
    return cache->call->shape == SHAPE_OPEN && !(r->how & PATH_RAW) ? observation_name(r)
                                                                    : path_at(r, 0);
}

/* evt.abspath, and evt.abspath[src] and [dst] of calls with two paths. */
struct rule_values field_absolute_path(const struct reading *r)
{
    bool two = path_count(r->cache) == 2;
    bool target = view_eq(r->use->argument, VIEW("dst"));

    if (r->use->has_argument && !target && !view_eq(r->use->argument, VIEW("src")))
        return FIELD_MISSING;
    if (two != r->use->has_argument)
        return FIELD_MISSING;
    return path_at(r, target ? 1 : 0);
}
