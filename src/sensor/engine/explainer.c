#include "sensor/engine/explainer.h"

#include <stdlib.h>

#include "codec/json-write.h"
#include "rule/expression.h"

enum {
    LEAVES_LIMIT = 4096,
    TEXT_LIMIT = 16 << 20,
    VALUE_LIMIT = 512, /* bytes of a value that are told */
};

/* The leaves of one rule, in the order they stand in its condition. */
struct explained {
    const struct expression *leaves[LEAVES_LIMIT];
    size_t count;
    struct ruleset *set;
    struct rule_program *program;
    struct rule_evaluation *evaluation;
    bool held[LEAVES_LIMIT];
    size_t next; /* while it is told */
};

struct explainer {
    const struct rule_program *program;
    struct explained **rules; /* by index; made when first asked for */
};

static const struct rule_source *const sources[] = {&rule_source_sensor};

int explainer_new(const struct rule_program *program, struct explainer **ret, struct error *err)
{
    _cleanup_(explainer_free_p) struct explainer *explainer = calloc(1, sizeof(*explainer));

    if (!explainer)
        return error_memory(err);
    explainer->program = program;
    explainer->rules = calloc(rule_program_rule_count(program) + 1, sizeof(*explainer->rules));
    if (!explainer->rules)
        return error_memory(err);
    *ret = take_ptr(&explainer);
    return 0;
}

static void explained_free(struct explained *explained)
{
    if (!explained)
        return;
    rule_evaluation_free(explained->evaluation);
    rule_program_free(explained->program);
    ruleset_free(explained->set);
    free(explained);
}
DEFINE_CLEANUP(struct explained, explained_free)

void explainer_free(struct explainer *explainer)
{
    if (!explainer)
        return;
    for (size_t i = 0; explainer->rules && i < rule_program_rule_count(explainer->program); i++)
        explained_free(explainer->rules[i]);
    free(explainer->rules);
    free(explainer);
}

static bool is_inner(const struct expression *expression)
{
    return expression->kind == EXPRESSION_AND || expression->kind == EXPRESSION_OR ||
           expression->kind == EXPRESSION_NOT;
}

static void find_leaves(struct explained *explained, const struct expression *expression)
{
    if (is_inner(expression)) {
        for (size_t i = 0; i < expression->child_count; i++)
            find_leaves(explained, expression->children[i]);
    } else if (explained->count < LEAVES_LIMIT) {
        explained->leaves[explained->count++] = expression;
    }
}

/* A rule file with a rule for each leaf. */
static void write_rules(const struct explained *explained, struct buf *to)
{
    for (size_t i = 0; i < explained->count; i++) {
        _cleanup_(buf_done) struct buf condition = BUF_INIT(TEXT_LIMIT);

        expression_write(explained->leaves[i], &condition);
        buf_addf(to,
                 "- rule: leaf %zu\n  desc: a leaf\n  output: a leaf\n  priority: DEBUG\n"
                 "  condition: ",
                 i);
        json_write_string(&JSON_WRITER_INIT(to, false), buf_view(&condition));
        buf_add_char(to, '\n');
    }
}

static struct explained *make(const struct rule *rule)
{
    _cleanup_(explained_free_p) struct explained *explained = calloc(1, sizeof(*explained));
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);

    if (!explained)
        return NULL;
    find_leaves(explained, rule->condition);
    write_rules(explained, &text);
    if (ruleset_new(sources, 1, &explained->set, NULL) < 0 ||
        ruleset_add(explained->set, VIEW("leaves"), buf_view(&text), NULL) < 0 ||
        ruleset_finish(explained->set, NULL) < 0 ||
        rule_program_new(explained->set, &rule_source_sensor, &explained->program, NULL) < 0 ||
        rule_program_rule_count(explained->program) != explained->count ||
        rule_evaluation_new(explained->program, &explained->evaluation, NULL) < 0)
        return NULL;
    return take_ptr(&explained);
}

