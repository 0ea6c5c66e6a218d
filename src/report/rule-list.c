#include "report/rule-list.h"

void rule_list_done(struct rule_list *rules)
{
    hash_map_free(rules->index);
    *rules = (struct rule_list){0};
}

ptrdiff_t rule_list_add(struct rule_list *rules, const struct finding *finding, struct arena *arena,
                        struct error *err)
{
    const struct finding **rule;
    void **slot;

    if (!rules->index)
        rules->index = hash_map_new();
    slot = rules->index ? hash_map_slot(rules->index, finding->id) : NULL;
    if (!slot)
        return error_memory(err);
    if (*slot) {
        rule = &rules->list[(uintptr_t)*slot - 1];
        if (finding->severity > (*rule)->severity)
            *rule = finding;
        return (ptrdiff_t)((uintptr_t)*slot - 1);
    }
    rule = arena_push(arena, &rules->list, &rules->count, sizeof(*rule));
    if (!rule)
        return arena_failed(arena, "the report", err);
    *rule = finding;
    *slot = (void *)(uintptr_t)rules->count;
    return (ptrdiff_t)rules->count - 1;
}

size_t rule_list_of(const struct rule_list *rules, const struct finding *finding)
{
    return (uintptr_t)hash_map_get(rules->index, finding->id) - 1;
}
