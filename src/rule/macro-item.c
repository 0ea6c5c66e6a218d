#include "rule/condition-lexer.h"
#include "rule/item-value.h"
#include "rule/override.h"

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

static struct macro_definition *define(struct ruleset *set, const struct rule_item *item)
{
    void **slot = hash_map_slot(set->macros, item->name);
    struct macro_definition *macro;

    if (!slot)
        return NULL;
    if (!*slot) {
        *slot = macro = arena_alloc(set->arena, sizeof(*macro));
        if (!macro)
            return NULL;
        macro->index = set->next_index;
        macro->item = item;
    }
    return *slot;
}

static void change(struct ruleset *set, const struct rule_item *item, bool append,
                   const struct document_node *condition, bool fine)
{
    struct macro_definition *macro = hash_map_get(set->macros, item->name);

    if (append && !macro) {
        problem_hint(set,
                     problem_add(set, RULE_PROBLEM_ERROR, item, item->key,
                                 "there is no macro of this name to append to"),
                     "it must be defined before, in this file or an earlier one");
        return;
    }
    macro = define(set, item);
    if (!macro)
        return;
    macro->visibility = set->next_index++;
    macro->broken |= !fine;
    if (!append) {
        macro->condition = (struct item_values){0};
        macro->item = item;
        macro->broken = !fine;
    }
    if (fine)
        item_values_add(set, &macro->condition, item, condition);
}

void macro_item_read(struct ruleset *set, struct rule_item *item)
{
    static const char *const known[] = {"macro", "condition", "append", "override", NULL};
    static const struct override_key keys[] = {
        {"condition", OVERRIDE_CAN_APPEND | OVERRIDE_CAN_REPLACE}};
    const struct document_node *condition = document_get(item->node, VIEW("condition"));
    struct overrides overrides;
    bool fine;

    item_check_keys(set, item, item->node, known);
    if (!check_name(set, item))
        return;
    fine = overrides_read(set, item, keys, 1, &overrides);
    if (!condition) {
        problem_add(set, RULE_PROBLEM_ERROR, item, item->key, "the macro has no condition");
        fine = false;
    } else {
        fine &= item_scalar(set, item, condition, "condition");
    }
    change(set, item, overrides.append || overrides.of_key[0] == OVERRIDE_APPEND, condition, fine);
}
