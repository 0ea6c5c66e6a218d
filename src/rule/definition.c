#include "rule/definition.h"

#include "base/text.h"
#include "rule/item-value.h"

static struct definition *define(struct ruleset *set, struct hash_map *names,
                                 const struct definition_kind *kind, const struct rule_item *item)
{
    void **slot = hash_map_slot(names, item->name);
    struct definition *definition;

    if (!slot)
        return NULL;
    if (!*slot) {
        *slot = definition = arena_alloc(set->arena, kind->size);
        if (!definition)
            return NULL;
        definition->index = set->next_index;
        definition->item = item;
    }
    return *slot;
}

static void change(struct ruleset *set, struct definition *definition, const struct rule_item *item,
                   bool append, struct item_values values, bool fine)
{
    definition->visibility = set->next_index++;
    definition->broken |= !fine;
    if (!append) {
        definition->values = values;
        definition->item = item;
        definition->broken = !fine;
        return;
    }
    for (size_t i = 0; i < values.count; i++)
        item_values_add(set, &definition->values, item, values.list[i].node);
}

static bool read_values(struct ruleset *set, const struct definition_kind *kind,
                        const struct rule_item *item, struct item_values *to)
{
    const struct document_node *node = document_get(item->node, view_of(kind->values.name));

    if (node)
        return kind->read(set, item, node, to);
    problem_add(set, RULE_PROBLEM_ERROR, item, item->key, "%s", tr(kind->without_values));
    return false;
}

void definition_read(struct ruleset *set, struct hash_map *names,
                     const struct definition_kind *kind, const struct rule_item *item)
{
    struct item_values values = {0};
    struct overrides overrides;
    struct definition *definition;
    bool fine, append;

    item_check_keys(set, item, item->node, kind->keys);
    if (!kind->check_name(set, item))
        return;
    fine = overrides_read(set, item, &kind->values, 1, &overrides);
    fine &= read_values(set, kind, item, &values);
    append = overrides.append || overrides.of_key[0] == OVERRIDE_APPEND;
    if (append && !hash_map_get(names, item->name)) {
        problem_hint(set,
                     problem_add(set, RULE_PROBLEM_ERROR, item, item->key, "%s",
                                 tr(kind->nothing_to_append_to)),
                     "it must be defined before, in this file or an earlier one");
        return;
    }
    definition = define(set, names, kind, item);
    if (definition)
        change(set, definition, item, append, values, fine);
}
