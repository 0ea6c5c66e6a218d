#include "rule/condition-parser.h"

#include "base/nearest-name.h"
#include "base/text.h"
#include "rule/transformer.h"

int condition_enter(struct condition_parser *parser, struct error *err)
{
    if (++parser->depth <= EXPRESSION_DEPTH_LIMIT)
        return 0;
    lexer_fail(&parser->lexer, parser->lexer.at, 1, err, "nested deeper than %d levels",
               EXPRESSION_DEPTH_LIMIT);
    return err ? err->kind = ERROR_LIMIT : ERROR_LIMIT;
}

void condition_leave(struct condition_parser *parser)
{
    parser->depth--;
}

/* "expected WHAT here", at the next piece. */
int condition_expected(struct condition_parser *parser, const char *what, struct error *err)
{
    struct condition_lexer *lexer = &parser->lexer;
    size_t length;

    if (lexer_at_end(lexer)) {
        size_t end = view_trim(lexer->text).len
                         ? (size_t)(view_trim(lexer->text).ptr - lexer->text.ptr) +
                               view_trim(lexer->text).len
                         : 0;

        return lexer_fail(lexer, end, 1, err, "the condition ends where %s should follow",
                          tr(what));
    }
    length = lexer_extent(lexer, lexer->at);
    return lexer_fail(lexer, lexer->at, length, err, "%s is expected here, not \"%.*s\"", tr(what),
                      VIEW_ARG(view_sub(lexer->text, lexer->at, length)));
}

static void close_term(struct condition_parser *parser, struct rule_term *term, size_t start)
{
    term->offset = parser->base + start;
    term->length = parser->lexer.at - start;
}

static bool add_item(struct condition_parser *parser, struct rule_term *to,
                     const struct rule_term *item)
{
    struct rule_term *added = arena_push(parser->arena, &to->items, &to->count, sizeof(*to->items));

    if (!added)
        return false;
    *added = *item;
    return true;
}

int condition_memory(struct condition_parser *parser, struct error *err)
{
    return arena_failed(parser->arena, "condition", err);
}

/* A value in quotes or bare. */
static int parse_literal(struct condition_parser *parser, struct rule_term *ret, struct error *err)
{
    struct condition_lexer *lexer = &parser->lexer;
    struct rule_term term = {.kind = RULE_TERM_LITERAL};
    char first = lexer_peek(lexer);
    size_t start = lexer->at;

    if (first == '"' || first == '\'') {
        int kind = lexer_quoted(lexer, parser->arena, &term.text, err);

        if (kind)
            return kind;
        term.quoted = true;
    } else {
        term.text = lexer_bare(lexer);
        if (term.text.len == 0) {
            condition_expected(parser, TR_KEY("a value"), err);
            error_hint(err, "a value with blanks, parentheses, quotes, \"=\" or \",\" stands in "
                            "quotes");
            return ERROR_INPUT;
        }
    }
    close_term(parser, &term, start);
    *ret = term;
    return 0;
}

static bool starts_quoted(struct condition_parser *parser)
{
    char first = lexer_peek(&parser->lexer);

    return first == '"' || first == '\'';
}

/* The name that stands directly before a "(", else the empty view. */
struct view condition_called_name(struct condition_parser *parser)
{
    struct view word = lexer_peek_word(&parser->lexer);

    if (word.len &&
        view_eq(view_sub(parser->lexer.text, parser->lexer.at + word.len, 1), VIEW("(")))
        return word;
    return VIEW_EMPTY;
}

static int unknown_transformer(struct condition_parser *parser, struct view name, struct error *err)
{
    struct nearest_name nearest = nearest_name_for(name);

    for (size_t i = 0; i < RULE_TRANSFORMER_COUNT; i++)
        nearest_name_offer(&nearest, view_of(rule_transformer_name((enum rule_transformer)i)));
    lexer_fail(&parser->lexer, parser->lexer.at, name.len, err, "there is no transformer \"%.*s\"",
               VIEW_ARG(name));
    if (nearest.best.len)
        error_hint(err, "did you mean %.*s()?", VIEW_ARG(nearest.best));
    return ERROR_INPUT;
}

