/* The text and its draft, walked side by side. */
#include "codec/document-editor.h"

static struct view address_of(const struct document_node *const *node)
{
    return view_from(node, sizeof(*node));
}

/* Where a shared value is defined it becomes `tree`; aliases that should be the
 * same may stay. */
static int define(struct document_editor *e, const struct document_node *node,
                  const struct document_node *tree, struct error *err)
{
    struct view key;

    if (!node->aliased)
        return 0;
    key = arena_copy(e->arena, address_of(&node));
    if (!tree || !key.ptr)
        return arena_failed(e->arena, "the edit", err);
    if (!e->definitions)
        e->definitions = hash_map_new();
    if (!e->definitions || !hash_map_put(e->definitions, key, (void *)tree))
        return error_memory(err);
    return 0;
}

/* What the shared value is in the new text; NULL when it is gone. */
static const struct document_node *defined(const struct document_editor *e,
                                           const struct document_node *node)
{
    return e->definitions ? hash_map_get(e->definitions, address_of(&node)) : NULL;
}

static int visit_alias(struct document_editor *e, const struct document_spot *spot,
                       const struct document_draft *draft, struct error *err)
{
    const struct document_node *now = defined(e, spot->node);
    const struct document_node *wanted = draft ? document_draft_tree(draft, e->arena) : spot->node;

    if (!wanted)
        return arena_failed(e->arena, "the edit", err);
    return now && document_equal(now, wanted) ? 0 : document_editor_replace(e, spot, wanted, err);
}

static const struct document_node *child_at(const struct document_node *node, size_t i)
{
    return node->kind == DOCUMENT_MAPPING ? node->mapping.pairs[i].value : node->sequence.items[i];
}

static bool is_merge(const struct document_node *node, size_t i)
{
    return node->kind == DOCUMENT_MAPPING && node->mapping.pairs[i].merge;
}

/* Merge keys are not looked into: visit_merged() judges by what they give. */
static int visit_entries(struct document_editor *e, const struct document_spot *spot,
                         const struct document_draft *draft, struct document_change *c,
                         struct error *err)
{
    bool open = draft && draft->open;
    int r = 0;

    for (size_t i = 0; r == 0 && i < c->count; i++) {
        struct document_spot inner = {child_at(spot->node, i), spot->node, c->entries[i],
                                      spot->node->style == DOCUMENT_FLOW};

        if (open && draft->children[i].removed)
            c->removed[i] = true;
        else if (!is_merge(spot->node, i))
            r = document_editor_visit(e, &inner, open ? draft->children[i].draft : NULL, err);
    }
    return r;
}

static int add(struct document_editor *e, struct document_change *c,
               const struct document_node *key, const struct document_node *value,
               struct error *err)
{
    struct document_addition *added =
        arena_push(e->arena, &c->added, &c->added_count, sizeof(*added));

    if (!added || !value)
        return arena_failed(e->arena, "the edit", err);
    *added = (struct document_addition){key, value};
    return 0;
}

/* What merge keys would give in the new text: values by the text of their keys. */
struct gifts {
    struct hash_map *values;
    bool lost; /* a shared mapping is not there any more */
};

static int put(struct hash_map *map, const struct document_node *key,
               const struct document_node *value, struct error *err)
{
    void **slot = hash_map_slot(map, key->text);

    if (slot && !*slot)
        *slot = (void *)value;
    return slot ? 0 : error_memory(err);
}

static int gather_mapping(struct document_editor *e, const struct document_node *from,
                          struct gifts *gifts, struct error *err)
{
    const struct document_node *now = from->aliased ? defined(e, from) : from;
    int r = 0;

    gifts->lost = gifts->lost || !now || now->kind != DOCUMENT_MAPPING;
    for (size_t i = 0; r == 0 && !gifts->lost && i < now->mapping.count; i++)
        if (!now->mapping.pairs[i].replaced && now->mapping.pairs[i].key->kind < DOCUMENT_SEQUENCE)
            r = put(gifts->values, now->mapping.pairs[i].key, now->mapping.pairs[i].value, err);
    return r;
}

/* The strongest first: put() keeps what is there. */
static int gather(struct document_editor *e, const struct document_node *node, struct gifts *gifts,
                  struct error *err)
{
    int r = 0;

    for (size_t i = node->mapping.count; r == 0 && i-- > 0;) {
        const struct document_node *from = node->mapping.pairs[i].value;

        if (!is_merge(node, i))
            continue;
        if (from->kind == DOCUMENT_MAPPING)
            r = gather_mapping(e, from, gifts, err);
        for (size_t k = 0; r == 0 && from->kind == DOCUMENT_SEQUENCE && k < document_count(from);
             k++)
            r = gather_mapping(e, from->sequence.items[k], gifts, err);
    }
    return r;
}

struct pairs {
    const struct document_node *node;
    const struct document_draft *draft; /* open, or NULL */
    size_t count;
};

/* The i-th pair as it shall be; false: it isn't there, or doesn't count. */
static bool pair_at(const struct document_editor *e, const struct pairs *pairs, size_t i,
                    struct document_pair *ret)
{
    const struct document_draft_child *child;

