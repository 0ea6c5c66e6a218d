/* JSON as RFC 8259 has it: one value, nothing else. */
#include <math.h>
#include <stdlib.h>

#include "codec/document-read.h"
#include "codec/utf8.h"

enum { NUMBER_ROOM = 512 }; /* a longer number is cut: its digits no longer count */

struct json_reader {
    struct document_builder builder;
    struct view text;
    size_t at;
    size_t line_start; /* bytes */
    size_t line_inner; /* bytes of the line so far that continue a code point */
    uint32_t line;
};

static struct document_mark here(const struct json_reader *r)
{
    return (struct document_mark){r->at, r->line,
                                  (uint32_t)(r->at - r->line_start - r->line_inner) + 1};
}

static int peek(const struct json_reader *r)
{
    return r->at < r->text.len ? (unsigned char)r->text.ptr[r->at] : -1;
}

static bool take(struct json_reader *r, char c)
{
    if (peek(r) != (unsigned char)c)
        return false;
    r->at++;
    return true;
}

static bool is_line_feed(const struct json_reader *r, size_t at)
{
    return at < r->text.len && r->text.ptr[at] == '\n';
}

static void skip_blanks(struct json_reader *r)
{
    for (;; r->at++) {
        int c = peek(r);

        if (c == '\n' || (c == '\r' && !is_line_feed(r, r->at + 1))) {
            r->line++;
            r->line_start = r->at + 1;
            r->line_inner = 0;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            return;
        }
    }
}

static bool take_hex(struct json_reader *r, unsigned *ret)
{
    unsigned value = 0;

    for (int i = 0; i < 4; i++) {
        int c = peek(r), letter = c | 0x20;
        unsigned digit = c >= '0' && c <= '9'             ? (unsigned)(c - '0')
                         : letter >= 'a' && letter <= 'f' ? (unsigned)(letter - 'a') + 10
                                                          : 16;

        if (digit > 15)
            return false;
        value = value << 4 | digit;
        r->at++;
    }
    *ret = value;
    return true;
}

static int half_pair(struct error *err)
{
    return error_set(err, ERROR_INPUT, "half of a surrogate pair stands alone");
}

static int bad_escape(struct error *err)
{
    return error_set(err, ERROR_INPUT, "an escape in a string is malformed");
}

/* Behind "\u": four digits, or a pair of surrogates. */
static int take_code_point(struct json_reader *r, unsigned *ret, struct error *err)
{
    unsigned high, low;

    if (!take_hex(r, &high))
        return bad_escape(err);
    *ret = high;
    if (high < 0xd800 || high > 0xdfff)
        return 0;
    if (high > 0xdbff || !take(r, '\\') || !take(r, 'u'))
        return half_pair(err);
    if (!take_hex(r, &low))
        return bad_escape(err);
    if (low < 0xdc00 || low > 0xdfff)
        return half_pair(err);
    *ret = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    return 0;
}

