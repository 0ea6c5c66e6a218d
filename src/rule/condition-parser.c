#include "rule/condition-parser.h"

#include "base/nearest-name.h"
#include "base/text.h"

static int parse_or(struct condition_parser *parser, const struct expression **ret,
                    struct error *err);

static bool takes_modifier(enum rule_operator op)
{
    return op != RULE_EXISTS && !condition_is_numeric(op) && !rule_operator_takes_list(op);
}

/* "oneof (", "anyof (" or "allof (": takes the word. */
static enum rule_modifier take_modifier(struct condition_parser *parser)
{
    static const struct {
        struct view word;
        enum rule_modifier modifier;
    } modifiers[] = {
        {VIEW("oneof"), RULE_ONEOF}, {VIEW("anyof"), RULE_ANYOF}, {VIEW("allof"), RULE_ALLOF}};
    size_t start = parser->lexer.at;

    for (size_t i = 0; i < sizeof(modifiers) / sizeof(modifiers[0]); i++) {
        if (!lexer_take_word(&parser->lexer, modifiers[i].word))
            continue;
        if (lexer_peek(&parser->lexer) == '(')
            return modifiers[i].modifier;
        parser->lexer.at = start;
    }
    return RULE_PLAIN;
}

static int parse_right(struct condition_parser *parser, struct expression *check, struct error *err)
{
    if (check->operator== RULE_EXISTS)
        return 0;
    if (takes_modifier(check->operator))
        check->modifier = take_modifier(parser);
    if (check->modifier != RULE_PLAIN || rule_operator_takes_list(check->operator))
        return condition_list_side(parser, &check->right, err);
    return condition_value_side(parser, check->operator, & check->right, err);
}

static int no_operator(struct condition_parser *parser, const struct rule_term *left,
                       struct error *err)
{
    struct view word = lexer_peek_word(&parser->lexer);
    struct nearest_name nearest = nearest_name_for(word);
    size_t start = left->offset - parser->base;

    if (word.len == 0 || view_eq(word, VIEW("and")) || view_eq(word, VIEW("or"))) {
        lexer_fail(&parser->lexer, start, left->length, err,
                   "an operator is missing behind \"%.*s\"",
                   VIEW_ARG(view_sub(parser->lexer.text, start, left->length)));
        error_hint(err, "write \"... exists\" to ask whether a field is there");
        return ERROR_INPUT;
    }
    for (size_t i = 0; i < RULE_OPERATOR_COUNT; i++)
        nearest_name_offer(&nearest, view_of(rule_operator_name((enum rule_operator)i)));
    lexer_fail(&parser->lexer, parser->lexer.at, word.len, err, "there is no operator \"%.*s\"",
               VIEW_ARG(word));
    if (nearest.best.len)
        error_hint(err, "did you mean \"%.*s\"?", VIEW_ARG(nearest.best));
    return ERROR_INPUT;
}

static bool is_plain_name(struct view text)
{
    return view_find(text, '.') < 0 && view_find(text, '[') < 0;
}

static int finish_node(struct condition_parser *parser, const struct expression *made, size_t start,
                       const struct expression **ret, struct error *err)
{
    struct expression *node = arena_alloc(parser->arena, sizeof(*node));

    if (!node)
        return condition_memory(parser, err);
    *node = *made;
    node->offset = parser->base + start;
    node->length = parser->lexer.at - start;
    *ret = node;
    return 0;
}

/* Whether a word that is no operator shows that a name is a macro's. */
static bool ends_macro(struct condition_parser *parser)
{
    char next = lexer_peek(&parser->lexer);
    struct view word = lexer_peek_word(&parser->lexer);

    return next == '\0' || next == ')' || view_eq(word, VIEW("and")) || view_eq(word, VIEW("or"));
}

static int parse_check(struct condition_parser *parser, const struct expression **ret,
                       struct error *err)
{
    struct expression check = {.kind = EXPRESSION_CHECK};
    size_t start;
    int kind;

    lexer_skip_blanks(&parser->lexer);
    start = parser->lexer.at;
    kind = condition_term(parser, &check.left, err);
    if (kind)
        return kind;
    if (!lexer_operator(&parser->lexer, &check.operator)) {
        if (check.left.kind != RULE_TERM_FIELD || !is_plain_name(check.left.text))
            return no_operator(parser, &check.left, err);
        if (!ends_macro(parser))
            return condition_expected(parser, TR_KEY("an operator, \"and\" or \"or\""), err);
        check.kind = EXPRESSION_MACRO;
        parser->lexer.at = start + check.left.length;
    } else {
        kind = parse_right(parser, &check, err);
        if (kind)
            return kind;
    }
    return finish_node(parser, &check, start, ret, err);
}

static int add_child(struct condition_parser *parser, struct expression *to,
                     const struct expression *child, struct error *err)
{
    const struct expression **added =
        arena_push(parser->arena, &to->children, &to->child_count, sizeof(*to->children));

    if (!added)
        return condition_memory(parser, err);
    *added = child;
    return 0;
}

/* Words that stand where a quantifier's field could: "any and (", "all in (". */
static bool is_keyword(struct view word)
{
    enum rule_operator op;

    return view_eq(word, VIEW("and")) || view_eq(word, VIEW("or")) ||
           rule_operator_parse(word, &op);
}

