#include "rule/program/index.h"

#include <stdlib.h>

/* Nanoseconds, about, that a rule costs until a test fails. A matcher runs before the
 * rules of a bucket when it costs no more than those that it may rule out. */
enum { RULE_COST = 35 };

struct cover {
    const uint32_t *nodes; /* one of them holds whenever the condition does */
    uint32_t count;
    float weight; /* how often one is found, and what looking costs */
    enum { COVER_UNKNOWN, COVER_NONE, COVER_SOME } state;
};

struct covers {
    const struct rule_graph *graph;
    struct arena *arena;
    struct cover *list; /* by reference */
};

static const struct cover *cover_of(struct covers *covers, uint32_t reference);

static struct cover match_cover(struct covers *covers, const struct rule_node *node,
                                uint32_t number)
{
    uint32_t *nodes = arena_alloc(covers->arena, sizeof(*nodes));

    if (!nodes || node->item)
        return (struct cover){.state = COVER_NONE};
    *nodes = number;
    return (struct cover){nodes, 1, node->chance + node->cost / 5000, COVER_SOME};
}

/* All must hold: the best one's will do. */
static struct cover best_cover(struct covers *covers, const struct rule_node *node)
{
    struct cover best = {.state = COVER_NONE};

    for (uint32_t i = 0; i < node->count; i++) {
        const struct cover *cover = cover_of(covers, covers->graph->links[node->first + i]);

        if (cover->state == COVER_SOME && (best.state == COVER_NONE || cover->weight < best.weight))
            best = *cover;
    }
    return best;
}

/* One must hold: all of theirs together. */
static struct cover union_cover(struct covers *covers, const struct rule_node *node, bool negated)
{
    struct cover all = {.state = COVER_SOME};
    uint32_t *nodes = arena_array(covers->arena, RULE_COVER_LIMIT, sizeof(*nodes));

    for (uint32_t i = 0; nodes && i < node->count; i++) {
        const struct cover *cover =
            cover_of(covers, covers->graph->links[node->first + i] ^ negated);

        if (cover->state != COVER_SOME || all.count + cover->count > RULE_COVER_LIMIT)
            return (struct cover){.state = COVER_NONE};
        memcpy(nodes + all.count, cover->nodes, cover->count * sizeof(*nodes));
        all.count += cover->count;
        all.weight += cover->weight;
    }
    all.nodes = nodes;
    return nodes ? all : (struct cover){.state = COVER_NONE};
}

static const struct cover *cover_of(struct covers *covers, uint32_t reference)
{
    struct cover *cover = &covers->list[reference];
    const struct rule_node *node = &covers->graph->nodes[reference / 2];
    bool negated = reference & 1;

    if (cover->state != COVER_UNKNOWN)
        return cover;
    if (node->kind == RULE_NODE_MATCH && !negated)
        *cover = match_cover(covers, node, reference / 2);
    else if (node->kind == RULE_NODE_AND)
        *cover = negated ? union_cover(covers, node, true) : best_cover(covers, node);
    else if (node->kind == RULE_NODE_ONE && !negated)
        *cover = union_cover(covers, node, false);
    else if (node->kind == RULE_NODE_ANY && !negated)
        *cover = best_cover(covers, node);
    else
        cover->state = COVER_NONE;
    return cover;
}

static bool all_worth(const struct rule_graph *graph, const struct cover *cover,
                      const uint32_t *users)
{
    for (uint32_t i = 0; i < cover->count; i++) {
        const struct rule_node *node = &graph->nodes[cover->nodes[i]];

        if (node->cost > (float)users[node->matcher] * RULE_COST)
            return false;
    }
    return true;
}

/* Counts each matcher of the cover once. */
static void count_users(const struct rule_graph *graph, const struct cover *cover, uint32_t *users,
                        int32_t by)
{
    for (uint32_t i = 0; i < cover->count; i++) {
        uint32_t matcher = graph->nodes[cover->nodes[i]].matcher;
        bool counted = false;

        for (uint32_t k = 0; k < i; k++)
            counted |= graph->nodes[cover->nodes[k]].matcher == matcher;
        if (!counted)
            users[matcher] += (uint32_t)by;
    }
}

/* The rules whose matchers are worth running first: chosen[position]. */
static void choose(struct covers *covers, const struct rule_bucket *bucket, uint32_t *users,
                   bool *chosen)
{
    bool changed = true;

    for (uint32_t i = 0; i < bucket->count; i++) {
        const struct cover *cover = cover_of(covers, bucket->roots[i]);

        chosen[i] = cover->state == COVER_SOME;
        if (chosen[i])
            count_users(covers->graph, cover, users, 1);
    }
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < bucket->count; i++) {
            const struct cover *cover = cover_of(covers, bucket->roots[i]);

            if (!chosen[i] || all_worth(covers->graph, cover, users))
                continue;
            chosen[i] = false;
            changed = true;
            count_users(covers->graph, cover, users, -1);
        }
    }
}

