#include "rule/program/index.h"

#include <stdlib.h>

#include "rule/program/class-value.h"

/* The values that conditions compare the class field with. */
static bool collect_classes(struct rule_index *index, const struct rule_graph *graph)
{
    _cleanup_free_ bool *seen = calloc(graph->literal_count + 1, sizeof(*seen));

    if (!seen)
        return false;
    for (size_t i = 0; i < graph->node_count; i++) {
        const struct rule_node *node = &graph->nodes[i];

        if (node->kind != RULE_NODE_MATCH || node->match != RULE_MATCH_EQUAL ||
            node->slot != index->class_slot)
            continue;
        for (uint32_t k = 0; k < node->count; k++) {
            uint32_t literal = graph->links[node->first + k];
            struct view *class;

            if (seen[literal])
                continue;
            seen[literal] = true;
            class = arena_push(graph->arena, &index->classes, &index->class_count, sizeof(*class));
            if (!class)
                return false;
            *class = graph->literals[literal]->text;
        }
    }
    return true;
}

bool rule_bucket_add(struct rule_bucket *bucket, uint32_t rule, uint32_t root, struct arena *arena)
{
    size_t rules = bucket->count, roots = bucket->count;
    uint32_t *place = arena_push(arena, &bucket->rules, &rules, sizeof(*place));
    uint32_t *root_place = arena_push(arena, &bucket->roots, &roots, sizeof(*root_place));

    if (!place || !root_place)
        return false;
    *place = rule;
    *root_place = root;
    bucket->count++;
    return true;
}

/* Puts the rules into the buckets of one class. */
static bool fill(struct rule_index *index, struct rule_graph *graph, struct rule_reduce *reduce,
                 struct rule_index_rule *rules, size_t count, size_t class)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t root = reduce ? rule_reduce(reduce, rules[i].root) : rules[i].root;
        size_t bucket = rules[i].subject * (index->class_count + 2) + class;

        rule_graph_keep(graph, rules[i].root);
        rule_graph_keep(graph, root);
        if (root == RULE_FALSE)
            continue;
        if (class == index->class_count) {
            rules[i].any = true;
        } else if (class < index->class_count) {
            uint32_t *place =
                arena_push(graph->arena, &rules[i].classes, &rules[i].class_count, sizeof(*place));

            if (!place)
                return false;
            *place = (uint32_t) class;
        }
        if (!rule_bucket_add(&index->buckets[bucket], i, root, graph->arena))
            return false;
    }
    return true;
}

static bool fill_all(struct rule_index *index, struct rule_graph *graph,
                     struct rule_index_rule *rules, size_t count)
{
    size_t nodes = graph->node_count;
    _cleanup_(rule_reduce_free_p) struct rule_reduce *reduce = NULL;
    _cleanup_free_ bool *asked = calloc(nodes + 1, sizeof(*asked));

    if (index->class_slot == RULE_NO_SLOT)
        return fill(index, graph, NULL, rules, count, index->class_count);
    if (!asked)
        return false;
    rule_class_asked(graph, index->class_slot, asked);
    reduce = rule_reduce_new(graph, asked);
    if (!reduce)
        return false;
    for (size_t class = 0; class < index->class_count + 2; class ++) {
        struct rule_class_value value = {RULE_CLASS_OTHER, VIEW_EMPTY};

        if (class < index->class_count)
            value = (struct rule_class_value){RULE_CLASS_IS, index->classes[class]};
        else if (class > index->class_count)
            value.kind = RULE_CLASS_NONE;
        rule_class_give(reduce, graph, asked, nodes, &value);
        if (!fill(index, graph, reduce, rules, count, class))
            return false;
    }
    return true;
}

int rule_index_classes(struct rule_index *index, struct rule_graph *graph,
                       struct rule_index_rule *rules, size_t count, size_t subjects,
                       uint32_t class_slot, struct error *err)
{
    *index = (struct rule_index){.class_slot = class_slot, .subject_count = subjects};
    if (class_slot != RULE_NO_SLOT && !collect_classes(index, graph))
        return error_memory(err);
    if (index->class_count > RULE_CLASS_LIMIT || index->class_count * count > RULE_BUCKET_LIMIT) {
        index->class_slot = RULE_NO_SLOT; /* one bucket, with the conditions as they are */
        index->class_count = 0;
    }
    if (!rule_text_table_init(&index->by_class, index->class_count, graph->arena))
        return error_memory(err);
    for (size_t i = 0; i < index->class_count; i++)
        rule_text_table_add(&index->by_class, index->classes[i], (uint32_t)i);
    index->buckets = arena_array(graph->arena, rule_index_buckets(index), sizeof(*index->buckets));
    if (!index->buckets || !fill_all(index, graph, rules, count))
        return error_memory(err);
    return 0;
}
