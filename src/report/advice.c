#include "report/advice.h"

#include "base/text.h"
#include "report/style.h"

/* The groups whose upgrade fixes most rows, at most ADVICE_PACKAGES of them,
 * most first. The list is sorted worst first, so of equals the worse one wins. */
static size_t choose(const struct groups *groups, const struct group *best[ADVICE_PACKAGES])
{
    size_t count = 0;

    for (size_t i = 0; i < groups->count; i++) {
        const struct group *group = &groups->list[i];
        size_t at = count;

        if (group->fixable == 0)
            continue;
        while (at > 0 && best[at - 1]->fixable < group->fixable)
            at--;
        if (at == ADVICE_PACKAGES)
            continue;
        if (count < ADVICE_PACKAGES)
            count++;
        memmove(&best[at + 1], &best[at], (count - at - 1) * sizeof(*best));
        best[at] = group;
    }
    return count;
}

struct view advice_make(const struct groups *groups, struct arena *arena)
{
    const struct group *best[ADVICE_PACKAGES];
    size_t count = choose(groups, best), fixed = 0;
    struct view names = VIEW_EMPTY;

    if (count == 0)
        return VIEW_EMPTY;
    for (size_t i = 0; i < count; i++) {
        struct view name = style_clean(best[i]->source, arena);

        names = i == 0 ? name
                       : arena_printf(arena, i + 1 < count ? tr("%.*s, %.*s") : tr("%.*s and %.*s"),
                                      VIEW_ARG(names), VIEW_ARG(name));
        fixed += best[i]->fixable;
    }
    if (fixed == groups->fixable)
        return arena_printf(arena, tr("Next: upgrade %.*s. That fixes all that have a fix."),
                            VIEW_ARG(names));
    return arena_printf(arena, tr("Next: upgrade %.*s. That fixes %zu of the %zu that have a fix."),
                        VIEW_ARG(names), fixed, groups->fixable);
}
