#include "inventory/pattern.h"

#include <stdlib.h>

#include "base/arena.h"

enum { PATTERN_SET_LIMIT = 1 << 20 /* bytes of memory */ };

struct node {
    struct node *children, *next;
    struct view before, behind; /* of the star; the whole component is `before` without one */
    bool star, terminal;
    unsigned value;
};

struct pattern_set {
    struct arena *arena;
    struct node root;
};

struct pattern_set *pattern_set_new(void)
{
    struct pattern_set *set = calloc(1, sizeof(*set));

    if (!set)
        return NULL;
    set->arena = arena_new(PATTERN_SET_LIMIT);
    if (!set->arena) {
        free(set);
        return NULL;
    }
    return set;
}

void pattern_set_free(struct pattern_set *set)
{
    if (!set)
        return;
    arena_free(set->arena);
    free(set);
}

static struct node *find_child(const struct node *parent, const struct node *like)
{
    for (struct node *child = parent->children; child; child = child->next)
        if (child->star == like->star && view_eq(child->before, like->before) &&
            view_eq(child->behind, like->behind))
            return child;
    return NULL;
}

/* Exact components sort before those with a star, which sort by how much they
 * ask for. */
static bool is_stricter(const struct node *a, const struct node *b)
{
    if (a->star != b->star)
        return !a->star;
    return a->star && a->before.len + a->behind.len > b->before.len + b->behind.len;
}

static void insert_child(struct node *parent, struct node *child)
{
    struct node **at = &parent->children;

    while (*at && !is_stricter(child, *at))
        at = &(*at)->next;
    child->next = *at;
    *at = child;
}

static struct node *add_component(struct pattern_set *set, struct node *parent,
                                  struct view component)
{
    ptrdiff_t star = view_find(component, '*');
    struct node like = {.before = component, .star = star >= 0}, *child;

    if (like.star) {
        like.before = view_sub(component, 0, (size_t)star);
        like.behind = view_sub(component, (size_t)star + 1, component.len);
    }
    child = find_child(parent, &like);
    if (child)
        return child;
    child = arena_alloc(set->arena, sizeof(*child));
    if (!child)
        return NULL;
    *child = like;
    insert_child(parent, child);
    return child;
}

bool pattern_set_add(struct pattern_set *set, struct view pattern, unsigned value)
{
    struct node *node = &set->root;

    while (pattern.ptr && node)
        node = add_component(set, node, view_cut(&pattern, '/'));
    if (!node)
        return false;
    if (!node->terminal) {
        node->terminal = true;
        node->value = value;
    }
    return true;
}

static bool component_matches(const struct node *node, struct view component)
{
    if (!node->star)
        return view_eq(node->before, component);
    return component.len > 0 && component.len >= node->before.len + node->behind.len &&
           view_starts(component, node->before) && view_ends(component, node->behind);
}

/* Recursion is bounded by the depth of the deepest pattern. */
static enum pattern_result match_below(const struct node *node, struct view rest,
                                       unsigned *ret_value)
{
    enum pattern_result best = PATTERN_NONE;
    struct view component;

    if (!rest.ptr) {
        if (node->terminal)
            *ret_value = node->value;
        return node->terminal ? PATTERN_HIT : PATTERN_ABOVE;
    }
    component = view_cut(&rest, '/');
    for (const struct node *child = node->children; child; child = child->next) {
        enum pattern_result result;

        if (!component_matches(child, component))
            continue;
        result = match_below(child, rest, ret_value);
        if (result == PATTERN_HIT)
            return result;
        if (result > best)
            best = result;
    }
    return best;
}

enum pattern_result pattern_set_match(const struct pattern_set *set, struct view path,
                                      unsigned *ret_value)
{
    if (path.len == 0)
        return PATTERN_ABOVE;
    return match_below(&set->root, path, ret_value);
}
