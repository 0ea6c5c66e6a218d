#include "rule/program/compare.h"
#include "rule/program/evaluation.h"
#include "rule/program/glob.h"
#include "rule/program/transform.h"
#include "rule/program/value-text.h"

static struct rule_values read_transformed(struct rule_evaluation *e, const struct rule_slot *slot)
{
    const struct rule_values *few[4], **arguments = few;

    if (slot->argument_count > sizeof(few) / sizeof(few[0]))
        arguments = arena_array(e->scratch, slot->argument_count, sizeof(struct rule_values *));
    if (!arguments)
        return (struct rule_values){0};
    for (size_t i = 0; i < slot->argument_count; i++)
        arguments[i] = rule_read_slot(e, slot->arguments[i]);
    return rule_transform(slot->transformer)->run(arguments, slot->argument_count, e->scratch);
}

static struct rule_values read_item(const struct rule_evaluation *e)
{
    return (struct rule_values){e->item != NULL, false, e->item, e->item != NULL};
}

static struct rule_values read_field_of_item(struct rule_evaluation *e,
                                             const struct rule_slot *slot)
{
    const void *item = e->item ? e->item->node : NULL;

    if (!item)
        return (struct rule_values){0};
    return e->program->source->extract(e->event, &slot->use, item, e->scratch);
}

/* Anything but a field of the event itself. */
static struct rule_values read_other(struct rule_evaluation *e, const struct rule_slot *slot)
{
    switch (slot->kind) {
    case RULE_SLOT_FIELD:
        return read_field_of_item(e, slot);
    case RULE_SLOT_ITEM:
        return read_item(e);
    case RULE_SLOT_CONSTANT:
        return rule_values_of(&slot->constant);
    default:
        return read_transformed(e, slot);
    }
}

void rule_read_slot_anew(struct rule_evaluation *e, uint32_t number)
{
    const struct rule_slot *slot = &e->program->graph.slots.list[number];
    struct rule_slot_state *state = &e->slots[number];
    uint32_t stamp = slot->item ? e->item_stamp : e->stamp;
    struct rule_values values;

    if (state->stamp == stamp)
        return;
    if (slot->kind == RULE_SLOT_FIELD && !slot->item)
        values = e->program->source->extract(e->event, &slot->use, NULL, e->scratch);
    else
        values = read_other(e, slot);
    /* one by one: as a whole it would wait for its parts to be written */
    state->values.present = values.present;
    state->values.list = values.list;
    state->values.readings = values.readings;
    state->values.items = values.items;
    state->values.count = values.count;
    state->stamp = stamp;
}

size_t rule_run_matcher(struct rule_evaluation *e, uint32_t number)
{
    const struct rule_group *group = &e->program->graph.groups[number];
    uint32_t stamp = group->item ? e->item_stamp : e->stamp;
    struct rule_hits hits = {group->matcher, e->state, stamp * 2 + 1, e->hits, 0};
    const struct rule_values *values;
    bool done;

    if (e->matched[number] / 2 == stamp)
        return 0;
    values = rule_read_slot(e, group->slot);
    done = !values->count || rule_matcher_run(&hits, values);
    e->matched[number] = stamp * 2 + !done;
    return hits.count;
}

static bool decide_match(struct rule_evaluation *e, const struct rule_node *node, uint32_t number,
                         uint32_t stamp)
{
    if (e->matched[node->matcher] / 2 != stamp)
        rule_run_matcher(e, node->matcher);
    if (e->matched[node->matcher] & 1)
        e->gave_up = true;
    return e->state[number] == stamp * 2 + 1;
}

static const struct rule_literal *literal_of(const struct rule_evaluation *e,
                                             const struct rule_node *node, uint32_t i)
{
    const struct rule_graph *graph = &e->program->graph;

    return graph->literals[graph->links[node->first + i]];
}

static bool is_member(const struct rule_evaluation *e, const struct rule_node *node,
                      const struct rule_value *value)
{
    for (uint32_t i = 0; i < node->count; i++)
        if (rule_literal_equals(literal_of(e, node, i), value))
            return true;
    return false;
}

static bool decide_members(struct rule_evaluation *e, const struct rule_node *node,
                           const struct rule_values *values)
{
    if (values->count == 1 && node->other)
        return rule_decide(e, node->other * 2);
    for (size_t i = 0; i < values->count; i++) {
        if (!e->steps) {
            e->gave_up = true;
            return false;
        }
        e->steps--;
        if (!is_member(e, node, &values->items[i]))
            return false;
    }
    return values->present;
}

static __attribute__((noinline)) bool decide_order(const struct rule_evaluation *e,
                                                   const struct rule_node *node,
                                                   const struct rule_values *values)
{
    struct rule_number number;

    for (size_t i = 0; i < values->count; i++)
        if (rule_order_number(&values->items[i], &number) &&
            rule_order_holds(node->operator,
                             rule_number_compare(number, literal_of(e, node, 0)->number)))
            return true;
    return false;
}

static bool decide_boolean(const struct rule_node *node, const struct rule_values *values)
{
    for (size_t i = 0; i < values->count; i++)
        if (values->items[i].type == RULE_BOOL && values->items[i].boolean == node->want)
            return true;
    return false;
}

/* Globs against each value; what costs too much is given up. Apart from the rest:
 * its buffer would cost every decision a guarded stack. */