/* Writes at most 4 bytes; returns how many. */
static size_t put_utf8(char *out, unsigned c)
{
    static const struct {
        unsigned limit, lead;
    } forms[] = {{0x80, 0}, {0x800, 0xc0}, {0x10000, 0xe0}, {0x110000, 0xf0}};
    size_t len = 1;

    while (c >= forms[len - 1].limit)
        len++;
    for (size_t i = len; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(forms[len - 1].lead | c);
    return len;
}

static int take_escape(struct json_reader *r, char *out, size_t *used, struct error *err)
{
    static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    int c = peek(r);
    const char *hit = c > 0 ? strchr(letters, c) : NULL;
    unsigned code_point = 0;

    if (!hit && c != 'u')
        return bad_escape(err);
    r->at++;
    if (hit) {
        out[(*used)++] = bytes[hit - letters];
        return 0;
    }
    if (take_code_point(r, &code_point, err) < 0)
        return ERROR_INPUT;
    *used += put_utf8(out + *used, code_point);
    return 0;
}

/* To the closing quote; true when there is an escape on the way. */
static int skip_string(struct json_reader *r, bool *ret_escapes, struct error *err)
{
    *ret_escapes = false;
    for (;;) {
        int c = peek(r);
        size_t len = c < 0x80 ? 1 : utf8_length(view_sub(r->text, r->at, 4));

        if (c < 0)
            return error_set(err, ERROR_INPUT, "a string is not closed");
        if (c < 0x20)
            return error_set(err, ERROR_INPUT, "a string holds a control character");
        if (len == 0)
            return error_set(err, ERROR_INPUT, "the text is not UTF-8");
        if (c == '"')
            return 0;
        *ret_escapes = *ret_escapes || c == '\\';
        r->at += len;
        if (c == '\\' && (peek(r) == '"' || peek(r) == '\\'))
            r->at++;
        r->line_inner += len - 1;
    }
}

/* The text of the string from `start` up to the closing quote, with its escapes undone. */
static int decode_string(struct json_reader *r, size_t start, struct view *ret, struct error *err)
{
    struct json_reader again = *r;
    char *out = arena_alloc(r->builder.arena, r->at - start);
    size_t used = 0;

    if (!out)
        return arena_failed(r->builder.arena, "the document", err);
    for (again.at = start; again.at < r->at;) {
        if (!take(&again, '\\')) {
            out[used++] = r->text.ptr[again.at++];
        } else if (take_escape(&again, out, &used, err) < 0) {
            r->at = again.at;
            return ERROR_INPUT;
        }
    }
    *ret = view_from(out, used);
    return 0;
}

/* Behind the opening quote. */
static int take_string(struct json_reader *r, struct document_node *node, struct error *err)
{
    size_t start = r->at;
    bool escapes;

    node->kind = DOCUMENT_STRING;
    node->style = DOCUMENT_DOUBLE_QUOTED;
    if (skip_string(r, &escapes, err) < 0)
        return ERROR_INPUT;
    node->text = view_sub(r->text, start, r->at - start);
    if (escapes && decode_string(r, start, &node->text, err) < 0)
        return ERROR_INPUT;
    r->at++;
    return 0;
}

static bool take_digits(struct json_reader *r)
{
    size_t start = r->at;

    while (peek(r) >= '0' && peek(r) <= '9')
        r->at++;
    return r->at > start;
}

/* A fraction and an exponent; tells whether there is either. */
static bool take_fraction(struct json_reader *r, bool *ret_is_float)
{
    *ret_is_float = take(r, '.');
    if (*ret_is_float && !take_digits(r))
        return false;
    if (!take(r, 'e') && !take(r, 'E'))
        return true;
    *ret_is_float = true;
    if (!take(r, '+'))
        take(r, '-');
    return take_digits(r);
}

static void set_number(struct document_node *node, bool is_float)
{
    char digits[NUMBER_ROOM + 1];
    size_t len = node->text.len < NUMBER_ROOM ? node->text.len : NUMBER_ROOM;
    bool negative = node->text.ptr[0] == '-';
    uint64_t value;

    if (!is_float && view_to_u64(view_sub(node->text, negative, SIZE_MAX), &value) &&
        value <= (uint64_t)INT64_MAX + negative) {
        node->kind = DOCUMENT_INTEGER;
        node->integer = negative ? (int64_t)(0 - value) : (int64_t)value;
        return;
    }
    memcpy(digits, node->text.ptr, len);
    digits[len] = '\0';
    node->kind = DOCUMENT_FLOAT;
    node->number = strtod(digits, NULL);
}

static int take_number(struct json_reader *r, struct document_node *node, struct error *err)
{
    size_t start = r->at;
    bool is_float;

    take(r, '-');
    if ((!take(r, '0') && !take_digits(r)) || !take_fraction(r, &is_float))
        return error_set(err, ERROR_INPUT, "a number is malformed");
    node->text = view_sub(r->text, start, r->at - start);
    set_number(node, is_float);
    return 0;
}

static int take_word(struct json_reader *r, struct document_node *node, struct error *err)
{
    static const struct {
        struct view word;
        enum document_kind kind;
        bool value;
    } words[] = {{VIEW("true"), DOCUMENT_BOOL, true},
                 {VIEW("false"), DOCUMENT_BOOL, false},
                 {VIEW("null"), DOCUMENT_NULL, false}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!view_eq(view_sub(r->text, r->at, words[i].word.len), words[i].word))
            continue;
        node->text = view_sub(r->text, r->at, words[i].word.len);
        node->kind = words[i].kind;
        node->boolean = words[i].value;
        r->at += words[i].word.len;
        return 0;
    }
    return error_set(err, ERROR_INPUT, "a value is missing or malformed");
}

