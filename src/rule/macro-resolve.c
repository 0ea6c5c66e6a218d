#include "base/nearest-name.h"
#include "rule/condition-parser.h"
#include "rule/ruleset-state.h"

/* Putting macros in their places in one tree. */
struct resolution {
    struct ruleset *set;
    const struct written_text *text;
    struct view label;
    uint32_t visibility;
    bool failed;
};

static void resolve_macro(struct ruleset *set, struct macro_definition *macro);

static size_t add_capped(size_t a, size_t b)
{
    return a > RULE_NODE_LIMIT || b > RULE_NODE_LIMIT ? RULE_NODE_LIMIT + 1 : a + b;
}

static void fault_at(struct resolution *resolution, const struct expression *node,
                     const struct error *err)
{
    problem_add_fault(resolution->set, resolution->text, node->offset - resolution->text->base,
                      node->length, resolution->label, err);
    resolution->failed = true;
}

static void undefined(struct resolution *resolution, const struct expression *node)
{
    struct view name = node->left.text;
    struct nearest_name nearest = nearest_name_for(name);
    const struct macro_definition *hidden = hash_map_get(resolution->set->macros, name);
    struct error err = ERROR_INIT;

    if (hidden && hidden->base.state == RESOLVE_ACTIVE)
        error_set(&err, ERROR_INPUT, "the macro %.*s contains itself", VIEW_ARG(name));
    else
        error_set(&err, ERROR_INPUT, "there is no macro %.*s", VIEW_ARG(name));
    if (hidden && hidden->base.state != RESOLVE_ACTIVE)
        error_hint(&err, "it is defined behind this: a macro sees only those before it");
    if (hash_map_get(resolution->set->lists, name))
        error_hint(&err, "it is a list: write \"field in (%.*s)\"", VIEW_ARG(name));
    for (size_t i = 0; !hidden && i < hash_map_count(resolution->set->macros); i++) {
        struct view candidate;

        hash_map_at(resolution->set->macros, i, &candidate);
        nearest_name_offer(&nearest, candidate);
    }
    if (nearest.best.len)
        error_hint(&err, "did you mean %.*s?", VIEW_ARG(nearest.best));
    fault_at(resolution, node, &err);
}

/* The tree of the macro that `node` names; NULL: a problem. */
static const struct expression *tree_of(struct resolution *resolution,
                                        const struct expression *node, struct expression_size *ret)
{
    struct macro_definition *macro = hash_map_get(resolution->set->macros, node->left.text);
    struct error err = ERROR_INIT;

    if (!macro || macro->base.index >= resolution->visibility) {
        undefined(resolution, node);
        return NULL;
    }
    macro->base.used = true;
    if (resolution->set->macro_depth >= MACRO_AHEAD_LIMIT && macro->base.state == RESOLVE_NEW) {
        error_set(&err, ERROR_LIMIT, "more than %d macros that refer ahead to one another",
                  MACRO_AHEAD_LIMIT);
        fault_at(resolution, node, &err);
        return NULL;
    }
    resolve_macro(resolution->set, macro);
    if (macro->base.state == RESOLVE_ACTIVE) {
        error_set(&err, ERROR_INPUT, "the macro %.*s contains itself", VIEW_ARG(node->left.text));
        fault_at(resolution, node, &err);
        return NULL;
    }
    if (!macro->expression) {
        resolution->failed = true;
        return NULL;
    }
    *ret = macro->size;
    return macro->expression;
}

/* Resolves the macros below `node`; gives what stands in its place. */
static const struct expression *resolve_node(struct resolution *resolution,
                                             const struct expression *node,
                                             struct expression_size *ret)
{
    struct expression_size size = {1, 1};

    if (node->kind == EXPRESSION_MACRO) {
        const struct expression *tree = tree_of(resolution, node, &size);

        *ret = size;
        return tree ? tree : node;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        struct expression_size child;

        node->children[i] = resolve_node(resolution, node->children[i], &child);
        size.nodes = add_capped(size.nodes, child.nodes);
        if (size.depth < child.depth + 1)
            size.depth = child.depth + 1;
    }
    *ret = size;
    return node;
}

static bool check_size(struct resolution *resolution, const struct expression *tree,
                       const struct expression_size *size)
{
    struct error err = ERROR_INIT;

    if (resolution->failed)
        return false;
    if (size->nodes > RULE_NODE_LIMIT)
        error_set(&err, ERROR_LIMIT, "with its macros it has more than %d parts", RULE_NODE_LIMIT);
    else if (size->depth > EXPRESSION_DEPTH_LIMIT)
        error_set(&err, ERROR_LIMIT, "with its macros it is nested deeper than %d levels",
                  EXPRESSION_DEPTH_LIMIT);
    else
        return true;
    problem_add_fault(resolution->set, resolution->text,
                      tree->offset >= resolution->text->base &&
                              tree->offset < resolution->text->base + resolution->text->text.len
                          ? tree->offset - resolution->text->base
                          : 0,
                      1, resolution->label, &err);
    return false;
}

const struct expression *condition_resolve(struct ruleset *set, const struct written_text *text,
                                           struct view label, uint32_t visibility,
                                           struct expression_size *ret)
{
    struct resolution resolution = {set, text, label, visibility, false};
    const struct expression *tree;
    struct expression_fault fault;
    struct expression_size size;
    struct error err = ERROR_INIT;

    if (condition_parse(text->text, text->base, set->arena, &tree, &fault, &err)) {
        problem_add_fault(set, text, fault.offset, fault.length, label, &err);
        return NULL;
    }
    tree = resolve_node(&resolution, tree, &size);
    if (!check_size(&resolution, tree, &size) || text->broken)
        return NULL;
    *ret = size;
    return tree;
}

static struct written_text *macro_text(struct ruleset *set, const struct macro_definition *macro)
{
    struct text_writer writer = {.arena = set->scratch, .limit = EXPRESSION_TEXT_LIMIT};
    struct written_text *text;

    for (size_t i = 0; i < macro->base.values.count; i++) {
        const struct item_value *value = &macro->base.values.list[i];

        if (i)
            written_add_ours(&writer, value->item, value->node, VIEW(" "));
        written_add(&writer, value->item, value->node, 0, value->node->text.len);
    }
    text = lists_substitute(set, &writer, &macro->base.values.list[0]);
    arena_reset(set->scratch);
    return text;
}

static void resolve_macro(struct ruleset *set, struct macro_definition *macro)
{
    struct written_text *text;

    if (macro->base.state != RESOLVE_NEW)
        return;
    macro->base.state = RESOLVE_ACTIVE;
    set->macro_depth++;
    if (!macro->base.broken && macro->base.values.count) {
        text = macro_text(set, macro);
        if (text)
            macro->expression = condition_resolve(set, text, macro->base.item->label,
                                                  macro->base.visibility, &macro->size);
    }
    set->macro_depth--;
    macro->base.state = RESOLVE_DONE;
}

void macros_resolve(struct ruleset *set)
{
    for (size_t i = 0; i < hash_map_count(set->macros); i++) {
        struct view name;
        struct macro_definition *macro = hash_map_at(set->macros, i, &name);

        if (macro)
            resolve_macro(set, macro);
    }
}
