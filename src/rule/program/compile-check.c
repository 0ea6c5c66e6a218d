#include "rule/program/compile.h"

#include <stdlib.h>

#include "base/nearest-name.h"
#include "rule/program/glob.h"
#include "rule/program/regex-set.h"

enum { HEX_BASE = 16 };

#define OPERATOR(name) (1U << RULE_##name)
#define EQUALITY                                                                                   \
    (OPERATOR(EXISTS) | OPERATOR(EQUAL) | OPERATOR(NOT_EQUAL) | OPERATOR(IN) | OPERATOR(INTERSECTS))
#define ORDER (OPERATOR(LESS) | OPERATOR(LESS_EQUAL) | OPERATOR(GREATER) | OPERATOR(GREATER_EQUAL))

static const unsigned operators_of[RULE_CLASS_COUNT] = {
    [RULE_CLASS_TEXT] = ~0U,
    [RULE_CLASS_NUMBER] = EQUALITY | ORDER,
    [RULE_CLASS_BOOL] = EQUALITY,
    [RULE_CLASS_NETWORK] = EQUALITY,
    [RULE_CLASS_NODE] = OPERATOR(EXISTS),
    [RULE_CLASS_ANY] = ~0U,
};

/* A check while it is compiled: its left side and where messages point. */
struct check {
    struct rule_compile *c;
    const struct expression *expression;
    enum rule_operator operator;
    uint32_t slot;
    const struct rule_slot *left;
};

static uint32_t wrong_at(struct check *check, const struct rule_term *term, const struct error *err)
{
    rule_compile_problem(check->c, RULE_PROBLEM_ERROR, term->offset, term->length, err);
    return RULE_FALSE;
}

static bool fits(struct check *check)
{
    struct error err = ERROR_INIT;
    const char *type = rule_type_name(check->left->type);

    if (operators_of[rule_type_class(check->left->type)] & 1U << check->operator)
        return true;
    error_set(&err, ERROR_INPUT, "%s can't be used with %.*s, which is of type %s",
              rule_operator_name(check->operator), VIEW_ARG(check->left->text), type);
    if (check->left->type == RULE_NODE)
        error_hint(&err, "ask for a field below it, or whether it exists");
    rule_compile_problem(check->c, RULE_PROBLEM_ERROR, check->expression->offset,
                         check->expression->length, &err);
    return false;
}

/* A test of the left side against literals. */
static uint32_t test(struct check *check, enum rule_node_kind kind, enum rule_match_kind match,
                     const uint32_t *literals, size_t count)
{
    struct rule_node node = {
        .kind = kind, .operator= check->operator, .match = match, .slot = check->slot};

    if (kind != RULE_NODE_ORDER)
        node.operator= RULE_EXISTS;
    return rule_graph_test(check->c->graph, &node, literals, count);
}

static uint32_t filled(struct check *check)
{
    return test(check, RULE_NODE_FILLED, 0, NULL, 0);
}

static uint32_t boolean(struct check *check, bool want)
{
    struct rule_node node = {.kind = RULE_NODE_BOOLEAN, .want = want, .slot = check->slot};

    return rule_graph_test(check->c->graph, &node, NULL, 0);
}

/* Literals of a list that a value could equal. */
struct members {
    uint32_t *literals;
    size_t count;
};

static const struct rule_literal *literal_of(const struct check *check, uint32_t number)
{
    return check->c->graph->literals[number];
}