/* "any FIELD (": takes all but the parenthesis; false: something else. */
static bool take_quantifier(struct condition_parser *parser, struct expression *ret)
{
    static const struct {
        struct view word;
        enum expression_kind kind;
    } quantifiers[] = {{VIEW("any"), EXPRESSION_ANY},
                       {VIEW("all"), EXPRESSION_ALL},
                       {VIEW("none"), EXPRESSION_NONE}};
    size_t start = parser->lexer.at;

    for (size_t i = 0; i < sizeof(quantifiers) / sizeof(quantifiers[0]); i++) {
        if (!lexer_take_word(&parser->lexer, quantifiers[i].word))
            continue;
        if (condition_field(parser, &ret->left, NULL) == 0 && lexer_peek(&parser->lexer) == '(' &&
            !is_keyword(ret->left.text)) {
            ret->kind = quantifiers[i].kind;
            return true;
        }
        parser->lexer.at = start;
    }
    return false;
}

/* "(" or ")", the parenthesis still before the lexer. */
static int parse_parenthesised(struct condition_parser *parser, const struct expression **ret,
                               struct error *err)
{
    size_t opening;
    int kind;

    lexer_skip_blanks(&parser->lexer);
    opening = parser->lexer.at++;
    kind = parse_or(parser, ret, err);
    if (kind)
        return kind;
    if (lexer_take(&parser->lexer, ')'))
        return 0;
    if (lexer_at_end(&parser->lexer))
        return lexer_fail(&parser->lexer, opening, 1, err, "this parenthesis is not closed");
    condition_expected(parser, TR_KEY("\"and\", \"or\" or \")\""), err);
    error_hint(err, "a text with blanks stands in quotes");
    return ERROR_INPUT;
}

static int parse_primary(struct condition_parser *parser, const struct expression **ret,
                         struct error *err)
{
    struct expression quantifier = {.kind = EXPRESSION_CHECK};
    const struct expression *body;
    size_t start;
    int kind;

    if (lexer_peek(&parser->lexer) == '(')
        return parse_parenthesised(parser, ret, err);
    start = parser->lexer.at;
    if (!take_quantifier(parser, &quantifier)) {
        struct view word = lexer_peek_word(&parser->lexer);

        if (!word.len || view_eq(word, VIEW("and")) || view_eq(word, VIEW("or")))
            return condition_expected(parser, TR_KEY("a field, a macro or \"(\""), err);
        return parse_check(parser, ret, err);
    }
    kind = parse_parenthesised(parser, &body, err);
    if (kind == 0)
        kind = add_child(parser, &quantifier, body, err);
    return kind ? kind : finish_node(parser, &quantifier, start, ret, err);
}

static int parse_not(struct condition_parser *parser, const struct expression **ret,
                     struct error *err)
{
    struct expression node = {.kind = EXPRESSION_NOT};
    const struct expression *inner;
    bool negated = false;
    size_t start;
    int kind;

    lexer_skip_blanks(&parser->lexer);
    start = parser->lexer.at;
    while (lexer_take_word(&parser->lexer, VIEW("not")))
        negated = !negated;
    kind = parse_primary(parser, &inner, err);
    if (kind)
        return kind;
    if (!negated) {
        *ret = inner;
        return 0;
    }
    kind = add_child(parser, &node, inner, err);
    return kind ? kind : finish_node(parser, &node, start, ret, err);
}

/* One or more of `next`, joined by `word`. */
static int
parse_chain(struct condition_parser *parser, enum expression_kind node_kind, struct view word,
            int (*next)(struct condition_parser *, const struct expression **, struct error *),
            const struct expression **ret, struct error *err)
{
    struct expression node = {.kind = node_kind};
    const struct expression *child;
    size_t start;

    lexer_skip_blanks(&parser->lexer);
    start = parser->lexer.at;
    do {
        int kind = next(parser, &child, err);

        if (kind == 0)
            kind = add_child(parser, &node, child, err);
        if (kind)
            return kind;
    } while (lexer_take_word(&parser->lexer, word));
    if (node.child_count == 1) {
        *ret = child;
        return 0;
    }
    return finish_node(parser, &node, start, ret, err);
}

static int parse_and(struct condition_parser *parser, const struct expression **ret,
                     struct error *err)
{
    return parse_chain(parser, EXPRESSION_AND, VIEW("and"), parse_not, ret, err);
}

static int parse_or(struct condition_parser *parser, const struct expression **ret,
                    struct error *err)
{
    int kind = condition_enter(parser, err);

    if (kind == 0)
        kind = parse_chain(parser, EXPRESSION_OR, VIEW("or"), parse_and, ret, err);
    condition_leave(parser);
    return kind;
}

static int expect_end(struct condition_parser *parser, struct error *err)
{
    if (lexer_at_end(&parser->lexer))
        return 0;
    if (lexer_peek(&parser->lexer) == ')')
        return lexer_fail(&parser->lexer, parser->lexer.at, 1, err,
                          "this parenthesis closes nothing");
    condition_expected(parser, TR_KEY("\"and\", \"or\" or the end"), err);
    error_hint(err, "a text with blanks stands in quotes");
    return ERROR_INPUT;
}

int condition_parse(struct view text, size_t base, struct arena *arena,
                    const struct expression **ret, struct expression_fault *fault,
                    struct error *err)
{
    struct condition_parser parser = {.lexer = {text, 0, fault}, .arena = arena, .base = base};
    const struct expression *made;
    struct error own = ERROR_INIT;
    int kind;

    /* The kind is read back from the error, so there must be one. */
    if (!err)
        err = &own;
    *fault = (struct expression_fault){0, 1};
    if (text.len > EXPRESSION_TEXT_LIMIT)
        return error_set(err, ERROR_LIMIT, "longer than %d bytes", EXPRESSION_TEXT_LIMIT);
    kind = parse_or(&parser, &made, err);
    if (kind == 0)
        kind = expect_end(&parser, err);
    if (kind)
        return kind;
    *ret = made;
    return 0;
}

int expression_parse(struct view text, struct arena *arena, const struct expression **ret,
                     struct expression_fault *fault, struct error *err)
{
    return condition_parse(text, 0, arena, ret, fault, err);
}
