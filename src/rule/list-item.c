#include "rule/item-value.h"
#include "rule/override.h"

/* As Falco has it: what a condition could write as a bare value. */
static bool is_list_name(struct view name)
{
    for (size_t i = 0; i < name.len; i++)
        if (memchr(" \t\n\r\v\f()\"'=,", name.ptr[i], 11))
            return false;
    return name.len > 0;
}

static bool check_name(struct ruleset *set, const struct rule_item *item)
{
    if (is_list_name(item->name))
        return true;
    problem_hint(set,
                 problem_add(set, RULE_PROBLEM_ERROR, item, item->key,
                             "\"%.*s\" can't be the name of a list", VIEW_ARG(item->name)),
                 "a name has no blanks, quotes, parentheses, \"=\" and \",\"");
    return false;
}

static struct list_definition *define(struct ruleset *set, const struct rule_item *item)
{
    void **slot = hash_map_slot(set->lists, item->name);
    struct list_definition *list;

    if (!slot)
        return NULL;
    if (!*slot) {
        *slot = list = arena_alloc(set->arena, sizeof(*list));
        if (!list)
            return NULL;
        list->index = set->next_index;
        list->item = item;
    }
    return *slot;
}

static void change(struct ruleset *set, const struct rule_item *item, bool append,
                   struct item_values items, bool fine)
{
    struct list_definition *list = hash_map_get(set->lists, item->name);

    if (append && !list) {
        problem_hint(set,
                     problem_add(set, RULE_PROBLEM_ERROR, item, item->key,
                                 "there is no list of this name to append to"),
                     "it must be defined before, in this file or an earlier one");
        return;
    }
    list = define(set, item);
    if (!list)
        return;
    list->visibility = set->next_index++;
    list->broken |= !fine;
    if (!append) {
        list->items = items;
        list->item = item;
        list->broken = !fine;
        return;
    }
    for (size_t i = 0; i < items.count; i++)
        item_values_add(set, &list->items, item, items.list[i].node);
}

void list_item_read(struct ruleset *set, struct rule_item *item)
{
    static const char *const known[] = {"list", "items", "append", "override", NULL};
    static const struct override_key keys[] = {
        {"items", OVERRIDE_CAN_APPEND | OVERRIDE_CAN_REPLACE}};
    const struct document_node *node = document_get(item->node, VIEW("items"));
    struct item_values items = {0};
    struct overrides overrides;
    bool fine;

    item_check_keys(set, item, item->node, known);
    if (!check_name(set, item))
        return;
    fine = overrides_read(set, item, keys, 1, &overrides);
    if (!node) {
        problem_add(set, RULE_PROBLEM_ERROR, item, item->key, "the list has no items");
        fine = false;
    } else {
        fine &= item_scalars(set, item, node, "items", &items);
    }
    change(set, item, overrides.append || overrides.of_key[0] == OVERRIDE_APPEND, items, fine);
}
