#include "rule/program/compile.h"

#include <stdlib.h>

static struct rule_problem *new_problem(struct rule_compile *c, enum rule_problem_level level,
                                        const struct error *err)
{
    struct rule_problem *problem;

    if (level == RULE_PROBLEM_ERROR)
        c->wrong = true;
    if (c->problems->count >= RULESET_PROBLEM_LIMIT)
        return NULL;
    problem = arena_push(c->arena, &c->problems->list, &c->problems->count, sizeof(*problem));
    if (!problem) {
        c->graph->failed = true;
        return NULL;
    }
    problem->level = level;
    problem->message = arena_copy(c->arena, view_of(err->message));
    problem->hint = arena_copy(c->arena, view_of(err->hint));
    return problem;
}

void rule_compile_problem(struct rule_compile *c, enum rule_problem_level level, size_t offset,
                          size_t length, const struct error *err)
{
    struct rule_problem *problem = new_problem(c, level, err);

    if (problem)
        ruleset_locate(c->set, c->rule, offset, length, problem);
}

void rule_compile_text_problem(struct rule_compile *c, enum rule_problem_level level,
                               struct view part, const struct error *err)
{
    struct rule_problem *problem = new_problem(c, level, err);

    if (problem)
        ruleset_locate_text(c->set, c->rule, part, problem);
}

static const enum rule_type_class classes[RULE_TYPE_COUNT] = {
    [RULE_TEXT] = RULE_CLASS_TEXT,       [RULE_PATH] = RULE_CLASS_TEXT,
    [RULE_FLAGS] = RULE_CLASS_TEXT,      [RULE_NUMBER] = RULE_CLASS_NUMBER,
    [RULE_TIME] = RULE_CLASS_NUMBER,     [RULE_DECIMAL] = RULE_CLASS_NUMBER,
    [RULE_BOOL] = RULE_CLASS_BOOL,       [RULE_ADDRESS] = RULE_CLASS_NETWORK,
    [RULE_NETWORK] = RULE_CLASS_NETWORK, [RULE_NODE] = RULE_CLASS_NODE,
    [RULE_ANY] = RULE_CLASS_ANY,
};

enum rule_type_class rule_type_class(enum rule_type type)
{
    return classes[type];
}

bool rule_compile_use(struct rule_compile *c, struct view text, struct rule_use *ret,
                      struct error *err)
{
    struct rule_use *use;

    if (rule_use_resolve(c->rule->source, text, c->arena, ret, err)) {
        c->unknown |= err->kind == ERROR_NOT_FOUND;
        return false;
    }
    if (ret->of_item) {
        if (c->in_item)
            return true;
        error_set(err, ERROR_INPUT, "item stands for the element of a quantifier");
        error_hint(err, "write any FIELD (...), all FIELD (...) or none FIELD (...) around it");
        return false;
    }
    for (size_t i = 0; i < c->use_count; i++)
        if (view_eq(c->uses[i].text, ret->text))
            return true;
    use = arena_push(c->arena, &c->uses, &c->use_count, sizeof(*use));
    if (!use)
        c->graph->failed = true;
    else
        *use = *ret;
    return true;
}

bool rule_compile_is_old(const struct rule_use *use, struct error *err)
{
    if (!use->field || !(use->field->flags & RULE_FIELD_OLD))
        return false;
    error_set(err, ERROR_INPUT, "%s is there for old rules only: %s", use->field->name,
              tr(use->field->doc));
    return true;
}

static uint32_t compile_field(struct rule_compile *c, const struct rule_term *term)
{
    struct error err = ERROR_INIT;
    struct rule_use use;

    if (rule_compile_use(c, term->text, &use, &err)) {
        if (rule_compile_is_old(&use, &err))
            rule_compile_problem(c, RULE_PROBLEM_WARNING, term->offset, term->length, &err);
        if (!use.field || !(use.field->flags & RULE_FIELD_OUTPUT_ONLY))
            return rule_slot_of_use(&c->graph->slots, &use);
        error_set(&err, ERROR_INPUT, "%s is for outputs only", use.field->name);
    }
    rule_compile_problem(c, RULE_PROBLEM_ERROR, term->offset, term->length, &err);
    return RULE_NO_SLOT;
}

static bool takes(enum rule_transformer transformer, const struct rule_slot *argument)
{
    switch (rule_type_class(argument->type)) {
    case RULE_CLASS_TEXT:
    case RULE_CLASS_ANY:
        return true;
    case RULE_CLASS_NODE:
        return transformer == RULE_LEN;
    default:
        return transformer == RULE_VAL || transformer == RULE_DEFAULT || transformer == RULE_JOIN ||
               transformer == RULE_CONCAT || transformer == RULE_LEN ||
               (transformer == RULE_QUANTITY &&
                rule_type_class(argument->type) == RULE_CLASS_NUMBER);
    }
}

/* The value of default(), as the field's type has it. */
static uint32_t compile_default(struct rule_compile *c, const struct rule_term *term,
                                enum rule_type type)
{
    struct error err = ERROR_INIT;
    struct rule_literal literal;
    struct rule_value value;