static __attribute__((noinline)) bool decide_glob(struct rule_evaluation *e,
                                                  const struct rule_node *node,
                                                  const struct rule_values *values)
{
    struct view pattern = literal_of(e, node, 0)->text, text;
    char buffer[RULE_VALUE_TEXT_ROOM];

    for (size_t i = 0; i < values->count; i++) {
        bool holds;

        if (!rule_value_text(&values->items[i], buffer, &text))
            continue;
        if (node->kind == RULE_NODE_COMPONENTS)
            holds = rule_components_match(pattern, text, &e->steps);
        else
            holds = rule_glob_match(pattern, text, node->kind == RULE_NODE_IGLOB, &e->steps) ==
                    RULE_GLOB_YES;
        if (holds)
            return true;
    }
    if (!e->steps)
        e->gave_up = true;
    return false;
}

static bool decide_compare(struct rule_evaluation *e, const struct rule_node *node)
{
    const struct rule_values *left = rule_read_slot(e, node->slot);
    const struct rule_values *right = rule_read_slot(e, node->other);
    bool any = e->program->graph.slots.list[node->slot].ends;
    bool holds = rule_compare_values(left, node->operator, right, any, &e->steps);

    if (!e->steps)
        e->gave_up = true;
    return holds;
}

/* The body for each value, with stamps of its own; those of an outer element
 * come back afterwards. */
static bool decide_any(struct rule_evaluation *e, const struct rule_node *node)
{
    struct rule_values values = *rule_read_slot(e, node->slot);
    const struct rule_value *outer = e->item;
    uint32_t outer_stamp = e->item_stamp, plain_stamp = e->plain_stamp;
    uint32_t body = e->program->graph.links[node->first];
    bool holds = false;

    e->plain_stamp = RULE_NO_STAMP;
    for (size_t i = 0; i < values.count && !holds; i++) {
        if (!e->steps) {
            e->gave_up = true;
            break;
        }
        e->steps--;
        e->item = &values.items[i];
        e->item_stamp = ++e->last_stamp;
        holds = rule_decide(e, body);
    }
    e->item = outer;
    e->item_stamp = outer_stamp;
    e->plain_stamp = plain_stamp;
    return holds;
}

enum known { KNOWN_FALSE, KNOWN_TRUE, UNKNOWN };

/* What is known without deciding anything: what was decided, and what a matcher that
 * has run did not find. */
static inline enum known look_up(const struct rule_evaluation *e, const struct rule_node *node,
                                 uint32_t reference)
{
    uint32_t state = e->state[reference / 2];

    if (state / 2 == e->plain_stamp)
        return (state ^ reference) & 1;
    if (node->kind == RULE_NODE_MATCH && e->matched[node->matcher] == e->plain_stamp * 2)
        return reference & 1;
    return UNKNOWN;
}

/* Most parts are known, and so is most often the first part of a part: exceptions,
 * "not (proc.name = x and ...)", fail by their first test. */
static inline bool decide_part(struct rule_evaluation *e, uint32_t reference)
{
    const struct rule_graph *graph = &e->program->graph;
    const struct rule_node *node = &graph->nodes[reference / 2];
    enum known known = look_up(e, node, reference);

    if (known == UNKNOWN && node->kind == RULE_NODE_MATCH && !node->item) {
        rule_run_matcher(e, node->matcher);
        known = look_up(e, node, reference);
    } else if (known == UNKNOWN && node->kind == RULE_NODE_AND) {
        uint32_t first = graph->links[node->first];

        if (look_up(e, &graph->nodes[first / 2], first) == KNOWN_FALSE)
            return reference & 1;
    }
    return known == UNKNOWN ? rule_decide(e, reference) : known == KNOWN_TRUE;
}

static bool decide_and(struct rule_evaluation *e, const struct rule_node *node)
{
    const uint32_t *link = e->program->graph.links + node->first, *end = link + node->count;

    for (; link < end; link++)
        if (!decide_part(e, *link))
            return false;
    return true;
}

static bool decide_one(struct rule_evaluation *e, const struct rule_node *node)
{
    const uint32_t *links = e->program->graph.links + node->first;
    uint32_t holding = 0;

    for (uint32_t i = 0; i < node->count && holding < 2; i++)
        holding += rule_decide(e, links[i]);
    return holding == 1;
}

static __attribute__((noinline)) bool decide_node(struct rule_evaluation *e,
                                                  const struct rule_node *node, uint32_t number,
                                                  uint32_t stamp)
{
    switch (node->kind) {
    case RULE_NODE_TRUE:
        return true;
    case RULE_NODE_ONE:
        return decide_one(e, node);
    case RULE_NODE_ANY:
        return decide_any(e, node);
    case RULE_NODE_MATCH:
        return decide_match(e, node, number, stamp);
    case RULE_NODE_EXISTS:
        return rule_read_slot(e, node->slot)->present;
    case RULE_NODE_FILLED:
        return rule_read_slot(e, node->slot)->count > 0;
    case RULE_NODE_BOOLEAN:
        return decide_boolean(node, rule_read_slot(e, node->slot));
    case RULE_NODE_ORDER:
        return decide_order(e, node, rule_read_slot(e, node->slot));
    case RULE_NODE_MEMBERS:
        return decide_members(e, node, rule_read_slot(e, node->slot));
    case RULE_NODE_COMPARE:
        return decide_compare(e, node);
    default:
        return decide_glob(e, node, rule_read_slot(e, node->slot));
    }
}

bool rule_decide(struct rule_evaluation *e, uint32_t reference)
{
    uint32_t number = reference / 2;
    const struct rule_node *node = &e->program->graph.nodes[number];
    uint32_t stamp = node->item ? e->item_stamp : e->stamp;
    bool holds;

    if (e->state[number] / 2 == stamp)
        return (e->state[number] ^ reference) & 1;
    holds = node->kind == RULE_NODE_AND ? decide_and(e, node) : decide_node(e, node, number, stamp);
    if (!e->gave_up) /* else whoever asks next must hear of it too */
        e->state[number] = stamp * 2 + holds;
    return holds != (reference & 1);
}