static bool is_known(const struct rule_field *field, struct view text)
{
    size_t low = 0, high = field->known_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = view_cmp(text, view_of(field->known[middle]));

        if (!order)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

/* What the field never is: most likely it is misspelt. */
static void warn_of_unknown(struct check *check, const struct rule_term *term)
{
    const struct rule_field *field = check->left->use.field;
    struct nearest_name nearest = nearest_name_for(term->text);
    struct error err = ERROR_INIT;

    if (!field || !field->known || is_known(field, term->text))
        return;
    for (size_t i = 0; i < field->known_count; i++)
        nearest_name_offer(&nearest, view_of(field->known[i]));
    error_set(&err, ERROR_INPUT, "%s is never \"%.*s\"", field->name, VIEW_ARG(term->text));
    if (nearest.best.len)
        error_hint(&err, "did you mean %.*s?", VIEW_ARG(nearest.best));
    rule_compile_problem(check->c, RULE_PROBLEM_WARNING, term->offset, term->length, &err);
}

static bool add_member(struct check *check, const struct rule_term *term, struct members *members)
{
    struct error err = ERROR_INIT;
    uint32_t number;

    if (rule_graph_literal(check->c->graph, term->text, check->left->type, &number, &err)) {
        error_wrap(&err, "%.*s", VIEW_ARG(check->left->text));
        wrong_at(check, term, &err);
        return false;
    }
    warn_of_unknown(check, term);
    if (check->left->above_zero && literal_of(check, number)->number.integer <= 0)
        return true; /* no value equals it */
    if (check->left->always && !view_eq(term->text, view_of(check->left->always)))
        return true;
    members->literals[members->count++] = number;
    return true;
}

static uint32_t any_boolean(struct check *check, const struct members *members)
{
    uint32_t references[2];
    bool wanted[2] = {false, false};
    size_t count = 0;

    for (size_t i = 0; i < members->count; i++)
        wanted[literal_of(check, members->literals[i])->boolean] = true;
    for (int want = 0; want < 2; want++)
        if (wanted[want])
            references[count++] = boolean(check, want);
    return rule_graph_or(check->c->graph, references, count);
}

/* Some value is one of the members. */
static uint32_t any_member(struct check *check, const struct members *members)
{
    if (check->left->always)
        return members->count ? RULE_TRUE : RULE_FALSE;
    switch (rule_type_class(check->left->type)) {
    case RULE_CLASS_BOOL:
        return any_boolean(check, members);
    case RULE_CLASS_NETWORK:
        return test(check, RULE_NODE_MATCH, RULE_MATCH_NETWORK, members->literals, members->count);
    default:
        return test(check, RULE_NODE_MATCH, RULE_MATCH_EQUAL, members->literals, members->count);
    }
}

/* A path literal whose components hold globs is matched component by component. */
static bool is_glob_path(const struct rule_literal *literal)
{
    for (size_t i = 0; i < literal->text.len; i++)
        if (strchr("*?[", literal->text.ptr[i]))
            return true;
    return false;
}

static uint32_t any_path(struct check *check, const struct members *members)
{
    _cleanup_free_ uint32_t *references = calloc(members->count + 1, sizeof(*references));
    _cleanup_free_ uint32_t *plain = calloc(members->count + 1, sizeof(*plain));
    size_t count = 0, plain_count = 0;

    if (!references || !plain) {
        check->c->graph->failed = true;
        return RULE_FALSE;
    }
    for (size_t i = 0; i < members->count; i++) {
        if (is_glob_path(literal_of(check, members->literals[i])))
            references[count++] = test(check, RULE_NODE_COMPONENTS, 0, &members->literals[i], 1);
        else
            plain[plain_count++] = members->literals[i];
    }
    references[count++] = test(check, RULE_NODE_MATCH, RULE_MATCH_PATH, plain, plain_count);
    return rule_graph_or(check->c->graph, references, count);
}

/* Every value is one of the members; one value is asked for by a matcher. */
static uint32_t all_members(struct check *check, const struct members *members)
{
    struct rule_node node = {.kind = RULE_NODE_MEMBERS, .slot = check->slot};
    uint32_t any = any_member(check, members);

    if (!(any & 1) && check->c->graph->nodes[any / 2].kind == RULE_NODE_MATCH)
        node.other = any / 2;
    return rule_graph_test(check->c->graph, &node, members->literals, members->count);
}

static uint32_t compile_members(struct check *check, const struct rule_term *list)
{
    _cleanup_free_ uint32_t *literals = calloc(list->count + 1, sizeof(*literals));
    struct members members = {literals, 0};
    bool single = list->kind == RULE_TERM_LITERAL, right = true;
    size_t count = single ? 1 : list->count;

    if (!literals) {
        check->c->graph->failed = true;
        return RULE_FALSE;
    }
    for (size_t i = 0; i < count; i++)
        right &= add_member(check, single ? list : &list->items[i], &members);
    if (!right)
        return RULE_FALSE;
    if (check->operator== RULE_PMATCH)
        return any_path(check, &members);
    if (check->operator== RULE_IN && check->left->list)
        return all_members(check, &members);
    return any_member(check, &members);
}

/* Folds what can't, or must, hold for numbers from 1. */
static bool fold_order(struct check *check, const struct rule_literal *literal, uint32_t *ret)
{
    struct rule_number number = literal->number;
    bool first = rule_number_compare(number, rule_number_whole(1)) <= 0;
    bool below = rule_number_compare(number, rule_number_whole(0)) <= 0;

    if (!check->left->above_zero)
        return false;
    if ((check->operator== RULE_LESS && first) || (check->operator== RULE_LESS_EQUAL && below))
        *ret = RULE_FALSE;
    else if ((check->operator== RULE_GREATER && below) ||
             (check->operator== RULE_GREATER_EQUAL && first))
        *ret = filled(check);
    else
        return false;
    return true;
}

static uint32_t compile_order(struct check *check, const struct rule_term *term)
{
    struct error err = ERROR_INIT;
    enum rule_type type = check->left->type;
    uint32_t number, folded;

    /* texts are ordered as numbers too: see rule/program.h */
    if (rule_type_class(type) != RULE_CLASS_NUMBER)
        type = RULE_DECIMAL;
    if (rule_graph_literal(check->c->graph, term->text, type, &number, &err))
        return wrong_at(check, term, &err);
    if (fold_order(check, literal_of(check, number), &folded))
        return folded;
    return test(check, RULE_NODE_ORDER, 0, &number, 1);
}

static uint32_t test_text(struct check *check, enum rule_match_kind match, struct view text)
{
    struct error err = ERROR_INIT;
    uint32_t number;

    if (rule_graph_literal(check->c->graph, text, RULE_TEXT, &number, &err)) {
        check->c->graph->failed = true;
        return RULE_FALSE;
    }
    return test(check, RULE_NODE_MATCH, match, &number, 1);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint32_t compile_hex(struct check *check, const struct rule_term *term,
                            enum rule_match_kind match)
{
    struct error err = ERROR_INIT;
    char *bytes = arena_alloc(check->c->arena, term->text.len / 2 + 1);
    bool right = bytes && term->text.len && term->text.len % 2 == 0;

    for (size_t i = 0; right && i < term->text.len; i += 2) {
        int high = hex_digit(term->text.ptr[i]), low = hex_digit(term->text.ptr[i + 1]);

        right = high >= 0 && low >= 0;
        bytes[i / 2] = (char)(high * HEX_BASE + low);
    }
    if (right)
        return test_text(check, match, view_from(bytes, term->text.len / 2));
    error_set(&err, ERROR_INPUT, "%s takes bytes in hex, two digits a byte",
              rule_operator_name(check->operator));
    error_hint(&err, "for example: evt.buffer bcontains 0a0d");
    return wrong_at(check, term, &err);
}

/* A glob that is no simpler operator is guarded by literals that every match has. */
static uint32_t compile_glob(struct check *check, const struct rule_term *term)
{
    static const enum rule_match_kind kinds[] = {
        [RULE_GLOB_EXACT] = RULE_MATCH_EQUAL,
        [RULE_GLOB_STARTS] = RULE_MATCH_PREFIX,
        [RULE_GLOB_ENDS] = RULE_MATCH_SUFFIX,
        [RULE_GLOB_CONTAINS] = RULE_MATCH_CONTAINS,
    };
    struct rule_glob glob = rule_glob_shape(term->text, check->c->arena);
    struct view longest = rule_glob_longest(term->text, check->c->arena);
    struct error err = ERROR_INIT;
    uint32_t number, references[3];
    size_t count = 0;

    if (glob.kind == RULE_GLOB_CONTAINS && !glob.literal.len) /* "*" */
        return test_text(check, RULE_MATCH_PREFIX, VIEW_EMPTY);
    if (glob.kind == RULE_GLOB_EXACT && check->left->type == RULE_ANY)
        glob.kind = RULE_GLOB_GENERAL; /* numbers are compared by what was written, not by value */
    if (glob.kind != RULE_GLOB_GENERAL)
        return test_text(check, kinds[glob.kind], glob.literal);
    if (rule_graph_literal(check->c->graph, term->text, RULE_TEXT, &number, &err))
        return wrong_at(check, term, &err);
    references[count++] = test(check, RULE_NODE_GLOB, 0, &number, 1);
    if (glob.literal.len)
        references[count++] = test_text(
            check, glob.literal_ends ? RULE_MATCH_SUFFIX : RULE_MATCH_PREFIX, glob.literal);
    if (longest.len > glob.literal.len + 1)
        references[count++] = test_text(check, RULE_MATCH_CONTAINS, longest);
    return rule_graph_and(check->c->graph, references, count);
}

static uint32_t compile_iglob(struct check *check, const struct rule_term *term)
{
    struct error err = ERROR_INIT;
    uint32_t number;

    if (rule_graph_literal(check->c->graph, term->text, RULE_TEXT, &number, &err))
        return wrong_at(check, term, &err);
    return test(check, RULE_NODE_IGLOB, 0, &number, 1);
}

static uint32_t compile_regex(struct check *check, const struct rule_term *term)
{
    struct error err = ERROR_INIT;

    if (!rule_regex_check(term->text, &err))
        return test_text(check, RULE_MATCH_REGEX, term->text);
    error_wrap(&err, "regular expression");
    error_hint(&err, "the syntax is RE2's: no back references, no look-around");
    return wrong_at(check, term, &err);
}

/* One operator with one literal. */
static uint32_t compile_literal(struct check *check, const struct rule_term *term)
{
    uint32_t references[2];

    switch (check->operator) {
    case RULE_EQUAL:
        return compile_members(check, term);
    case RULE_NOT_EQUAL:
        references[0] = filled(check);
        references[1] = rule_not(compile_members(check, term));
        return rule_graph_and(check->c->graph, references, 2);
    case RULE_LESS:
    case RULE_LESS_EQUAL:
    case RULE_GREATER:
    case RULE_GREATER_EQUAL:
        return compile_order(check, term);
    case RULE_STARTSWITH:
        return test_text(check, RULE_MATCH_PREFIX, term->text);
    case RULE_ENDSWITH:
        return test_text(check, RULE_MATCH_SUFFIX, term->text);
    case RULE_CONTAINS:
        return test_text(check, RULE_MATCH_CONTAINS, term->text);
    case RULE_ICONTAINS:
        return test_text(check, RULE_MATCH_ICONTAINS, term->text);
    case RULE_BCONTAINS:
        return compile_hex(check, term, RULE_MATCH_CONTAINS);
    case RULE_BSTARTSWITH:
        return compile_hex(check, term, RULE_MATCH_PREFIX);
    case RULE_GLOB:
        return compile_glob(check, term);
    case RULE_IGLOB:
        return compile_iglob(check, term);
    case RULE_REGEX:
        return compile_regex(check, term);
    default:
        return compile_members(check, term);
    }
}

/* Two sides that are both read from the event. */
static uint32_t compile_compare(struct check *check, const struct rule_term *term)
{
    struct error err = ERROR_INIT;
    struct rule_node node = {.kind = RULE_NODE_COMPARE,
                             .operator= check->operator,
                             .slot = check->slot,
                             .other = rule_compile_term(check->c, term)};
    struct rule_node there = {.kind = RULE_NODE_FILLED};
    enum rule_type_class left = rule_type_class(check->left->type), right;
    uint32_t references[3];

    if (node.other == RULE_NO_SLOT)
        return RULE_FALSE;
    check->left = &check->c->graph->slots.list[check->slot]; /* the slots may have moved */
    right = rule_type_class(check->c->graph->slots.list[node.other].type);
    if (left != right && left != RULE_CLASS_ANY && right != RULE_CLASS_ANY) {
        error_set(&err, ERROR_INPUT, "%.*s is of type %s, and what it is compared with of type %s",
                  VIEW_ARG(check->left->text), rule_type_name(check->left->type),
                  rule_type_name(check->c->graph->slots.list[node.other].type));
        return wrong_at(check, term, &err);
    }
    if (check->operator== RULE_REGEX) {
        error_set(&err, ERROR_INPUT, "a regular expression can't come from a field");
        return wrong_at(check, term, &err);
    }
    if (check->operator!= RULE_NOT_EQUAL)
        return rule_graph_test(check->c->graph, &node, NULL, 0);
    node.operator= RULE_EQUAL;
    there.slot = check->slot;
    references[0] = rule_graph_test(check->c->graph, &there, NULL, 0);
    there.slot = node.other;
    references[1] = rule_graph_test(check->c->graph, &there, NULL, 0);
    references[2] = rule_not(rule_graph_test(check->c->graph, &node, NULL, 0));
    return rule_graph_and(check->c->graph, references, 3);
}

static uint32_t compile_right(struct check *check, const struct rule_term *term)
{
    if (term->kind == RULE_TERM_FIELD || term->kind == RULE_TERM_TRANSFORMER)
        return compile_compare(check, term);
    if (term->kind == RULE_TERM_LIST)
        return compile_members(check, term);
    return compile_literal(check, term);
}

/* oneof, anyof, allof: the operator with each member of the list. */
static uint32_t compile_modified(struct check *check)
{
    const struct rule_term *list = &check->expression->right;
    struct rule_graph *graph = check->c->graph;
    _cleanup_free_ uint32_t *references = calloc(list->count + 1, sizeof(*references));
    bool single = list->kind != RULE_TERM_LIST;
    size_t count = single ? 1 : list->count;

    if (!references) {
        graph->failed = true;
        return RULE_FALSE;
    }
    for (size_t i = 0; i < count; i++)
        references[i] = compile_right(check, single ? list : &list->items[i]);
    if (check->expression->modifier == RULE_ANYOF)
        return rule_graph_or(graph, references, count);
    if (check->expression->modifier == RULE_ALLOF)
        return rule_graph_and(graph, references, count);
    return rule_graph_one(graph, references, count);
}

uint32_t rule_compile_check(struct rule_compile *c, const struct expression *expression)
{
    struct check check = {.c = c,
                          .expression = expression,
                          .operator= expression->operator,
                          .slot = rule_compile_term(c, &expression->left)};

    if (check.slot == RULE_NO_SLOT)
        return RULE_FALSE;
    check.left = &c->graph->slots.list[check.slot];
    if (!fits(&check))
        return RULE_FALSE;
    if (check.operator== RULE_EXISTS)
        return test(&check, RULE_NODE_EXISTS, 0, NULL, 0);
    return expression->modifier == RULE_PLAIN ? compile_right(&check, &expression->right)
                                              : compile_modified(&check);
}
