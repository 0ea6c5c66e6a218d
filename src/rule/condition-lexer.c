#include "rule/condition-lexer.h"

#include <stdarg.h>

bool lexer_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool lexer_is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool lexer_is_name(char c)
{
    return lexer_is_name_start(c) || (c >= '0' && c <= '9');
}

static char byte_at(const struct condition_lexer *lexer, size_t at)
{
    return at < lexer->text.len ? lexer->text.ptr[at] : '\0';
}

void lexer_skip_blanks(struct condition_lexer *lexer)
{
    while (lexer->at < lexer->text.len && lexer_is_blank(lexer->text.ptr[lexer->at]))
        lexer->at++;
}

bool lexer_at_end(struct condition_lexer *lexer)
{
    lexer_skip_blanks(lexer);
    return lexer->at == lexer->text.len;
}

char lexer_peek(struct condition_lexer *lexer)
{
    lexer_skip_blanks(lexer);
    return byte_at(lexer, lexer->at);
}

bool lexer_take(struct condition_lexer *lexer, char c)
{
    if (lexer_at_end(lexer) || lexer_peek(lexer) != c)
        return false;
    lexer->at++;
    return true;
}

static bool continues_word(char c)
{
    return lexer_is_name(c) || c == '-' || c == '.' || c == '[';
}

bool lexer_take_word(struct condition_lexer *lexer, struct view word)
{
    lexer_skip_blanks(lexer);
    if (!view_eq(view_sub(lexer->text, lexer->at, word.len), word) ||
        continues_word(byte_at(lexer, lexer->at + word.len)))
        return false;
    lexer->at += word.len;
    return true;
}

struct view lexer_peek_word(struct condition_lexer *lexer)
{
    size_t end;

    lexer_skip_blanks(lexer);
    end = lexer->at;
    if (lexer_is_name_start(byte_at(lexer, end)))
        while (lexer_is_name(byte_at(lexer, end)))
            end++;
    return view_sub(lexer->text, lexer->at, end - lexer->at);
}

static bool is_bare_argument(char c)
{
    return c && !lexer_is_blank(c) && !strchr("[]\"'", c);
}

/* The end of the quoted text at `at`, behind its closing quote; 0: it has none. */
static size_t end_of_quoted(const struct condition_lexer *lexer, size_t at)
{
    char quote = byte_at(lexer, at);

    for (at++; at < lexer->text.len; at++) {
        if (lexer->text.ptr[at] == '\\')
            at++;
        else if (lexer->text.ptr[at] == quote)
            return at + 1;
    }
    return 0;
}

/* "[argument]" at `*at`; moves behind it. */
static int skip_argument(struct condition_lexer *lexer, size_t *at, struct error *err)
{
    size_t opening = *at, end = *at + 1;
    char first = byte_at(lexer, end);

    if (first == '"' || first == '\'') {
        end = end_of_quoted(lexer, end);
        if (!end)
            return lexer_fail(lexer, opening + 1, 1, err, "this quote is not closed");
    } else {
        while (end < lexer->text.len && is_bare_argument(lexer->text.ptr[end]))
            end++;
        if (end == opening + 1)
            return lexer_fail(lexer, opening, 2, err, "the argument in brackets is empty");
    }
    if (byte_at(lexer, end) != ']') {
        lexer_fail(lexer, opening, 1, err, "this bracket is not closed");
        error_hint(err, "an argument with blanks, quotes or brackets stands in quotes: [\"a b\"]");
        return ERROR_INPUT;
    }
    *at = end + 1;
    return 0;
}

