#include "config/values.h"

struct rule_values values_none(void)
{
    return (struct rule_values){0};
}

static struct rule_values one(struct rule_value value, struct arena *scratch)
{
    struct rule_value *item = arena_alloc(scratch, sizeof(*item));

    if (!item)
        return values_none();
    *item = value;
    return (struct rule_values){.present = true, .items = item, .count = 1};
}

struct rule_values values_text(struct view text, const struct document_node *node,
                               struct arena *scratch)
{
    return one((struct rule_value){.type = RULE_TEXT, .text = text, .node = node}, scratch);
}

struct rule_values values_number(int64_t number, const struct document_node *node,
                                 struct arena *scratch)
{
    return one((struct rule_value){.type = RULE_NUMBER, .number = number, .node = node}, scratch);
}

struct rule_values values_bool(bool boolean, const struct document_node *node,
                               struct arena *scratch)
{
    return one((struct rule_value){.type = RULE_BOOL,
                                   .text = boolean ? VIEW("true") : VIEW("false"),
                                   .boolean = boolean,
                                   .node = node},
               scratch);
}

static struct rule_value value_of(const struct document_node *node)
{
    struct rule_value value = {.type = RULE_NODE, .node = node};

    switch (node->kind) {
    case DOCUMENT_BOOL:
        value.type = RULE_BOOL;
        value.boolean = node->boolean;
        value.text = node->text;
        break;
    case DOCUMENT_INTEGER:
        value.type = RULE_NUMBER;
        value.number = node->integer;
        value.text = node->text;
        break;
    case DOCUMENT_FLOAT:
        value.type = RULE_DECIMAL;
        value.decimal = node->number;
        value.text = node->text;
        break;
    case DOCUMENT_STRING:
        value.type = RULE_TEXT;
        value.text = node->text;
        break;
    case DOCUMENT_NULL:
    case DOCUMENT_SEQUENCE:
    case DOCUMENT_MAPPING:
        break;
    }
    return value;
}

static void push(struct values_list *list, struct rule_value value)
{
    struct rule_value *slot =
        arena_push(list->scratch, &list->items, &list->count, sizeof(*list->items));

    if (slot)
        *slot = value;
}

void values_add(struct values_list *list, const struct document_node *node)
{
    if (document_is_absent(node))
        return;
    if (node->kind != DOCUMENT_SEQUENCE) {
        push(list, value_of(node));
        return;
    }
    for (size_t i = 0; i < node->sequence.count; i++)
        values_add(list, node->sequence.items[i]);
}

void values_add_text(struct values_list *list, struct view text, const struct document_node *node)
{
    /* What a quantifier's `item` gives is read from the node. */
    if (!node || !view_eq(document_text(node), text))
        node = values_new_text(list->scratch, text, node);
    push(list, (struct rule_value){.type = RULE_TEXT, .text = text, .node = node});
}

struct rule_values values_list(const struct values_list *list)
{
    return (struct rule_values){
        .present = true, .list = true, .items = list->items, .count = list->count};
}

struct rule_values values_node(const struct document_node *node, struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};

    if (document_is_absent(node))
        return values_none();
    if (node->kind != DOCUMENT_SEQUENCE)
        return one(value_of(node), scratch);
    values_add(&list, node);
    return values_list(&list);
}

static const struct document_node *take_step(const struct document_node *node,
                                             const struct rule_step *step)
{
    size_t index = step->kind == RULE_STEP_EACH ? 0 : step->index;

    return step->kind == RULE_STEP_KEY ? document_get(node, step->key) : document_item(node, index);
}

const struct document_node *values_find(const struct document_node *node,
                                        const struct rule_step *steps, size_t step_count)
{
    for (size_t i = 0; i < step_count && node; i++)
        node = take_step(node, &steps[i]);
    return document_is_absent(node) ? NULL : node;
}

/* The i-th element of a sequence, or value of a mapping. */
static const struct document_node *element(const struct document_node *node, size_t i)
{
    if (node->kind == DOCUMENT_SEQUENCE)
        return node->sequence.items[i];
    return node->mapping.pairs[i].replaced ? NULL : node->mapping.pairs[i].value;
}

static void collect(struct values_list *list, const struct document_node *node,
                    const struct rule_step *steps, size_t step_count)
{
    size_t count;

    for (; step_count && steps->kind != RULE_STEP_EACH; steps++, step_count--)
        node = take_step(node, steps);
    if (step_count == 0) {
        values_add(list, node);
        return;
    }
    count = document_count(node);
    for (size_t i = 0; i < count; i++)
        collect(list, element(node, i), steps + 1, step_count - 1);
}