    if (!pairs->draft) {
        *ret = pairs->node->mapping.pairs[i];
        return !ret->replaced;
    }
    child = &pairs->draft->children[i];
    if (child->removed || child->replaced)
        return false;
    ret->key = child->key;
    ret->merged = child->merged;
    ret->value = document_draft_child_tree(child, e->arena);
    return ret->value != NULL;
}

/* Do merge keys give what shall not be there? */
static int give_too_much(const struct document_editor *e, const struct pairs *pairs,
                         const struct gifts *gifts, bool *ret, struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *wanted = hash_map_new();
    struct document_pair pair;
    int r = wanted ? 0 : error_memory(err);

    for (size_t i = 0; r == 0 && i < pairs->count; i++)
        if (pair_at(e, pairs, i, &pair) && pair.key->kind < DOCUMENT_SEQUENCE)
            r = put(wanted, pair.key, pair.value, err);
    *ret = gifts->lost;
    for (size_t i = 0; r == 0 && i < hash_map_count(gifts->values); i++) {
        struct view key;

        hash_map_at(gifts->values, i, &key);
        *ret = *ret || !hash_map_get(wanted, key);
    }
    return r;
}

/* Own keys for what merge keys don't give as it shall be; when they give too
 * much they go, and all becomes own keys. */
static int own_merged(struct document_editor *e, const struct pairs *pairs,
                      const struct gifts *gifts, struct document_change *c, struct error *err)
{
    bool too_much;
    int r = give_too_much(e, pairs, gifts, &too_much, err);

    for (size_t i = 0; r == 0 && too_much && i < c->count; i++)
        c->removed[i] = c->removed[i] || pairs->node->mapping.pairs[i].merge;
    for (size_t i = 0; r == 0 && i < pairs->count; i++) {
        const struct document_node *gift = NULL;
        struct document_pair pair;

        if (!pair_at(e, pairs, i, &pair) || !pair.merged)
            continue;
        if (!too_much && pair.key->kind < DOCUMENT_SEQUENCE)
            gift = hash_map_get(gifts->values, pair.key->text);
        if (!gift || !document_equal(gift, pair.value))
            r = add(e, c, pair.key, pair.value, err);
    }
    return r;
}

static int visit_merged(struct document_editor *e, const struct pairs *pairs,
                        struct document_change *c, struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *values = hash_map_new();
    struct gifts gifts = {values, false};
    int r = values ? gather(e, pairs->node, &gifts, err) : error_memory(err);

    return r < 0 ? r : own_merged(e, pairs, &gifts, c, err);
}

static bool has_merge_key(const struct document_node *node)
{
    for (size_t i = 0; i < document_count(node); i++)
        if (is_merge(node, i))
            return true;
    return false;
}

/* Entries that are new, or not given any more. */
static int gather_additions(struct document_editor *e, const struct document_node *node,
                            const struct document_draft *draft, struct document_change *c,
                            struct error *err)
{
    bool open = draft && draft->open;
    struct pairs pairs = {node, open ? draft : NULL, open ? draft->count : document_count(node)};
    int r = has_merge_key(node) ? visit_merged(e, &pairs, c, err) : 0;

    for (size_t i = document_count(node); r == 0 && open && i < draft->count; i++)
        if (!draft->children[i].removed)
            r = add(e, c, draft->children[i].key,
                    document_draft_child_tree(&draft->children[i], e->arena), err);
    return r;
}

static bool changes(const struct document_change *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->removed[i])
            return true;
    return c->added_count > 0;
}

static int visit_collection(struct document_editor *e, const struct document_spot *spot,
                            const struct document_draft *draft, struct error *err)
{
    struct document_change c = {0};
    int r;

    c.entries = document_layout_entries(e->text, spot->node, e->arena, &c.count);
    if (!c.entries)
        return arena_failed(e->arena, "the edit", err) < 0
                   ? ERROR_MEMORY
                   : document_editor_refuse(spot->node, err);
    c.removed = arena_array(e->arena, c.count, sizeof(*c.removed));
    if (!c.removed)
        return arena_failed(e->arena, "the edit", err);
    r = visit_entries(e, spot, draft, &c, err);
    if (r == 0)
        r = gather_additions(e, spot->node, draft, &c, err);
    if (r < 0 || !changes(&c))
        return r;
    if (spot->node->style == DOCUMENT_BLOCK)
        return document_editor_change_block(e, spot, &c, err);
    if (c.count == 0 && !spot->flow && !e->layout.json)
        return document_editor_replace(e, spot, document_draft_tree(draft, e->arena), err);
    return document_editor_change_flow(e, spot, &c, err);
}

int document_editor_visit(struct document_editor *e, const struct document_spot *spot,
                          const struct document_draft *draft, struct error *err)
{
    const struct document_node *tree;
    int r = 0;

    if (spot->place.alias)
        return visit_alias(e, spot, draft, err);
    tree = draft ? document_draft_tree(draft, e->arena) : spot->node;
    if (!tree)
        return arena_failed(e->arena, "the edit", err);
    if (draft && draft->fresh)
        r = document_editor_replace(e, spot, tree, err);
    else if (document_count(spot->node) || (draft && draft->open))
        r = visit_collection(e, spot, draft, err);
    return r < 0 ? r : define(e, spot->node, tree, err);
}
