#include "config/kubernetes/selector.h"

struct selector selector_of(const struct document_node *node)
{
    const struct document_node *labels = document_get(node, VIEW("matchLabels"));
    const struct document_node *expressions = document_get(node, VIEW("matchExpressions"));

    return (struct selector){
        labels && labels->kind == DOCUMENT_MAPPING ? labels : NULL,
        expressions && expressions->kind == DOCUMENT_SEQUENCE ? expressions : NULL,
    };
}

struct selector selector_of_map(const struct document_node *map)
{
    return (struct selector){map && map->kind == DOCUMENT_MAPPING ? map : NULL, NULL};
}

bool selector_is_empty(const struct selector *selector)
{
    return document_count(selector->labels) == 0 && document_count(selector->expressions) == 0;
}

static bool is_member(const struct document_node *values, struct view text)
{
    for (size_t i = 0; i < document_count(values); i++)
        if (view_eq(document_text(document_item(values, i)), text))
            return true;
    return false;
}

static bool expression_matches(const struct document_node *expression,
                               const struct document_node *labels)
{
    const struct document_node *values = document_get(expression, VIEW("values"));
    const struct document_node *label =
        document_get(labels, document_get_text(expression, VIEW("key")));
    struct view operator= document_get_text(expression, VIEW("operator"));

    if (view_eq(operator, VIEW("In")))
        return label && is_member(values, document_text(label));
    if (view_eq(operator, VIEW("NotIn")))
        return !label || !is_member(values, document_text(label));
    if (view_eq(operator, VIEW("Exists")))
        return label;
    return view_eq(operator, VIEW("DoesNotExist")) && !label;
}

bool selector_matches(const struct selector *selector, const struct document_node *labels)
{
    if (document_count(selector->labels) > SELECTOR_LABEL_LIMIT ||
        document_count(labels) > SELECTOR_LABEL_LIMIT)
        return false;
    for (size_t i = 0; i < document_count(selector->labels); i++) {
        const struct document_pair *pair = &selector->labels->mapping.pairs[i];
        const struct document_node *label =
            pair->replaced ? NULL : document_get(labels, document_text(pair->key));

        if (pair->replaced)
            continue;
        if (!label || !view_eq(document_text(label), document_text(pair->value)))
            return false;
    }
    for (size_t i = 0; i < document_count(selector->expressions); i++)
        if (!expression_matches(document_item(selector->expressions, i), labels))
            return false;
    return true;
}

static struct view label_key(struct arena *arena, const struct document_pair *pair)
{
    return arena_printf(arena, "%.*s=%.*s", VIEW_ARG(document_text(pair->key)),
                        VIEW_ARG(document_text(pair->value)));
}

/* The pair the entry is filed under: the last that counts, as the first is
 * often what all workloads of a product have in common. */
static const struct document_pair *telling_pair(const struct selector *selector)
{
    for (size_t i = document_count(selector->labels); i-- > 0;)
        if (!selector->labels->mapping.pairs[i].replaced)
            return &selector->labels->mapping.pairs[i];
    return NULL;
}

static size_t cost_of(const struct selector *selector)
{
    size_t cost = 1 + document_count(selector->labels);

    for (size_t i = 0; i < document_count(selector->expressions); i++)
        cost += 1 + document_count(
                        document_get(document_item(selector->expressions, i), VIEW("values")));
    return cost;
}

void selector_index_add(struct selector_index *index, struct selector selector, void *owner)
{
    const struct document_pair *pair = telling_pair(&selector);
    struct selector_entry *entry = arena_alloc(index->arena, sizeof(*entry));
    void **slot = NULL;

    if (!entry)
        return;
    entry->selector = selector;
    entry->owner = owner;
    entry->cost = cost_of(&selector);
    if (!index->by_label)
        index->by_label = hash_map_new();
    if (pair && index->by_label)
        slot = hash_map_slot(index->by_label, label_key(index->arena, pair));
    if (slot) {
        entry->next = *slot;
        *slot = entry;
    } else {
        entry->next = index->rest;
        index->rest = entry;
    }
}

void selector_index_done(struct selector_index *index)
{
    hash_map_free_p(&index->by_label);
}

static bool find_in(const struct selector_entry *entry, const struct document_node *labels,
                    size_t *budget, bool (*found)(void *ctx, void *owner), void *ctx)
{
    for (; entry; entry = entry->next) {
        if (*budget < entry->cost) {
            *budget = 0;
            return false;
        }
        *budget -= entry->cost;
        if (selector_matches(&entry->selector, labels) && !found(ctx, entry->owner))
            return false;
    }
    return true;
}

bool selector_index_find(const struct selector_index *index, const struct document_node *labels,
                         size_t *budget, bool (*found)(void *ctx, void *owner), void *ctx)
{
    size_t count = labels && labels->kind == DOCUMENT_MAPPING ? labels->mapping.count : 0;

    if (!find_in(index->rest, labels, budget, found, ctx))
        return false;
    if (count > SELECTOR_LABEL_LIMIT || !index->by_label)
        return true;
    for (size_t i = 0; i < count; i++) {
        const struct document_pair *pair = &labels->mapping.pairs[i];

        if (!pair->replaced &&
            !find_in(hash_map_get(index->by_label, label_key(index->arena, pair)), labels, budget,
                     found, ctx))
            return false;
    }
    return true;
}