static int take_scalar(struct json_reader *r, struct error *err)
{
    struct document_node *node = document_builder_node(&r->builder, err);
    int c = peek(r), failed;

    if (!node)
        return ERROR_LIMIT;
    node->start = here(r);
    if (take(r, '"'))
        failed = take_string(r, node, err);
    else
        failed = c == '-' || (c >= '0' && c <= '9') ? take_number(r, node, err)
                                                    : take_word(r, node, err);
    if (failed < 0)
        return failed;
    node->end = here(r);
    return document_builder_add(&r->builder, node, err);
}

static int take_key(struct json_reader *r, struct error *err)
{
    int failed;

    skip_blanks(r);
    if (peek(r) != '"') {
        error_set(err, ERROR_INPUT, "a key in quotes is missing");
        return ERROR_INPUT;
    }
    failed = take_scalar(r, err);
    if (failed < 0)
        return failed;
    skip_blanks(r);
    return take(r, ':') ? 0 : error_set(err, ERROR_INPUT, "a colon is missing");
}

/* Opens arrays and objects up to the first value that is neither, or one that
 * is empty. */
static int take_value(struct json_reader *r, struct error *err)
{
    for (;;) {
        struct document_node *node;
        bool object;
        int failed;

        skip_blanks(r);
        object = peek(r) == '{';
        if (!object && peek(r) != '[')
            return take_scalar(r, err);
        node = document_builder_node(&r->builder, err);
        if (!node)
            return ERROR_LIMIT;
        node->kind = object ? DOCUMENT_MAPPING : DOCUMENT_SEQUENCE;
        node->style = DOCUMENT_FLOW;
        node->start = here(r);
        failed = document_builder_open(&r->builder, node, err);
        if (failed < 0)
            return failed;
        r->at++;
        skip_blanks(r);
        if (peek(r) == (object ? '}' : ']'))
            return 0;
        failed = object ? take_key(r, err) : 0;
        if (failed < 0)
            return failed;
    }
}

/* Behind a value: closes what ends, up to a comma. 1 when a value follows. */
static int take_end(struct json_reader *r, struct error *err)
{
    while (r->builder.depth > 0) {
        struct document_node *node = r->builder.frames[r->builder.depth - 1].node;
        bool object = node->kind == DOCUMENT_MAPPING;
        int failed;

        skip_blanks(r);
        if (take(r, ',')) {
            failed = object ? take_key(r, err) : 0;
            return failed < 0 ? failed : 1;
        }
        if (!take(r, object ? '}' : ']'))
            return error_set(err, ERROR_INPUT, "a comma or a closing %s is missing",
                             object ? "}" : "]");
        node->end = here(r);
        failed = document_builder_close(&r->builder, err);
        if (failed < 0)
            return failed;
    }
    skip_blanks(r);
    return peek(r) < 0 ? 0 : error_set(err, ERROR_INPUT, "something follows the end of the value");
}

static int read_value(struct json_reader *r, struct error *err)
{
    int more = 1;

    skip_blanks(r);
    if (peek(r) < 0)
        return error_set(err, ERROR_INPUT, "there is no value");
    while (more > 0) {
        more = take_value(r, err);
        if (more == 0)
            more = take_end(r, err);
    }
    return more;
}

int document_read_json(struct document_set *set, struct arena *arena, struct error *err)
{
    struct json_reader r = {.text = set->text, .line = 1};
    struct document *document = document_set_add(set, arena, err);
    struct document_place place = document_place_at_start(set->text);
    struct error fault = ERROR_INIT;
    int failed = 0;

    if (!document)
        return err->kind;
    document_builder_init(&r.builder, arena);
    if (view_starts(r.text, VIEW("\xef\xbb\xbf")))
        r.at = r.line_start = 3;
    document->start = here(&r);
    if (read_value(&r, &fault) == 0)
        document->root = r.builder.root;
    document_place_to_offset(&place, r.at);
    if (fault.kind)
        document_break(document, place.mark, &fault, arena);
    if (document->error && document_is_fatal(&fault, arena)) {
        *err = fault;
        failed = fault.kind;
    }
    document_builder_done(&r.builder);
    return failed;
}
