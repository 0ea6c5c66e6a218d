#include "codec/document-build.h"

#include <stdlib.h>

enum {
    FIRST_ROOM = 256,
    FEW_KEYS = 16, /* up to here comparing with each is faster than hashing */
};

/* What an anchor names, and how many nodes it is with its aliases followed. */
struct document_anchor {
    struct document_node *node;
    size_t before, expanded;
    bool open;
};

void document_builder_init(struct document_builder *b, struct arena *arena)
{
    memset(b, 0, sizeof(*b));
    b->arena = arena;
}

void document_builder_reset(struct document_builder *b)
{
    hash_map_free(b->anchors);
    b->anchors = NULL;
    b->depth = b->count = b->nodes = b->expanded = 0;
    b->root = NULL;
    b->opening = NULL;
}

void document_builder_done(struct document_builder *b)
{
    document_builder_reset(b);
    free(b->children);
    b->children = NULL;
    b->room = 0;
}

struct document_node *document_builder_node(struct document_builder *b, struct error *err)
{
    struct document_node *node;

    if (b->nodes == DOCUMENT_NODE_LIMIT) {
        error_set(err, ERROR_LIMIT, "the document has more than %d values", DOCUMENT_NODE_LIMIT);
        return NULL;
    }
    node = arena_alloc(b->arena, sizeof(*node));
    if (node)
        b->nodes++;
    else
        arena_failed(b->arena, "the document", err);
    return node;
}

static int grow(struct document_builder *b, struct error *err)
{
    size_t room = b->room ? b->room * 2 : FIRST_ROOM;
    const struct document_node **children = realloc(b->children, room * sizeof(*children));

    if (!children)
        return error_memory(err);
    b->children = children;
    b->room = room;
    return 0;
}

static int expand(struct document_builder *b, size_t nodes, struct error *err)
{
    b->expanded += nodes;
    if (b->expanded <= DOCUMENT_EXPANDED_LIMIT)
        return 0;
    error_set(err, ERROR_LIMIT, "with its aliases followed the document has more than %d values",
              DOCUMENT_EXPANDED_LIMIT);
    error_hint(err, "such a document is made to exhaust memory: don't trust where it came from");
    return ERROR_LIMIT;
}

static int push(struct document_builder *b, const struct document_node *node, struct error *err)
{
    if (b->depth == 0) {
        b->root = node;
        return 0;
    }
    if (b->count == b->room && grow(b, err) < 0)
        return ERROR_MEMORY;
    b->children[b->count++] = node;
    return 0;
}

int document_builder_add(struct document_builder *b, const struct document_node *node,
                         struct error *err)
{
    int r = expand(b, 1, err);

    return r < 0 ? r : push(b, node, err);
}

int document_builder_open(struct document_builder *b, struct document_node *node, struct error *err)
{
    int r = document_builder_add(b, node, err);

    if (r < 0)
        return r;
    if (b->depth == DOCUMENT_DEPTH_LIMIT)
        return error_set(err, ERROR_LIMIT, "it is nested deeper than %d", DOCUMENT_DEPTH_LIMIT);
    b->frames[b->depth++] = (struct document_frame){node, b->opening, b->count};
    b->opening = NULL;
    return 0;
}

bool document_builder_wants_value(const struct document_builder *b)
{
    const struct document_frame *top = b->depth ? &b->frames[b->depth - 1] : NULL;

    return top && top->node->kind == DOCUMENT_MAPPING && (b->count - top->first) % 2 == 1;
}

int document_builder_anchor(struct document_builder *b, struct view name,
                            struct document_node *node, struct error *err)
{
    struct view key = arena_copy(b->arena, name);
    struct document_anchor *anchor = arena_alloc(b->arena, sizeof(*anchor));

    if (!anchor || !key.ptr)
        return arena_failed(b->arena, "the document", err);
    if (!b->anchors)
        b->anchors = hash_map_new();
    if (!b->anchors || !hash_map_put(b->anchors, key, anchor))
        return error_memory(err);
    *anchor = (struct document_anchor){node, b->expanded, 1, node->kind >= DOCUMENT_SEQUENCE};
    b->opening = anchor->open ? anchor : NULL;
    return 0;
}

int document_builder_alias(struct document_builder *b, struct view name, struct error *err)
{
    struct document_anchor *anchor = b->anchors ? hash_map_get(b->anchors, name) : NULL;
    int r;

    if (!anchor)
        return error_set(err, ERROR_INPUT, "the alias *%.*s has no anchor before it",
                         VIEW_ARG(name));
    if (anchor->open)
        return error_set(err, ERROR_INPUT, "the alias *%.*s refers to a value that contains it",
                         VIEW_ARG(name));
    r = expand(b, anchor->expanded, err);
    if (r < 0)
        return r;
    anchor->node->aliased = true;
    return push(b, anchor->node, err);
}

/* Keys seen of one mapping, by text: one of a number is the same as one of a
 * string, as both become the same key of JSON. */
struct keys {
    struct document_pair *pairs;
    size_t count;
    bool merges_win;
    struct hash_map *map;
};

static bool is_scalar(const struct document_node *node)
{
    return node->kind < DOCUMENT_SEQUENCE;
}

/* Of the pair with that key that counts, or NULL. */
static struct document_pair *find_key(const struct keys *keys, const struct document_node *key)
{
    if (!is_scalar(key))
        return NULL;
    if (keys->map)
        return hash_map_get(keys->map, key->text);
    for (size_t i = keys->count; i-- > 0;)
        if (!keys->pairs[i].merge && is_scalar(keys->pairs[i].key) &&
            view_eq(keys->pairs[i].key->text, key->text))
            return &keys->pairs[i];
    return NULL;
}

