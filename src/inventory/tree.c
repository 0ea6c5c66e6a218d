#include "inventory/tree.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/path.h"

enum { WAY_LIMIT = 4 * PATH_LIMIT /* bytes of a path while links in it are followed */ };

struct tree {
    struct arena *arena;
    struct hash_map *nodes; /* by path; gone ones too */
    struct tree_node root;
    struct buf path;
};

struct tree *tree_new(struct arena *arena)
{
    struct tree *tree = calloc(1, sizeof(*tree));

    if (!tree)
        return NULL;
    tree->arena = arena;
    tree->root.kind = TREE_DIRECTORY;
    tree->path = BUF_INIT(WAY_LIMIT);
    tree->nodes = hash_map_new();
    if (!tree->nodes) {
        free(tree);
        return NULL;
    }
    return tree;
}

void tree_free(struct tree *tree)
{
    if (!tree)
        return;
    hash_map_free(tree->nodes);
    buf_done(&tree->path);
    free(tree);
}

/* ---- Nodes ---- */

static struct tree_node *live_node(struct tree *tree, struct view path)
{
    struct tree_node *node = path.len ? hash_map_get(tree->nodes, path) : &tree->root;

    return node && node->kind != TREE_GONE ? node : NULL;
}

static void attach(struct tree_node *node, struct tree_node *parent)
{
    node->parent = parent;
    node->next = parent->first_child;
    node->previous = &parent->first_child;
    if (node->next)
        node->next->previous = &node->next;
    parent->first_child = node;
}

static void detach(struct tree_node *node)
{
    *node->previous = node->next;
    if (node->next)
        node->next->previous = node->previous;
    node->next = NULL;
}

static void remove_node(struct tree_node *node, size_t layer);

static void remove_children(struct tree_node *node, size_t layer)
{
    while (node->first_child)
        remove_node(node->first_child, layer);
}

/* Recursion is bounded by the depth of paths. */
static void remove_node(struct tree_node *node, size_t layer)
{
    remove_children(node, layer);
    detach(node);
    if (node->kind != TREE_FACT && node->layer != layer)
        node->version = NULL; /* after an earlier layer there was no content */
    node->kind = TREE_GONE;
    node->gone_in = layer;
}

/* A live node at `path` below `parent`, with nothing below it: an earlier one
 * of another kind is removed. NULL without memory. */
static struct tree_node *put_node(struct tree *tree, struct tree_node *parent, struct view path,
                                  enum tree_kind kind, size_t layer)
{
    void **slot = hash_map_slot(tree->nodes, path);
    struct tree_node *node = slot ? *slot : NULL;

    if (!slot)
        return NULL;
    if (!node) {
        node = arena_alloc(tree->arena, sizeof(*node));
        if (!node)
            return NULL;
        *slot = node;
        node->path = path;
    }
    if (node->kind == TREE_GONE && node->gone_in != layer)
        node->version = NULL;
    if (node->kind != TREE_GONE)
        remove_node(node, layer);
    attach(node, parent);
    node->kind = kind;
    node->layer = layer;
    return node;
}

/* ---- Ways through the tree ---- */

/* `directory` "/" `name`, in the arena. */
static struct view join(struct tree *tree, struct view directory, struct view name)
{
    if (directory.len == 0)
        return name;
    return arena_printf(tree->arena, "%.*s/%.*s", VIEW_ARG(directory), VIEW_ARG(name));
}

/* Where the symlink points to, with `rest` behind it; in the arena. */
static bool follow(struct tree *tree, const struct tree_node *link, struct view rest,
                   struct view *ret)
{
    buf_reset(&tree->path);
    if (path_resolve_link(link->path, link->link, &tree->path, NULL) < 0)
        return false;
    if (rest.len && tree->path.len)
        buf_add_char(&tree->path, '/');
    buf_add(&tree->path, rest);
    if (tree->path.failed || tree->path.len > PATH_LIMIT)
        return false;
    *ret = arena_copy(tree->arena, buf_view(&tree->path));
    return true;
}

enum tree_found tree_find(struct tree *tree, struct view path, struct tree_node **ret,
                          struct view *ret_path)
{
    struct tree_node *node = &tree->root;
    size_t end = 0, hops = 0;

    *ret_path = path;
    while (end < path.len) {
        ptrdiff_t slash = view_find(view_sub(path, end + (end ? 1 : 0), path.len), '/');

        end = slash < 0 ? path.len : end + (end ? 1 : 0) + (size_t)slash;
        node = live_node(tree, view_sub(path, 0, end));
        if (!node || (end < path.len && node->kind != TREE_DIRECTORY && node->kind != TREE_SYMLINK))
            return TREE_ABSENT;
        if (node->kind != TREE_SYMLINK)
            continue;
        if (++hops > TREE_HOPS_LIMIT ||
            !follow(tree, node, view_sub(path, end + 1, path.len), &path))
            return TREE_LOOP;
        *ret_path = path;
        node = &tree->root;
        end = 0;
    }
    *ret = node;
    return TREE_FOUND;
}

/* Makes what is missing of `path`, which has no symlinks in it. */
static struct tree_node *make_directories(struct tree *tree, struct view path, size_t layer)
{
    struct tree_node *parent = &tree->root;
    size_t end = 0;