    if (rule_literal_parse(term->text, type, &literal, &err)) {
        rule_compile_problem(c, RULE_PROBLEM_ERROR, term->offset, term->length, &err);
        return RULE_NO_SLOT;
    }
    value = rule_literal_value(&literal, type);
    if (type == RULE_ANY && !term->quoted && literal.is_number) {
        value.type = literal.number.whole ? RULE_NUMBER : RULE_DECIMAL;
        if (literal.number.whole)
            value.number = literal.number.integer;
        else
            value.decimal = literal.number.decimal;
    } else if (type == RULE_ANY && !term->quoted && literal.is_boolean) {
        value.type = RULE_BOOL;
        value.boolean = literal.boolean;
    }
    return rule_slot_of_constant(&c->graph->slots, value);
}

static uint32_t compile_argument(struct rule_compile *c, const struct rule_term *term,
                                 const struct rule_term *argument, uint32_t first)
{
    struct error err = ERROR_INIT;
    uint32_t slot;

    if (argument->kind == RULE_TERM_LITERAL && term->transformer == RULE_DEFAULT)
        return first == RULE_NO_SLOT
                   ? RULE_NO_SLOT
                   : compile_default(c, argument, c->graph->slots.list[first].type);
    slot = rule_compile_term(c, argument);
    if (slot == RULE_NO_SLOT || takes(term->transformer, &c->graph->slots.list[slot]))
        return slot;
    error_set(&err, ERROR_INPUT, "%s() takes no %s", rule_transformer_name(term->transformer),
              rule_type_name(c->graph->slots.list[slot].type));
    rule_compile_problem(c, RULE_PROBLEM_ERROR, argument->offset, argument->length, &err);
    return RULE_NO_SLOT;
}

static uint32_t compile_transformer(struct rule_compile *c, const struct rule_term *term)
{
    _cleanup_free_ uint32_t *arguments = calloc(term->count + 1, sizeof(*arguments));
    bool right = true;

    if (!arguments) {
        c->graph->failed = true;
        return RULE_NO_SLOT;
    }
    for (size_t i = 0; i < term->count; i++) {
        arguments[i] = compile_argument(c, term, &term->items[i], i ? arguments[0] : RULE_NO_SLOT);
        right &= arguments[i] != RULE_NO_SLOT;
    }
    if (!right)
        return RULE_NO_SLOT;
    if (term->transformer == RULE_VAL)
        return arguments[0];
    return rule_slot_of_transform(&c->graph->slots, term->transformer, arguments, term->count);
}

uint32_t rule_compile_term(struct rule_compile *c, const struct rule_term *term)
{
    struct rule_value value = {.type = RULE_TEXT, .text = term->text};

    switch (term->kind) {
    case RULE_TERM_FIELD:
        return compile_field(c, term);
    case RULE_TERM_TRANSFORMER:
        return compile_transformer(c, term);
    default:
        return rule_slot_of_constant(&c->graph->slots, value);
    }
}

static uint32_t compile_quantifier(struct rule_compile *c, const struct expression *expression)
{
    bool was_in_item = c->in_item;
    uint32_t slot = rule_compile_term(c, &expression->left), body;

    c->in_item = true;
    body = rule_compile_expression(c, expression->children[0]);
    c->in_item = was_in_item;
    if (slot == RULE_NO_SLOT || c->wrong)
        return RULE_FALSE;
    if (expression->kind == EXPRESSION_ALL)
        return rule_not(rule_graph_any(c->graph, slot, rule_not(body)));
    body = rule_graph_any(c->graph, slot, body);
    return expression->kind == EXPRESSION_NONE ? rule_not(body) : body;
}

static uint32_t compile_children(struct rule_compile *c, const struct expression *expression)
{
    _cleanup_free_ uint32_t *references = calloc(expression->child_count + 1, sizeof(*references));

    if (!references) {
        c->graph->failed = true;
        return RULE_FALSE;
    }
    for (size_t i = 0; i < expression->child_count; i++)
        references[i] = rule_compile_expression(c, expression->children[i]);
    return expression->kind == EXPRESSION_AND
               ? rule_graph_and(c->graph, references, expression->child_count)
               : rule_graph_or(c->graph, references, expression->child_count);
}

uint32_t rule_compile_expression(struct rule_compile *c, const struct expression *expression)
{
    struct error err = ERROR_INIT;

    switch (expression->kind) {
    case EXPRESSION_AND:
    case EXPRESSION_OR:
        return compile_children(c, expression);
    case EXPRESSION_NOT:
        return rule_not(rule_compile_expression(c, expression->children[0]));
    case EXPRESSION_CHECK:
        return rule_compile_check(c, expression);
    case EXPRESSION_ANY:
    case EXPRESSION_ALL:
    case EXPRESSION_NONE:
        return compile_quantifier(c, expression);
    case EXPRESSION_MACRO:
        break;
    }
    error_set(&err, ERROR_INPUT, "there is no macro %.*s", VIEW_ARG(expression->left.text));
    rule_compile_problem(c, RULE_PROBLEM_ERROR, expression->offset, expression->length, &err);
    return RULE_FALSE;
}