int condition_field(struct condition_parser *parser, struct rule_term *ret, struct error *err)
{
    struct rule_term term = {.kind = RULE_TERM_FIELD};
    size_t start;
    int kind;

    lexer_skip_blanks(&parser->lexer);
    start = parser->lexer.at;
    kind = lexer_field(&parser->lexer, &term.text, err);
    if (kind)
        return kind;
    if (term.text.len == 0)
        return condition_expected(parser, TR_KEY("a field"), err);
    close_term(parser, &term, start);
    *ret = term;
    return 0;
}

/* One of the parts of concat and join. */
static int parse_part(struct condition_parser *parser, struct rule_term *ret, struct error *err)
{
    return starts_quoted(parser) ? parse_literal(parser, ret, err)
                                 : condition_term(parser, ret, err);
}

static int parse_parts(struct condition_parser *parser, bool parenthesised, struct rule_term *to,
                       struct error *err)
{
    bool inner = parenthesised && lexer_take(&parser->lexer, '(');

    do {
        struct rule_term part;
        int kind;

        if (to->count >= TRANSFORMER_ARGUMENT_LIMIT)
            return lexer_fail(&parser->lexer, parser->lexer.at, 1, err, "more than %d arguments",
                              TRANSFORMER_ARGUMENT_LIMIT);
        kind = parse_part(parser, &part, err);
        if (kind)
            return kind;
        if (!add_item(parser, to, &part))
            return condition_memory(parser, err);
    } while (lexer_take(&parser->lexer, ','));
    if (inner && !lexer_take(&parser->lexer, ')'))
        return condition_expected(parser, TR_KEY("\",\" or \")\""), err);
    return 0;
}

static int parse_argument(struct condition_parser *parser, enum transformer_argument argument,
                          struct rule_term *to, struct error *err)
{
    struct rule_term item;
    int kind;

    if (argument == TRANSFORMER_TEXT && !starts_quoted(parser))
        return condition_expected(parser, TR_KEY("a text in quotes"), err);
    kind = argument == TRANSFORMER_FIELD ? condition_term(parser, &item, err)
                                         : parse_literal(parser, &item, err);
    if (kind)
        return kind;
    return add_item(parser, to, &item) ? 0 : condition_memory(parser, err);
}

static int parse_arguments(struct condition_parser *parser, const struct transformer *transformer,
                           struct rule_term *to, struct error *err)
{
    for (size_t i = 0; transformer->arguments[i] != TRANSFORMER_NOTHING; i++) {
        int kind;

        if (i && !lexer_take(&parser->lexer, ','))
            return condition_expected(parser, TR_KEY("\",\""), err);
        kind = transformer->arguments[i] == TRANSFORMER_PARTS
                   ? parse_parts(parser, transformer->parenthesised, to, err)
                   : parse_argument(parser, transformer->arguments[i], to, err);
        if (kind)
            return kind;
    }
    return lexer_take(&parser->lexer, ')') ? 0 : condition_expected(parser, TR_KEY("\")\""), err);
}

/* name(arguments); the lexer stands at the name. */
static int parse_transformer(struct condition_parser *parser, struct view name,
                             struct rule_term *ret, struct error *err)
{
    struct rule_term term = {.kind = RULE_TERM_TRANSFORMER};
    size_t start = parser->lexer.at;
    int kind;

    if (!transformer_parse(name, &term.transformer))
        return unknown_transformer(parser, name, err);
    kind = condition_enter(parser, err);
    if (kind)
        return kind;
    parser->lexer.at += name.len + 1;
    kind = parse_arguments(parser, transformer_get(term.transformer), &term, err);
    if (kind) {
        error_hint(err, "it is written %s", transformer_get(term.transformer)->usage);
        return kind;
    }
    condition_leave(parser);
    close_term(parser, &term, start);
    *ret = term;
    return 0;
}