static int add_pair(struct keys *keys, struct document_pair pair, struct error *err)
{
    struct document_pair *last = &keys->pairs[keys->count++];

    *last = pair;
    if (keys->map && is_scalar(pair.key) && !hash_map_put(keys->map, pair.key->text, last))
        return error_memory(err);
    return 0;
}

static bool is_merge(const struct document_node *key)
{
    return key->kind == DOCUMENT_STRING && view_eq(key->text, VIEW("<<")) &&
           (key->tag.len ? view_eq(key->tag, VIEW("!!merge")) : key->style == DOCUMENT_PLAIN);
}

/* The pairs that one value of a merge key has, or -1 where it has none to give. */
static ssize_t merged_count(const struct document_node *value)
{
    size_t count = 0;

    if (value->kind == DOCUMENT_MAPPING)
        return (ssize_t)value->mapping.count;
    if (value->kind != DOCUMENT_SEQUENCE)
        return -1;
    for (size_t i = 0; i < value->sequence.count; i++) {
        if (value->sequence.items[i]->kind != DOCUMENT_MAPPING)
            return -1;
        count += value->sequence.items[i]->mapping.count;
    }
    return (ssize_t)count;
}

/* Counts the pairs that the mapping will have at most. */
static int count_pairs(const struct document_node *const *children, size_t count, size_t *ret,
                       struct error *err)
{
    size_t pairs = count / 2;

    for (size_t i = 0; i < count; i += 2) {
        ssize_t merged = is_merge(children[i]) ? merged_count(children[i + 1]) : 0;

        if (merged < 0) {
            error_set(err, ERROR_INPUT, "the merge key \"<<\" needs a mapping or a list of them");
            error_hint(err, "give it an alias of a mapping: <<: *name");
            return ERROR_INPUT;
        }
        pairs += (size_t)merged;
    }
    *ret = pairs;
    return 0;
}

static int add_own(struct keys *keys, const struct document_node *const *children, size_t count,
                   struct error *err)
{
    for (size_t i = 0; i < count; i += 2) {
        struct document_pair *before;

        if (is_merge(children[i])) {
            keys->pairs[keys->count++] = (struct document_pair){children[i], children[i + 1],
                                                                .replaced = true, .merge = true};
            continue;
        }
        before = find_key(keys, children[i]);
        if (before)
            before->replaced = true;
        if (add_pair(keys, (struct document_pair){children[i], children[i + 1]}, err) < 0)
            return ERROR_MEMORY;
    }
    return 0;
}

/* `at` is the place of the merge key among the pairs. */
static int merge_mapping(struct keys *keys, size_t at, const struct document_node *from,
                         struct error *err)
{
    for (size_t i = 0; i < from->mapping.count; i++) {
        const struct document_pair *pair = &from->mapping.pairs[i];
        struct document_pair *own = pair->replaced ? NULL : find_key(keys, pair->key);

        if (own && keys->merges_win && !own->merged && own < keys->pairs + at)
            own->replaced = true;
        else if (own || pair->replaced)
            continue;
        if (add_pair(keys, (struct document_pair){pair->key, pair->value, .merged = true}, err) < 0)
            return ERROR_MEMORY;
    }
    return 0;
}

/* Of several merge keys the last wins, of several mappings in one the first. */
static int add_merged(struct keys *keys, const struct document_node *const *children, size_t count,
                      struct error *err)
{
    for (size_t i = count; i > 0; i -= 2) {
        const struct document_node *value = children[i - 1];
        bool list = value->kind == DOCUMENT_SEQUENCE;

        if (!is_merge(children[i - 2]))
            continue;
        for (size_t k = 0; k < (list ? value->sequence.count : 1); k++)
            if (merge_mapping(keys, i / 2 - 1, list ? value->sequence.items[k] : value, err) < 0)
                return ERROR_MEMORY;
    }
    return 0;
}

static int close_mapping(struct document_builder *b, struct document_node *node,
                         const struct document_node *const *children, size_t count,
                         struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *map = NULL;
    struct keys keys = {.merges_win = b->merges_win};
    size_t most = 0;
    int r = count_pairs(children, count, &most, err);

    if (r < 0)
        return r;
    keys.pairs = arena_array(b->arena, most, sizeof(*keys.pairs));
    if (!keys.pairs)
        return arena_failed(b->arena, "the document", err);
    if (most > FEW_KEYS) {
        keys.map = map = hash_map_new();
        if (!map)
            return error_memory(err);
    }
    r = add_own(&keys, children, count, err);
    if (r == 0 && most > count / 2)
        r = add_merged(&keys, children, count, err);
    node->mapping.pairs = keys.pairs;
    node->mapping.count = keys.count;
    return r;
}

static int close_sequence(struct document_builder *b, struct document_node *node,
                          const struct document_node *const *children, size_t count,
                          struct error *err)
{
    const struct document_node **items = arena_array(b->arena, count, sizeof(*items));

    if (!items)
        return arena_failed(b->arena, "the document", err);
    if (count)
        memcpy(items, children, count * sizeof(*items));
    node->sequence.items = items;
    node->sequence.count = count;
    return 0;
}

int document_builder_close(struct document_builder *b, struct error *err)
{
    struct document_frame *top = &b->frames[b->depth - 1];
    const struct document_node **children = b->children ? b->children + top->first : NULL;
    size_t count = b->count - top->first;
    int r = top->node->kind == DOCUMENT_MAPPING
                ? close_mapping(b, top->node, children, count, err)
                : close_sequence(b, top->node, children, count, err);

    if (r < 0)
        return r;
    if (top->anchor) {
        top->anchor->open = false;
        top->anchor->expanded = b->expanded - top->anchor->before;
    }
    b->count = top->first;
    b->depth--;
    return 0;
}
