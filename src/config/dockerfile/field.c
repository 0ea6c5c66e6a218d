#include "config/dockerfile/field.h"

void dockerfile_list_add(struct dockerfile_list *list, struct view text, bool known,
                         struct view settings)
{
    struct dockerfile_item *item = arena_alloc(list->scratch, sizeof(*item));
    struct rule_value *value =
        arena_push(list->scratch, &list->items, &list->count, sizeof(*value));

    if (!item || !value)
        return;
    *item = (struct dockerfile_item){text, known, settings};
    *value = (struct rule_value){.type = RULE_TEXT, .text = text, .node = item};
}

struct rule_values dockerfile_list_values(const struct dockerfile_list *list)
{
    return (struct rule_values){
        .present = true, .list = true, .items = list->items, .count = list->count};
}

struct rule_values dockerfile_known(struct dockerfile_value value, struct arena *scratch)
{
    return value.known ? values_text(value.text, NULL, scratch) : values_none();
}

struct rule_values dockerfile_text_or_none(struct view text, struct arena *scratch)
{
    return text.len ? values_text(text, NULL, scratch) : values_none();
}

bool dockerfile_setting(struct view settings, struct view key, struct view *ret)
{
    while (settings.ptr) {
        struct view value = view_cut(&settings, ','), name = view_cut(&value, '=');

        if (view_eq_nocase(view_trim(name), key)) {
            *ret = value;
            return true;
        }
    }
    return false;
}