/* A field or a transformer of one; val() stands on the right side only. */
int condition_term(struct condition_parser *parser, struct rule_term *ret, struct error *err)
{
    struct view name = condition_called_name(parser);

    if (view_eq(name, VIEW("val"))) {
        lexer_fail(&parser->lexer, parser->lexer.at, name.len, err,
                   "val() stands on the right side of an operator only");
        error_hint(err, "write the field itself here");
        return ERROR_INPUT;
    }
    return name.len ? parse_transformer(parser, name, ret, err) : condition_field(parser, ret, err);
}

/* [+-]digits[.digits][e[+-]digits], or 0x and hexadecimal digits. */
static bool is_number(struct view text)
{
    static const char digits[] = "0123456789";
    char copy[64], *s = copy;
    size_t length;

    if (text.len >= sizeof(copy) || memchr(text.ptr, '\0', text.len))
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
        return s[2] && !s[2 + strspn(s + 2, "0123456789abcdefABCDEF")];
    s += *s == '+' || *s == '-';
    length = strspn(s, digits);
    s += length;
    if (length && *s == '.')
        s += 1 + strspn(s + 1, digits);
    if (length && (*s == 'e' || *s == 'E')) {
        s += 1 + (s[1] == '+' || s[1] == '-');
        length = strspn(s, digits);
        s += length;
    }
    return length && !*s;
}

bool condition_is_numeric(enum rule_operator op)
{
    return op >= RULE_LESS && op <= RULE_GREATER_EQUAL;
}

static int parse_list(struct condition_parser *parser, struct rule_term *ret, struct error *err)
{
    struct rule_term term = {.kind = RULE_TERM_LIST};
    size_t start;

    lexer_skip_blanks(&parser->lexer);
    start = parser->lexer.at++;
    while (!lexer_take(&parser->lexer, ')')) {
        struct rule_term item;
        int kind;

        if (term.count && !lexer_take(&parser->lexer, ','))
            return condition_expected(parser, TR_KEY("\",\" or \")\""), err);
        kind = parse_literal(parser, &item, err);
        if (kind)
            return kind;
        if (!add_item(parser, &term, &item))
            return condition_memory(parser, err);
    }
    close_term(parser, &term, start);
    *ret = term;
    return 0;
}

/* The right side of in, intersects, pmatch and of the modifiers. */
int condition_list_side(struct condition_parser *parser, struct rule_term *ret, struct error *err)
{
    struct view name = condition_called_name(parser), word = lexer_peek_word(&parser->lexer);
    struct rule_term item, list = {.kind = RULE_TERM_LIST};
    size_t start = parser->lexer.at;
    int kind;

    if (lexer_peek(&parser->lexer) == '(')
        return parse_list(parser, ret, err);
    if (name.len)
        return parse_transformer(parser, name, ret, err);
    if (!word.len) {
        condition_expected(parser, TR_KEY("a list"), err);
        error_hint(err, "a list stands in parentheses: (a, b)");
        return ERROR_INPUT;
    }
    kind = parse_literal(parser, &item, err);
    if (kind)
        return kind;
    if (!add_item(parser, &list, &item))
        return condition_memory(parser, err);
    close_term(parser, &list, start);
    *ret = list;
    return 0;
}

/* Durations and instants begin with a digit, too; whether the field is of that
 * type is for the compiler to say. */
static bool is_time(struct view text)
{
    return text.len > 1 && text.ptr[0] >= '0' && text.ptr[0] <= '9' &&
           (view_find(text, ':') > 0 || strchr("smhd", text.ptr[text.len - 1]));
}

int condition_value_side(struct condition_parser *parser, enum rule_operator op,
                         struct rule_term *ret, struct error *err)
{
    struct view name = condition_called_name(parser);
    int kind;

    if (name.len)
        return parse_transformer(parser, name, ret, err);
    kind = parse_literal(parser, ret, err);
    if (kind || !condition_is_numeric(op) ||
        (!ret->quoted && (is_number(ret->text) || is_time(ret->text))))
        return kind;
    return lexer_fail(&parser->lexer, ret->offset - parser->base, ret->length, err,
                      "%s compares numbers, and \"%.*s\" is none", rule_operator_name(op),
                      VIEW_ARG(ret->text));
}
