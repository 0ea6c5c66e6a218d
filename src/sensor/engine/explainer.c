#include "sensor/engine/explainer.h"

#include <stdlib.h>

#include "base/text.h"
#include "codec/json-write.h"
#include "rule/expression.h"

enum {
    LEAVES_LIMIT = 4096,
    TEXT_LIMIT = 16 << 20,
    VALUE_LIMIT = 512, /* bytes of a value that are told */
    SHOWN_MEMBERS = 8, /* of a list */
    SHOWN_REFUSED = 8, /* conditions that must not hold, each by itself; more are summed up */
};

/* A leaf that decided, and whether it had to hold. */
struct reason {
    size_t leaf;
    bool wanted, told;
};

/* The leaves of one rule, in the order they stand in its condition. */
struct explained {
    const struct expression *leaves[LEAVES_LIMIT];
    size_t count;
    struct ruleset *set;
    struct rule_program *program;
    struct rule_evaluation *evaluation;
    bool held[LEAVES_LIMIT];
    size_t next; /* while reasons are looked for */
    struct reason reasons[LEAVES_LIMIT];
    size_t reason_count;
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

/* ---- Which leaves decided ---- */

static void find(struct explained *explained, const struct expression *expression, bool wanted);

static void skip(struct explained *explained, const struct expression *expression)
{
    holds(explained, expression, &explained->next);
}

static void find_all(struct explained *explained, const struct expression *expression, bool wanted)
{
    for (size_t i = 0; i < expression->child_count; i++)
        find(explained, expression->children[i], wanted);
}

/* The first part that decided. */
static void find_one(struct explained *explained, const struct expression *expression, bool wanted)
{
    bool found = false;

    for (size_t i = 0; i < expression->child_count; i++) {
        size_t leaf = explained->next;

        if (!found && holds(explained, expression->children[i], &leaf) == wanted) {
            find(explained, expression->children[i], wanted);
            found = true;
        } else {
            skip(explained, expression->children[i]);
        }
    }
}

/* Why the expression is `wanted`, which it is. */
static void find(struct explained *explained, const struct expression *expression, bool wanted)
{
    switch (expression->kind) {
    case EXPRESSION_NOT:
        find(explained, expression->children[0], !wanted);
        return;
    case EXPRESSION_AND:
        (wanted ? find_all : find_one)(explained, expression, wanted);
        return;
    case EXPRESSION_OR:
        (wanted ? find_one : find_all)(explained, expression, wanted);
        return;
    default:
        explained->reasons[explained->reason_count++] =
            (struct reason){explained->next++, wanted, false};
    }
}

/* ---- Telling, a line each ---- */

/* What the leaf looks at: its first field; NULL: none. */
static const struct rule_use *use_of(const struct explained *explained, size_t leaf)
{
    size_t count;
    const struct rule_use *uses = rule_program_uses(explained->program, leaf, &count);

    return count ? &uses[0] : NULL;
}

static void tell_value(struct explained *explained, const struct rule_use *use, struct buf *to)
{
    _cleanup_(buf_done) struct buf value = BUF_INIT(TEXT_LIMIT);
    struct rule_values values;

    if (!use)
        return;
    values = rule_evaluation_value(explained->evaluation, use);
    if (values.present)
        rule_values_write(&values, &value);
    else
        buf_add_str(&value, "<NA>");
    buf_add_str(to, " [");
    for (size_t i = 0; i < value.len && i < VALUE_LIMIT; i++)
        buf_add_char(to, value.ptr[i] == '\n' ? ' ' : value.ptr[i]);
    buf_add_char(to, ']');
}

static void tell_leaf(const struct expression *leaf, struct buf *to)
{
    struct expression cut = *leaf;

    if (leaf->kind != EXPRESSION_CHECK || leaf->right.kind != RULE_TERM_LIST ||
        leaf->right.count <= SHOWN_MEMBERS) {
        expression_write(leaf, to);
        return;
    }
    cut.right.count = SHOWN_MEMBERS;
    expression_write(&cut, to);
    if (to->len)
        to->len--; /* the parenthesis */
    buf_addf(to, tr(", and %zu more)"), leaf->right.count - SHOWN_MEMBERS);
}

static void tell_reason(struct explained *explained, const struct reason *reason, struct buf *to)
{
    if (to->len)
        buf_add_char(to, '\n');
    if (!reason->wanted)
        buf_add_str(to, "not ");
    tell_leaf(explained->leaves[reason->leaf], to);
    tell_value(explained, use_of(explained, reason->leaf), to);
}

static bool is_about(const struct explained *explained, const struct reason *reason,
                     const struct rule_use *use)
{
    const struct rule_use *own = use_of(explained, reason->leaf);

    return !reason->wanted && !reason->told && own && use && view_eq(own->text, use->text);
}

/* Exceptions are many, and of one field mostly: how many of each field did not hold. */
static void tell_sum(struct explained *explained, struct reason *first, struct buf *to)
{
    const struct rule_use *use = use_of(explained, first->leaf);
    struct reason *end = explained->reasons + explained->reason_count;
    size_t count = 0;

    for (struct reason *reason = first + 1; reason < end; reason++)
        if (is_about(explained, reason, use)) {
            reason->told = true;
            count++;
        }
    if (!count) {
        tell_reason(explained, first, to);
        return;
    }
    if (to->len)
        buf_add_char(to, '\n');
    buf_addf(to, tr("none of %zu conditions on %.*s"), count + 1, VIEW_ARG(use->text));
    tell_value(explained, use, to);
}

static void tell(struct explained *explained, struct buf *to)
{
    size_t refused = 0;

    for (size_t i = 0; i < explained->reason_count; i++) {
        if (explained->reasons[i].wanted)
            tell_reason(explained, &explained->reasons[i], to);
        else
            refused++;
    }
    for (size_t i = 0; i < explained->reason_count; i++) {
        struct reason *reason = &explained->reasons[i];

        if (reason->wanted || reason->told)
            continue;
        if (refused <= SHOWN_REFUSED)
            tell_reason(explained, reason, to);
        else
            tell_sum(explained, reason, to);
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
    explained->next = explained->reason_count = 0;
    if (!holds(explained, asked->condition, &leaf))
        return;
    find(explained, asked->condition, true);
    tell(explained, to);
}