int lexer_field(struct condition_lexer *lexer, struct view *ret, struct error *err)
{
    size_t start, at;

    lexer_skip_blanks(lexer);
    start = at = lexer->at;
    if (!lexer_is_name_start(byte_at(lexer, at))) {
        *ret = VIEW_EMPTY;
        return 0;
    }
    while (lexer_is_name(byte_at(lexer, at)))
        at++;
    for (;;) {
        if (byte_at(lexer, at) == '[') {
            int kind = skip_argument(lexer, &at, err);

            if (kind)
                return kind;
        } else if (byte_at(lexer, at) == '.' && lexer_is_name_start(byte_at(lexer, at + 1))) {
            at++;
            while (lexer_is_name(byte_at(lexer, at)) ||
                   (byte_at(lexer, at) == '-' && lexer_is_name(byte_at(lexer, at + 1))))
                at++;
        } else {
            break;
        }
    }
    lexer->at = at;
    *ret = view_sub(lexer->text, start, at - start);
    return 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The escape whose backslash is at `*at`; moves `*at` to its last byte. */
static int unescape(struct condition_lexer *lexer, size_t *at, char quote, char *ret,
                    struct error *err)
{
    static const char names[] = "bfnrt\\/ ", values[] = "\b\f\n\r\t\\/ ";
    char c = byte_at(lexer, *at + 1);
    const char *known = c ? strchr(names, c) : NULL;

    if (c == quote || known) {
        *ret = known ? values[known - names] : c;
        *at += 1;
        return 0;
    }
    if (c == 'x') {
        int high = hex_digit(byte_at(lexer, *at + 2)), low = hex_digit(byte_at(lexer, *at + 3));

        if (high < 0 || low < 0)
            return lexer_fail(lexer, *at, 2, err, "\\x needs two hexadecimal digits");
        *ret = (char)(high << 4 | low);
        *at += 3;
        return 0;
    }
    lexer_fail(lexer, *at, 2, err, "unknown escape \\%c in a quoted text", c);
    error_hint(err, "a backslash itself is written \\\\ (in a double-quoted YAML text: \\\\\\\\)");
    return ERROR_INPUT;
}

int lexer_quoted(struct condition_lexer *lexer, struct arena *arena, struct view *ret,
                 struct error *err)
{
    size_t start = lexer->at, end = end_of_quoted(lexer, start), length = 0;
    char *text;

    if (!end) {
        lexer_fail(lexer, start, 1, err, "this quote is not closed");
        error_hint(err, "a quote of the same kind inside a text is written \\%c",
                   lexer->text.ptr[start]);
        return ERROR_INPUT;
    }
    text = arena_alloc(arena, end - start);
    if (!text)
        return arena_failed(arena, "condition", err);
    for (size_t at = start + 1; at + 1 < end; at++) {
        int kind = 0;

        if (lexer->text.ptr[at] == '\\')
            kind = unescape(lexer, &at, lexer->text.ptr[start], text + length, err);
        else
            text[length] = lexer->text.ptr[at];
        if (kind)
            return kind;
        length++;
    }
    lexer->at = end;
    *ret = view_from(text, length);
    return 0;
}

struct view lexer_bare(struct condition_lexer *lexer)
{
    size_t start;

    lexer_skip_blanks(lexer);
    start = lexer->at;
    while (lexer->at < lexer->text.len && !lexer_is_blank(lexer->text.ptr[lexer->at]) &&
           !memchr("()\"'=,", lexer->text.ptr[lexer->at], 6))
        lexer->at++;
    return view_sub(lexer->text, start, lexer->at - start);
}

bool lexer_operator(struct condition_lexer *lexer, enum rule_operator *ret)
{
    static const struct view signs[] = {VIEW("=="), VIEW("!="), VIEW("<="), VIEW(">="),
                                        VIEW("="),  VIEW("<"),  VIEW(">")};
    struct view word = lexer_peek_word(lexer);

    if (word.len) {
        if (!rule_operator_parse(word, ret) || !lexer_take_word(lexer, word))
            return false;
        return true;
    }
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
        if (view_eq(view_sub(lexer->text, lexer->at, signs[i].len), signs[i])) {
            lexer->at += signs[i].len;
            return rule_operator_parse(signs[i], ret);
        }
    return false;
}

size_t lexer_extent(const struct condition_lexer *lexer, size_t offset)
{
    size_t end = offset;

    while (end < lexer->text.len && !lexer_is_blank(lexer->text.ptr[end]) &&
           (end == offset || !memchr("()\",'", lexer->text.ptr[end], 5)))
        end++;
    return end > offset ? end - offset : 1;
}

int lexer_fail(struct condition_lexer *lexer, size_t offset, size_t length, struct error *err,
               const char *format, ...)
{
    va_list args;

    lexer->fault->offset = offset;
    lexer->fault->length = length;
    va_start(args, format);
    error_vset(err, ERROR_INPUT, format, args);
    va_end(args);
    return ERROR_INPUT;
}