struct rule_values values_walk(const struct document_node *node, const struct rule_step *steps,
                               size_t step_count, struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};

    for (; step_count && steps->kind != RULE_STEP_EACH; steps++, step_count--)
        node = take_step(node, steps);
    if (step_count == 0)
        return values_node(node, scratch);
    collect(&list, node, steps, step_count);
    return list.count ? values_list(&list) : values_none();
}

static struct document_node *new_node(struct arena *arena, enum document_kind kind,
                                      const struct document_node *at)
{
    struct document_node *node = arena_alloc(arena, sizeof(*node));

    if (!node)
        return NULL;
    node->kind = kind;
    if (at) {
        node->start = at->start;
        node->end = at->end;
    }
    return node;
}

struct document_node *values_new_text(struct arena *arena, struct view text,
                                      const struct document_node *at)
{
    struct document_node *node = new_node(arena, DOCUMENT_STRING, at);

    if (node)
        node->text = text;
    return node;
}

struct document_node *values_new_bool(struct arena *arena, bool boolean,
                                      const struct document_node *at)
{
    struct document_node *node = new_node(arena, DOCUMENT_BOOL, at);

    if (node) {
        node->boolean = boolean;
        node->text = boolean ? VIEW("true") : VIEW("false");
    }
    return node;
}

struct document_node *values_new_number(struct arena *arena, int64_t number,
                                        const struct document_node *at)
{
    struct document_node *node = new_node(arena, DOCUMENT_INTEGER, at);

    if (node) {
        node->integer = number;
        node->text = arena_printf(arena, "%lld", (long long)number);
    }
    return node;
}

struct document_node *values_new_mapping(struct arena *arena, const struct values_pair *pairs,
                                         size_t count, const struct document_node *at)
{
    struct document_node *node = new_node(arena, DOCUMENT_MAPPING, at);
    struct document_pair *list = arena_array(arena, count, sizeof(*list));
    size_t kept = 0;

    if (!node || (count && !list))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (!pairs[i].value)
            continue;
        list[kept].key = values_new_text(arena, view_of(pairs[i].key), at);
        list[kept].value = pairs[i].value;
        if (!list[kept++].key)
            return NULL;
    }
    node->mapping.pairs = list;
    node->mapping.count = kept;
    return node;
}

static const struct document_node *last_scalar(const struct document_node *node)
{
    while (document_count(node)) {
        size_t last = document_count(node) - 1;
        const struct document_node *below = node->kind == DOCUMENT_SEQUENCE
                                                ? node->sequence.items[last]
                                                : node->mapping.pairs[last].value;

        /* Merged pairs come last, and stand elsewhere; an alias does too. */
        if (!below || below->aliased || below->start.offset < node->start.offset)
            break;
        node = below;
    }
    return node;
}

struct config_place values_place(const struct document_node *node)
{
    const struct document_node *last = last_scalar(node);
    bool block = document_count(last) && last->style == DOCUMENT_BLOCK;

    return (struct config_place){
        .line = node->start.line,
        .column = node->start.column,
        .end_line = block ? last->start.line : last->end.line,
        .end_column = block ? last->start.column : last->end.column,
    };
}

/* The pair of a key that document_get() would find. */
static const struct document_pair *pair_of(const struct document_node *node, struct view key)
{
    if (!node || node->kind != DOCUMENT_MAPPING)
        return NULL;
    for (size_t i = 0; i < node->mapping.count; i++) {
        const struct document_pair *pair = &node->mapping.pairs[i];

        if (!pair->replaced && view_eq(document_text(pair->key), key))
            return pair;
    }
    return NULL;
}

bool values_locate(const struct document_node *node, const struct rule_step *steps,
                   size_t step_count, struct config_place *ret)
{
    const struct document_node *place = NULL, *next;

    for (size_t i = 0; i < step_count && node; i++, node = next) {
        const struct document_pair *pair = NULL;

        if (steps[i].kind == RULE_STEP_KEY) {
            pair = pair_of(node, steps[i].key);
            next = pair ? pair->value : NULL;
        } else {
            next = document_item(node, steps[i].kind == RULE_STEP_EACH ? 0 : steps[i].index);
        }
        if (!next)
            break;
        place = i + 1 == step_count && next->kind < DOCUMENT_SEQUENCE ? next
                : pair                                                ? pair->key
                                                                      : next;
    }
    if (!place)
        return false;
    *ret = values_place(place);
    return true;
}