static struct rule_watch *watch_slot(struct rule_bucket *bucket, uint32_t node)
{
    uint32_t at = (node * 0x9e3779b1U >> 7) & bucket->watch_mask;

    while (bucket->watches[at].node != node && bucket->watches[at].node != RULE_TEXT_NONE)
        at = (at + 1) & bucket->watch_mask;
    return &bucket->watches[at];
}

static bool add_watches(struct covers *covers, struct rule_bucket *bucket, const bool *chosen)
{
    size_t total = 0, slots = 4;
    uint32_t at = 0;

    for (uint32_t i = 0; i < bucket->count; i++)
        total += chosen[i] ? cover_of(covers, bucket->roots[i])->count : 0;
    while (slots < total * 2)
        slots *= 2;
    bucket->watch_mask = (uint32_t)(slots - 1);
    bucket->watches = arena_array(covers->arena, slots, sizeof(*bucket->watches));
    bucket->watched = arena_array(covers->arena, total + 1, sizeof(*bucket->watched));
    if (!bucket->watches || !bucket->watched)
        return false;
    for (size_t i = 0; i < slots; i++)
        bucket->watches[i].node = RULE_TEXT_NONE;
    for (int pass = 0; pass < 2; pass++) { /* count, then fill */
        for (uint32_t i = 0; i < bucket->count; i++) {
            const struct cover *cover = cover_of(covers, bucket->roots[i]);

            for (uint32_t k = 0; chosen[i] && k < cover->count; k++) {
                struct rule_watch *watch = watch_slot(bucket, cover->nodes[k]);

                watch->node = cover->nodes[k];
                if (pass)
                    bucket->watched[watch->first + watch->count] = i;
                watch->count++;
            }
        }
        for (size_t i = 0; i < slots && !pass; i++) {
            bucket->watches[i].first = at;
            at += bucket->watches[i].count;
            bucket->watches[i].count = 0;
        }
    }
    return true;
}

static bool add_always(struct rule_bucket *bucket, const bool *chosen, struct arena *arena)
{
    size_t words = bucket->count / 64 + 1;

    bucket->always = arena_array(arena, words, sizeof(*bucket->always));
    bucket->always_words = arena_array(arena, words / 64 + 1, sizeof(*bucket->always_words));
    if (!bucket->always || !bucket->always_words)
        return false;
    for (uint32_t i = 0; i < bucket->count; i++) {
        if (chosen[i])
            continue;
        bucket->always[i / 64] |= UINT64_C(1) << (i % 64);
        bucket->always_words[i / 64 / 64] |= UINT64_C(1) << (i / 64 % 64);
    }
    return true;
}

static bool watch_bucket(struct covers *covers, struct rule_bucket *bucket,
                         struct rule_index_rule *rules)
{
    size_t matchers = covers->graph->group_count;
    _cleanup_free_ uint32_t *users = calloc(matchers + 1, sizeof(*users));
    _cleanup_free_ bool *chosen = calloc(bucket->count + 1, sizeof(*chosen));

    if (!users || !chosen)
        return false;
    choose(covers, bucket, users, chosen);
    for (uint32_t i = 0; i < bucket->count; i++) {
        struct rule_index_rule *rule = &rules[bucket->rules[i]];
        const struct cover *cover = cover_of(covers, bucket->roots[i]);

        if (!chosen[i] || rule->cover_count)
            continue;
        rule->cover = cover->nodes;
        rule->cover_count = cover->count;
    }
    bucket->groups = arena_array(covers->arena, matchers + 1, sizeof(*bucket->groups));
    if (!bucket->groups)
        return false;
    for (uint32_t i = 0; i < matchers; i++)
        if (users[i])
            bucket->groups[bucket->group_count++] = i;
    return add_watches(covers, bucket, chosen) && add_always(bucket, chosen, covers->arena);
}

int rule_index_watch(struct rule_index *index, struct rule_graph *graph,
                     struct rule_index_rule *rules, struct error *err)
{
    struct covers covers = {graph, graph->arena, NULL};
    int status = 0;

    covers.list = calloc(graph->node_count * 2, sizeof(*covers.list));
    if (!covers.list)
        return error_memory(err);
    for (size_t i = 0; i < rule_index_buckets(index) && !status; i++) {
        struct rule_bucket *bucket = &index->buckets[i];
        bool done = watch_bucket(&covers, bucket, rules);

        for (size_t k = 0; k < bucket->refined_count && done; k++)
            done = watch_bucket(&covers, &bucket->refined[k], rules);
        if (!done)
            status = error_memory(err);
    }
    free(covers.list);
    return status;
}