/* Decides the expression from its leaves, of which the first is number `*leaf`. */
static bool holds(const struct explained *explained, const struct expression *expression,
                  size_t *leaf)
{
    bool all = true, any = false;

    if (!is_inner(expression))
        return *leaf < explained->count && explained->held[(*leaf)++];
    for (size_t i = 0; i < expression->child_count; i++) {
        bool child = holds(explained, expression->children[i], leaf);

        all &= child;
        any |= child;
    }
    if (expression->kind == EXPRESSION_NOT)
        return !any;
    return expression->kind == EXPRESSION_AND ? all : any;
}

static void tell_value(struct explained *explained, const struct expression *leaf, struct buf *to)
{
    _cleanup_(buf_done) struct buf value = BUF_INIT(TEXT_LIMIT);
    size_t count;
    size_t number = 0;
    const struct rule_use *uses;
    struct rule_values values;

    while (explained->leaves[number] != leaf)
        number++;
    uses = rule_program_uses(explained->program, number, &count);
    if (!count)
        return;
    values = rule_evaluation_value(explained->evaluation, &uses[0]);
    if (values.present)
        rule_values_write(&values, &value);
    else
        buf_add_str(&value, "<NA>");
    buf_add_str(to, " [");
    buf_add(to, view_sub(buf_view(&value), 0, value.len < VALUE_LIMIT ? value.len : VALUE_LIMIT));
    buf_add_char(to, ']');
}

static void tell(struct explained *explained, const struct expression *expression, bool wanted,
                 struct buf *to);

static void skip(struct explained *explained, const struct expression *expression)
{
    holds(explained, expression, &explained->next);
}

/* All parts; joined by "and", since all of them were needed. */
static void tell_all(struct explained *explained, const struct expression *expression, bool wanted,
                     struct buf *to)
{
    for (size_t i = 0; i < expression->child_count; i++) {
        if (i)
            buf_add_str(to, " and ");
        tell(explained, expression->children[i], wanted, to);
    }
}

/* The first part that decided. */
static void tell_one(struct explained *explained, const struct expression *expression, bool wanted,
                     struct buf *to)
{
    bool told = false;

    for (size_t i = 0; i < expression->child_count; i++) {
        size_t leaf = explained->next;

        if (!told && holds(explained, expression->children[i], &leaf) == wanted) {
            tell(explained, expression->children[i], wanted, to);
            told = true;
        } else {
            skip(explained, expression->children[i]);
        }
    }
}

/* Tells why the expression is `wanted`, which it is. */
static void tell(struct explained *explained, const struct expression *expression, bool wanted,
                 struct buf *to)
{
    switch (expression->kind) {
    case EXPRESSION_NOT:
        tell(explained, expression->children[0], !wanted, to);
        return;
    case EXPRESSION_AND:
        (wanted ? tell_all : tell_one)(explained, expression, wanted, to);
        return;
    case EXPRESSION_OR:
        (wanted ? tell_one : tell_all)(explained, expression, wanted, to);
        return;
    default:
        if (!wanted)
            buf_add_str(to, "not ");
        expression_write(expression, to);
        tell_value(explained, expression, to);
        explained->next++;
    }
}

void explainer_explain(struct explainer *explainer, size_t rule,
                       const struct observation *observation, struct buf *to)
{
    const struct rule *asked = rule_program_rule(explainer->program, rule);
    struct explained *explained = explainer->rules[rule];
    const uint32_t *matched;
    size_t count, leaf = 0;

    if (!explained)
        explained = explainer->rules[rule] = make(asked);
    if (!explained)
        return;
    matched = rule_evaluate(explained->evaluation, observation, 0, false, &count);
    memset(explained->held, 0, sizeof(explained->held));
    for (size_t i = 0; i < count; i++)
        explained->held[matched[i]] = true;
    explained->next = 0;
    if (holds(explained, asked->condition, &leaf))
        tell(explained, asked->condition, true, to);
}