    while (parent && end < path.len) {
        size_t start = end ? end + 1 : 0;
        ptrdiff_t slash = view_find(view_sub(path, start, path.len), '/');
        struct tree_node *node;

        end = slash < 0 ? path.len : start + (size_t)slash;
        node = live_node(tree, view_sub(path, 0, end));
        if (node && node->kind != TREE_DIRECTORY)
            return NULL;
        if (!node)
            node = put_node(tree, parent, view_sub(path, 0, end), TREE_DIRECTORY, layer);
        parent = node;
    }
    return parent;
}

/* The directory that `path` leads to, made where nothing stands; NULL where
 * something else does. */
static struct tree_node *find_or_make_directory(struct tree *tree, struct view path, size_t layer)
{
    struct tree_node *node = live_node(tree, path);
    struct view real;

    if (node && node->kind == TREE_DIRECTORY)
        return node;
    switch (tree_find(tree, path, &node, &real)) {
    case TREE_FOUND:
        return node->kind == TREE_DIRECTORY ? node : NULL;
    case TREE_ABSENT:
        return make_directories(tree, real, layer);
    case TREE_LOOP:
        return NULL;
    }
    return NULL;
}

/* ---- Layers ---- */

/* The real path of an entry: through the symlinks above it, not itself. */
static bool real_path(struct tree *tree, struct view path, struct view *ret)
{
    struct view directory = path_directory(path), real;
    struct tree_node *parent = live_node(tree, directory);

    if (parent && parent->kind == TREE_DIRECTORY) {
        *ret = path;
        return true;
    }
    switch (tree_find(tree, directory, &parent, &real)) {
    case TREE_LOOP:
        return false;
    case TREE_FOUND:
    case TREE_ABSENT:
        *ret = view_eq(real, directory) ? path : join(tree, real, path_name(path));
        return ret->len > 0;
    }
    return false;
}

static void apply_removal(struct tree *tree, const struct layer_record *record, size_t layer)
{
    struct tree_node *node;
    struct view path;

    if (record->kind == LAYER_OPAQUE) {
        if (tree_find(tree, record->path, &node, &path) == TREE_FOUND)
            remove_children(node, layer);
        return;
    }
    if (!real_path(tree, record->path, &path))
        return;
    node = live_node(tree, path);
    if (node)
        remove_node(node, layer);
}

static void set_version(struct tree *tree, struct tree_node *node, const struct layer_record *fact,
                        size_t layer)
{
    struct tree_version *version = arena_alloc(tree->arena, sizeof(*version));

    if (!version)
        return;
    *version = (struct tree_version){fact, layer, node->version};
    if (version->older && version->older->layer == layer)
        version->older = version->older->older; /* of two entries in one layer the last counts */
    node->version = version;
}

/* A hard link is the file it names, where that was captured. */
static void set_hard_link(struct tree *tree, struct tree_node *node,
                          const struct layer_record *record, size_t layer)
{
    struct view path;
    const struct tree_node *target;

    node->kind = TREE_LOOSE_LINK;
    node->link = record->link;
    if (!real_path(tree, record->link, &path) || !(target = live_node(tree, path)))
        return;
    if (target->kind == TREE_FACT && target->version)
        set_version(tree, node, target->version->fact, layer);
    else if (target->kind == TREE_SYMLINK)
        node->link = target->link;
    else
        return;
    node->kind = target->kind;
}

static void apply_entry(struct tree *tree, const struct layer_record *record, size_t layer)
{
    static const enum tree_kind kinds[LAYER_RECORD_KIND_COUNT] = {
        [LAYER_FACT] = TREE_FACT,
        [LAYER_SYMLINK] = TREE_SYMLINK,
        [LAYER_HARD_LINK] = TREE_LOOSE_LINK,
        [LAYER_OTHER] = TREE_OTHER,
        [LAYER_DIRECTORY] = TREE_DIRECTORY,
    };
    struct tree_node *parent, *node;
    struct view path = record->path;

    if (path.len == 0)
        return;
    parent = find_or_make_directory(tree, path_directory(path), layer);
    if (!parent)
        return;
    if (!view_eq(parent->path, path_directory(path)))
        path = join(tree, parent->path, path_name(path));
    node = live_node(tree, path);
    if (node && node->kind == TREE_DIRECTORY && record->kind == LAYER_DIRECTORY)
        return;
    node = path.len ? put_node(tree, parent, path, kinds[record->kind], layer) : NULL;
    if (!node)
        return;
    node->link = record->link;
    if (record->kind == LAYER_FACT)
        set_version(tree, node, record, layer);
    if (record->kind == LAYER_HARD_LINK)
        set_hard_link(tree, node, record, layer);
}

int tree_apply(struct tree *tree, const struct layer_facts *facts, size_t layer, struct error *err)
{
    for (size_t i = 0; i < facts->record_count; i++)
        if (facts->records[i].kind == LAYER_WHITEOUT || facts->records[i].kind == LAYER_OPAQUE)
            apply_removal(tree, &facts->records[i], layer);
    for (size_t i = 0; i < facts->record_count; i++)
        if (facts->records[i].kind != LAYER_WHITEOUT && facts->records[i].kind != LAYER_OPAQUE)
            apply_entry(tree, &facts->records[i], layer);
    return arena_failed(tree->arena, "the tree of the image's files", err);
}
