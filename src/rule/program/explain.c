#include "rule/condition.h"
#include "rule/program/compiled.h"

static const char *const test_names[RULE_NODE_KINDS] = {
    [RULE_NODE_EXISTS] = "exists",    [RULE_NODE_FILLED] = "has a value",
    [RULE_NODE_MEMBERS] = "has only", [RULE_NODE_GLOB] = "glob",
    [RULE_NODE_IGLOB] = "iglob",      [RULE_NODE_COMPONENTS] = "pmatch",
    [RULE_NODE_BOOLEAN] = "is",
};

static const char *const match_names[RULE_MATCH_KINDS] = {
    [RULE_MATCH_EQUAL] = "in",
    [RULE_MATCH_PREFIX] = "startswith",
    [RULE_MATCH_SUFFIX] = "endswith",
    [RULE_MATCH_CONTAINS] = "contains",
    [RULE_MATCH_ICONTAINS] = "icontains",
    [RULE_MATCH_PATH] = "pmatch",
    [RULE_MATCH_NETWORK] = "in",
    [RULE_MATCH_REGEX] = "regex",
};

enum { SHOWN_LITERALS = 8 };

static void write_literals(const struct rule_graph *graph, const struct rule_node *node,
                           struct buf *to)
{
    buf_add_str(to, " (");
    for (uint32_t i = 0; i < node->count && i < SHOWN_LITERALS; i++)
        buf_addf(to, "%s%.*s", i ? ", " : "",
                 VIEW_ARG(graph->literals[graph->links[node->first + i]]->text));
    if (node->count > SHOWN_LITERALS)
        buf_addf(to, ", and %u more", node->count - SHOWN_LITERALS);
    buf_add_char(to, ')');
}

static void write_test(const struct rule_graph *graph, const struct rule_node *node, struct buf *to)
{
    buf_add(to, graph->slots.list[node->slot].text);
    switch (node->kind) {
    case RULE_NODE_MATCH:
        buf_addf(to, " %s", match_names[node->match]);
        break;
    case RULE_NODE_ORDER:
        buf_addf(to, " %s", rule_operator_name(node->operator));
        break;
    case RULE_NODE_COMPARE:
        buf_addf(to, " %s val(%.*s)", rule_operator_name(node->operator),
                 VIEW_ARG(graph->slots.list[node->other].text));
        return;
    case RULE_NODE_BOOLEAN:
        buf_add_str(to, node->want ? " is true" : " is false");
        return;
    default:
        buf_addf(to, " %s", test_names[node->kind]);
        break;
    }
    if (node->count)
        write_literals(graph, node, to);
}

static void write_line(const struct rule_graph *graph, uint32_t reference, int depth,
                       struct buf *to);

static void write_links(const struct rule_graph *graph, const struct rule_node *node, bool negated,
                        int depth, struct buf *to)
{
    for (uint32_t i = 0; i < node->count; i++)
        write_line(graph, graph->links[node->first + i] ^ negated, depth + 1, to);
}

/* One node a line, in the order they are decided; a negated `and` is an `or`. */
static void write_line(const struct rule_graph *graph, uint32_t reference, int depth,
                       struct buf *to)
{
    const struct rule_node *node = &graph->nodes[reference / 2];
    bool negated = reference & 1;

    buf_addf(to, "%*s", depth * 2, "");
    switch (node->kind) {
    case RULE_NODE_TRUE:
        buf_add_str(to, negated ? "never\n" : "always\n");
        return;
    case RULE_NODE_AND:
        buf_add_str(to, negated ? "one of\n" : "all of\n");
        write_links(graph, node, negated, depth, to);
        return;
    case RULE_NODE_ONE:
        buf_add_str(to, negated ? "not exactly one of\n" : "exactly one of\n");
        write_links(graph, node, false, depth, to);
        return;
    case RULE_NODE_ANY:
        buf_addf(to, "%s %.*s\n", negated ? "no element of" : "some element of",
                 VIEW_ARG(graph->slots.list[node->slot].text));
        write_links(graph, node, false, depth, to);
        return;
    default:
        buf_add_str(to, negated ? "not " : "");
        write_test(graph, node, to);
        buf_add_char(to, '\n');
        return;
    }
}

static void write_classes(const struct rule_program *program, size_t rule, struct buf *to)
{
    const struct rule_compiled *compiled = &program->rules[rule];

    if (program->index.class_slot == RULE_NO_SLOT)
        return;
    buf_addf(to, "%s:", program->source->class_field);
    if (!compiled->class_count)
        buf_add_str(to, rule_program_never(program, rule) ? " none" : " any");
    for (size_t i = 0; i < compiled->class_count; i++)
        buf_addf(to, " %.*s", VIEW_ARG(compiled->classes[i]));
    buf_add_char(to, '\n');
}

static void write_cover(const struct rule_program *program, size_t rule, struct buf *to)
{
    const struct rule_index_rule *index_rule = &program->index_rules[rule];
    const struct rule_graph *graph = &program->graph;

    if (!index_rule->cover_count) {
        buf_add_str(to, "looked at: for every such event\n");
        return;
    }
    buf_add_str(to, "looked at: only when one of these is found\n");
    for (uint32_t i = 0; i < index_rule->cover_count; i++) {
        const struct rule_node *node = &graph->nodes[index_rule->cover[i]];
        const struct rule_matcher *matcher = graph->groups[node->matcher].matcher;

        buf_add_str(to, "  ");
        write_test(graph, node, to);
        buf_addf(to, ", by a matcher of %zu %s patterns\n", rule_matcher_patterns(matcher),
                 rule_match_kind_name(node->match));
    }
}

void rule_program_explain(const struct rule_program *program, size_t rule, struct buf *to)
{
    write_classes(program, rule, to);
    write_cover(program, rule, to);
    write_line(&program->graph, program->index_rules[rule].root, 0, to);
}

void rule_condition_write(const struct rule_program *program, uint32_t number, struct buf *to)
{
    const struct rule_node *node = &program->graph.nodes[number];

    if (node->kind > RULE_NODE_ANY)
        write_test(&program->graph, node, to);
}
