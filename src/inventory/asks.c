#include <stdlib.h>

#include "base/path.h"
#include "inventory/merge.h"

static bool has_rule(const struct layer_rule *rules, size_t count, const struct layer_rule *rule)
{
    for (size_t i = 0; i < count; i++)
        if (view_eq(rules[i].target, rule->target) && view_eq(rules[i].alias, rule->alias))
            return true;
    return false;
}

/* Asks one layer; false when it was asked before and is not worth it again,
 * or can't be. */
static bool ask_layer(struct merge *merge, size_t layer, const struct layer_rule *rule)
{
    const struct layer_facts *facts = &merge->layers[layer];
    struct merge_asks *asks = &merge->asks[layer];
    struct layer_rule *room;

    if (!facts->known || has_rule(facts->rules, facts->rule_count, rule))
        return false;
    if (has_rule(asks->rules, asks->count, rule))
        return true;
    if (facts->rule_count + asks->count >= LAYER_RULE_LIMIT)
        return false;
    room = arena_push(merge->scratch, &asks->rules, &asks->count, sizeof(*room));
    if (room) /* both may lie in a buffer of the caller */
        *room = (struct layer_rule){arena_copy(merge->scratch, rule->target),
                                    arena_copy(merge->scratch, rule->alias)};
    return room != NULL;
}

static void ask_all_layers(struct merge *merge, struct view target, struct view alias)
{
    struct layer_rule rule = {target, alias};

    for (size_t i = 0; i < merge->layer_count; i++)
        ask_layer(merge, i, &rule);
}

/* Whether layers tell of `path` as a file of `analyser` unasked. */
static bool is_covered(const struct merge *merge, struct view path, const struct analyser *analyser)
{
    unsigned place;

    return pattern_set_match(merge->patterns, path, &place) == PATTERN_HIT &&
           analysers[place] == analyser;
}

static void tell_loop(struct merge *merge, struct view path)
{
    struct tree_node node = {.path = path, .layer = SIZE_MAX};

    merge_tell(merge, DIAGNOSTIC_WARNING, "link-loop", &node,
               "symbolic links lead round in circles, or out of all limits");
}

/* The node as a fact of `analyser`; asks for what a loose link links to. */
static const struct tree_node *as_fact(struct merge *merge, const struct tree_node *node,
                                       struct view alias, const struct analyser *analyser)
{
    struct layer_rule rule = {node->link, alias};

    if (node->kind == TREE_FACT && node->version &&
        analysers[node->version->fact->analyser] == analyser)
        return node;
    if (node->kind == TREE_LOOSE_LINK && !ask_layer(merge, node->layer, &rule))
        merge_tell(merge, DIAGNOSTIC_WARNING, "link-broken", node,
                   "a hard link to %.*s, which its layer does not have", VIEW_ARG(node->link));
    return NULL;
}

const struct tree_node *merge_find_fact(struct merge *merge, struct view path,
                                        const struct analyser *analyser)
{
    enum tree_found found;
    struct tree_node *node;
    struct view real;

    found = tree_find(merge->tree, path, &node, &real);
    if (found == TREE_LOOP) {
        tell_loop(merge, path);
        return NULL;
    }
    if (!is_covered(merge, real, analyser))
        ask_all_layers(merge, real, path);
    return found == TREE_FOUND ? as_fact(merge, node, path, analyser) : NULL;
}

static int compare_paths(const void *a, const void *b)
{
    return view_cmp((*(const struct tree_node *const *)a)->path,
                    (*(const struct tree_node *const *)b)->path);
}

static struct view join(struct merge *merge, struct view directory, struct view name)
{
    return arena_printf(merge->scratch, "%.*s/%.*s", VIEW_ARG(directory), VIEW_ARG(name));
}

/* A directory is covered when some pattern of the analyser covers a file in it. */
static bool is_directory_covered(struct merge *merge, struct view real,
                                 const struct analyser *analyser)
{
    for (const char *const *pattern = analyser->patterns; *pattern; pattern++)
        if (is_covered(merge, join(merge, real, path_name(view_of(*pattern))), analyser))
            return true;
    return false;
}

const struct tree_node **merge_list_facts(struct merge *merge, struct view directory,
                                          const struct analyser *analyser, size_t *ret_count)
{
    const struct tree_node **facts = NULL;
    struct tree_node *node;
    struct view real;
    enum tree_found found = tree_find(merge->tree, directory, &node, &real);

    *ret_count = 0;
    if (found == TREE_LOOP)
        return NULL;
    if (!is_directory_covered(merge, real, analyser))
        ask_all_layers(merge, real, directory);
    if (found != TREE_FOUND)
        return NULL;
    for (node = node->first_child; node; node = node->next) {
        struct view alias = join(merge, directory, path_name(node->path));
        const struct tree_node *fact = NULL, **room;

        if (node->kind != TREE_FACT && !is_covered(merge, alias, analyser))
            continue;
        if (node->kind == TREE_SYMLINK)
            fact = merge_find_fact(merge, alias, analyser);
        else
            fact = as_fact(merge, node, alias, analyser);
        room = fact ? arena_push(merge->scratch, &facts, ret_count, sizeof(*facts)) : NULL;
        if (room)
            *room = fact;
    }
    if (*ret_count > 1)
        qsort(facts, *ret_count, sizeof(*facts), compare_paths);
    return facts;
}

/* ---- For the caller ---- */

static void add_rules(struct merge *merge, struct layer_rule *to, size_t *count,
                      const struct layer_rule *rules, size_t rule_count)
{
    for (size_t i = 0; i < rule_count; i++)
        to[(*count)++] = (struct layer_rule){arena_copy(merge->arena, rules[i].target),
                                             arena_copy(merge->arena, rules[i].alias)};
}

static void gather(struct merge *merge, size_t layer, struct inventory_ask *ask)
{
    const struct layer_facts *facts = &merge->layers[layer];
    const struct merge_asks *asks = &merge->asks[layer];
    struct layer_rule *rules =
        arena_array(merge->arena, facts->rule_count + asks->count, sizeof(*rules));

    ask->layer = layer;
    ask->rules = rules;
    if (!rules)
        return;
    add_rules(merge, rules, &ask->rule_count, facts->rules, facts->rule_count);
    add_rules(merge, rules, &ask->rule_count, asks->rules, asks->count);
}

const struct inventory_ask *merge_asks(struct merge *merge, size_t *ret_count)
{
    struct inventory_ask *asks = NULL;

    *ret_count = 0;
    for (size_t layer = 0; layer < merge->layer_count; layer++) {
        struct inventory_ask *ask = NULL;

        if (merge->asks[layer].count)
            ask = arena_push(merge->arena, &asks, ret_count, sizeof(*ask));
        if (ask)
            gather(merge, layer, ask);
    }
    return asks;
}
