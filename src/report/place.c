#include "report/place.h"

#include <stdlib.h>

static int compare(const void *left, const void *right)
{
    const struct finding *a = *(const struct finding *const *)left;
    const struct finding *b = *(const struct finding *const *)right;
    int order = finding_compare(a, b);

    return order ? order : (a > b) - (a < b);
}

int places_make(const struct report *report, enum finding_kind kind, struct arena *arena,
                struct places *ret, struct error *err)
{
    struct places places = {0};

    places.list = arena_array(arena, report->finding_count + 1, sizeof(struct finding *));
    if (!places.list)
        return arena_failed(arena, "report", err);
    for (size_t i = 0; i < report->finding_count; i++)
        if (finding_kind_of(&report->findings[i]) == kind)
            places.list[places.count++] = &report->findings[i];
    qsort(places.list, places.count, sizeof(struct finding *), compare);
    *ret = places;
    return 0;
}

static bool same_file(const struct finding_location *a, const struct finding_location *b)
{
    return view_eq(a->path, b->path) && view_eq(a->layer, b->layer);
}

size_t places_of_file(const struct places *places, size_t i)
{
    size_t end = i;

    while (end < places->count &&
           same_file(&places->list[end]->location, &places->list[i]->location))
        end++;
    return end - i;
}

struct view place_resource(const struct finding *finding, struct arena *arena)
{
    struct view text = arena_copy(arena, finding->resource);

    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == ' ')
            ((char *)text.ptr)[i] = '/';
    return text;
}

struct view place_text(const struct finding *finding, struct arena *arena)
{
    const struct finding_location *l = &finding->location;

    if (l->path.len == 0 || l->line == 0)
        return l->path;
    if (l->column == 0)
        return arena_printf(arena, "%.*s:%u", VIEW_ARG(l->path), l->line);
    return arena_printf(arena, "%.*s:%u:%u", VIEW_ARG(l->path), l->line, l->column);
}
