#include "base/text.h"
#include "rule/definition.h"
#include "rule/item-value.h"

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

static bool read_items(struct ruleset *set, const struct rule_item *item,
                       const struct document_node *node, struct item_values *to)
{
    return item_scalars(set, item, node, "items", to);
}

void list_item_read(struct ruleset *set, struct rule_item *item)
{
    static const char *const keys[] = {"list", "items", "append", "override", NULL};
    static const struct definition_kind kind = {
        .keys = keys,
        .values = {"items", OVERRIDE_CAN_APPEND | OVERRIDE_CAN_REPLACE},
        .size = sizeof(struct list_definition),
        .check_name = check_name,
        .read = read_items,
        .without_values = TR_KEY("the list has no items"),
        .nothing_to_append_to = TR_KEY("there is no list of this name to append to"),
    };

    definition_read(set, set->lists, &kind, item);
}
