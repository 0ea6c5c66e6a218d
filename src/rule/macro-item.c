#include "base/text.h"
#include "rule/condition-lexer.h"
#include "rule/definition.h"
#include "rule/item-value.h"

static bool is_macro_name(struct view name)
{
    if (name.len == 0 || !lexer_is_name_start(name.ptr[0]))
        return false;
    for (size_t i = 1; i < name.len; i++)
        if (!lexer_is_name(name.ptr[i]))
            return false;
    return !view_eq(name, VIEW("and")) && !view_eq(name, VIEW("or")) && !view_eq(name, VIEW("not"));
}

static bool check_name(struct ruleset *set, const struct rule_item *item)
{
    if (is_macro_name(item->name))
        return true;
    problem_hint(set,
                 problem_add(set, RULE_PROBLEM_ERROR, item, item->key,
                             "\"%.*s\" can't be the name of a macro", VIEW_ARG(item->name)),
                 "a name has letters, digits and \"_\", and begins with a letter");
    return false;
}

static bool read_condition(struct ruleset *set, const struct rule_item *item,
                           const struct document_node *node, struct item_values *to)
{
    if (!item_scalar(set, item, node, "condition"))
        return false;
    item_values_add(set, to, item, node);
    return true;
}

void macro_item_read(struct ruleset *set, struct rule_item *item)
{
    static const char *const keys[] = {"macro", "condition", "append", "override", NULL};
    static const struct definition_kind kind = {
        .keys = keys,
        .values = {"condition", OVERRIDE_CAN_APPEND | OVERRIDE_CAN_REPLACE},
        .size = sizeof(struct macro_definition),
        .check_name = check_name,
        .read = read_condition,
        .without_values = TR_KEY("the macro has no condition"),
        .nothing_to_append_to = TR_KEY("there is no macro of this name to append to"),
    };

    definition_read(set, set->macros, &kind, item);
}
