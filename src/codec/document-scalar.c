#include "codec/document-scalar.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

enum { LONGEST_WORD = 5 };

struct word {
    struct view text;
    enum document_kind kind;
    bool boolean;
    double number;
};

static const struct word words[] = {
    {VIEW("true"), DOCUMENT_BOOL, true, 0},
    {VIEW("false"), DOCUMENT_BOOL, false, 0},
    {VIEW("True"), DOCUMENT_BOOL, true, 0},
    {VIEW("False"), DOCUMENT_BOOL, false, 0},
    {VIEW("TRUE"), DOCUMENT_BOOL, true, 0},
    {VIEW("FALSE"), DOCUMENT_BOOL, false, 0},
    {VIEW("yes"), DOCUMENT_BOOL, true, 0},
    {VIEW("no"), DOCUMENT_BOOL, false, 0},
    {VIEW("Yes"), DOCUMENT_BOOL, true, 0},
    {VIEW("No"), DOCUMENT_BOOL, false, 0},
    {VIEW("YES"), DOCUMENT_BOOL, true, 0},
    {VIEW("NO"), DOCUMENT_BOOL, false, 0},
    {VIEW("on"), DOCUMENT_BOOL, true, 0},
    {VIEW("off"), DOCUMENT_BOOL, false, 0},
    {VIEW("On"), DOCUMENT_BOOL, true, 0},
    {VIEW("Off"), DOCUMENT_BOOL, false, 0},
    {VIEW("ON"), DOCUMENT_BOOL, true, 0},
    {VIEW("OFF"), DOCUMENT_BOOL, false, 0},
    {VIEW("null"), DOCUMENT_NULL, false, 0},
    {VIEW("Null"), DOCUMENT_NULL, false, 0},
    {VIEW("NULL"), DOCUMENT_NULL, false, 0},
    {VIEW("y"), DOCUMENT_BOOL, true, 0},
    {VIEW("Y"), DOCUMENT_BOOL, true, 0},
    {VIEW("n"), DOCUMENT_BOOL, false, 0},
    {VIEW("N"), DOCUMENT_BOOL, false, 0},
    {VIEW("~"), DOCUMENT_NULL, false, 0},
    {VIEW(""), DOCUMENT_NULL, false, 0},
    {VIEW(".nan"), DOCUMENT_FLOAT, false, NAN},
    {VIEW(".NaN"), DOCUMENT_FLOAT, false, NAN},
    {VIEW(".NAN"), DOCUMENT_FLOAT, false, NAN},
    {VIEW(".inf"), DOCUMENT_FLOAT, false, INFINITY},
    {VIEW(".Inf"), DOCUMENT_FLOAT, false, INFINITY},
    {VIEW(".INF"), DOCUMENT_FLOAT, false, INFINITY},
    {VIEW("+.inf"), DOCUMENT_FLOAT, false, INFINITY},
    {VIEW("+.Inf"), DOCUMENT_FLOAT, false, INFINITY},
    {VIEW("+.INF"), DOCUMENT_FLOAT, false, INFINITY},
    {VIEW("-.inf"), DOCUMENT_FLOAT, false, -INFINITY},
    {VIEW("-.Inf"), DOCUMENT_FLOAT, false, -INFINITY},
    {VIEW("-.INF"), DOCUMENT_FLOAT, false, -INFINITY},
};

static bool is_word(struct document_node *node)
{
    if (node->text.len > LONGEST_WORD)
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!view_eq(words[i].text, node->text))
            continue;
        node->kind = words[i].kind;
        if (node->kind == DOCUMENT_BOOL)
            node->boolean = words[i].boolean;
        if (node->kind == DOCUMENT_FLOAT)
            node->number = words[i].number;
        return true;
    }
    return false;
}

/* The base of an integer by its prefix, which is cut off. */
static unsigned take_base(struct view *digits)
{
    static const struct {
        char letter;
        unsigned base;
    } prefixes[] = {{'x', 16}, {'o', 8}, {'b', 2}};

    if (digits->len < 2 || digits->ptr[0] != '0')
        return 10;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (digits->len > 2 && tolower(digits->ptr[1]) == prefixes[i].letter) {
            *digits = view_sub(*digits, 2, SIZE_MAX);
            return prefixes[i].base;
        }
    *digits = view_sub(*digits, 1, SIZE_MAX);
    return 8;
}

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c = (char)tolower(c);
    return c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') + 10 : UINT32_MAX;
}

static bool has(struct view text, size_t at, const char *letters)
{
    return at < text.len && text.ptr[at] && strchr(letters, text.ptr[at]);
}

/* An integer without underscores; one beyond 64 bits becomes a float. */
static bool is_integer(struct view text, struct document_node *node)
{
    bool negative = text.len > 0 && text.ptr[0] == '-', wide = false;
    struct view digits = view_sub(text, negative || (text.len > 0 && text.ptr[0] == '+'), SIZE_MAX);
    size_t sign = text.len - digits.len;
    unsigned base = take_base(&digits);
    uint64_t value = 0;
    double number = 0;

    /* go-yaml takes the sign of a binary number behind "0b", too. */
    if (base == 2 && sign == 0 && has(digits, 0, "+-")) {
        negative = digits.ptr[0] == '-';
        digits = view_sub(digits, 1, SIZE_MAX);
    }
    if (digits.len == 0)
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        unsigned digit = digit_value(digits.ptr[i]);

        if (digit >= base)
            return false;
        wide = wide || __builtin_mul_overflow(value, base, &value) ||
               __builtin_add_overflow(value, digit, &value);
        number = number * base + digit;
    }
    wide = wide || value > (uint64_t)INT64_MAX + negative;
    node->kind = wide ? DOCUMENT_FLOAT : DOCUMENT_INTEGER;
    if (!wide)
        node->integer = negative ? (int64_t)(0 - value) : (int64_t)value;
    else if (base == 10)
        node->number = strtod(text.ptr, NULL);
    else
        node->number = negative ? -number : number;
    return true;
}

static size_t digits_at(struct view text, size_t at)
{
    size_t end = at;

    while (end < text.len && isdigit((unsigned char)text.ptr[end]))
        end++;
    return end - at;
}

/* [-+]? ( \. digits | digits (\. digits?)? ) ([eE] [-+]? digits)? */
static bool looks_like_float(struct view text)
{
    size_t at = has(text, 0, "+-"), whole = digits_at(text, at), part = 0, power;

    at += whole;
    if (has(text, at, ".")) {
        part = digits_at(text, ++at);
        at += part;
    }
    if (whole + part == 0)
        return false;
    if (!has(text, at, "eE"))
        return at == text.len;
    at++;
    at += has(text, at, "+-");
    power = digits_at(text, at);
    return power > 0 && at + power == text.len;
}

/* `text` has a NUL behind it. */
static bool is_float(struct view text, struct document_node *node)
{
    double number;

    if (!looks_like_float(text))
        return false;
    number = strtod(text.ptr, NULL);
    if (isinf(number))
        return false;
    node->kind = DOCUMENT_FLOAT;
    node->number = number;
    return true;
}

static bool is_number(struct document_node *node)
{
    char room[DOCUMENT_NUMBER_LENGTH_LIMIT + 1];
    bool point = node->text.ptr[0] == '.';
    struct view text = {room, 0};

    if (node->text.len > DOCUMENT_NUMBER_LENGTH_LIMIT)
        return false;
    for (size_t i = 0; i < node->text.len; i++)
        if (point || node->text.ptr[i] != '_')
            room[text.len++] = node->text.ptr[i];
    room[text.len] = '\0';
    return (!point && is_integer(text, node)) || is_float(text, node);
}

/* By the first byte most strings are known to be strings. */
static void resolve_text(struct document_node *node)
{
    char first = node->text.len ? node->text.ptr[0] : '~';

    node->kind = DOCUMENT_STRING;
    if (first == '\0' || !strchr("~yYnNtTfFoO.+-0123456789", first))
        return;
    if (!is_word(node) && strchr(".+-0123456789", first))
        is_number(node);
}

/* The next letter of base64, 0 for padding; false for what can't stand there:
 * padding ends a group of four, of which two letters are there at least. */
static bool take_letter(char c, size_t taken, size_t *pads, uint32_t *group)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *hit = c ? strchr(letters, c) : NULL;

    if (c == '=')
        ++*pads;
    if (c == '=' ? taken % 4 < 2 : !hit || *pads > 0)
        return false;
    *group = *group << 6 | (hit ? (uint32_t)(hit - letters) : 0);
    return true;
}

/* Base64 as RFC 4648 has it, with blanks between, as YAML's !!binary allows. */
static int decode_binary(struct document_node *node, struct arena *arena, struct error *err)
{
    char *bytes = arena_alloc(arena, node->text.len);
    size_t used = 0, taken = 0, pads = 0;
    uint32_t group = 0;
    bool fine = true;

    if (!bytes)
        return arena_failed(arena, "the document", err);
    for (size_t i = 0; fine && i < node->text.len; i++) {
        char c = node->text.ptr[i];

        if (c && strchr(" \t\r\n", c))
            continue;
        fine = take_letter(c, taken, &pads, &group);
        if (++taken % 4)
            continue;
        for (size_t k = 0; fine && k < 3 - pads; k++)
            bytes[used++] = (char)(group >> (16 - 8 * k));
    }
    if (!fine || taken % 4)
        return error_set(err, ERROR_INPUT, "a !!binary value that is not base64");
    node->text = view_from(bytes, used);
    return 0;
}

int document_scalar_resolve(struct document_node *node, bool plain, struct arena *arena,
                            struct error *err)
{
    static const struct {
        struct view tag;
        enum document_kind kind;
    } tags[] = {
        {VIEW("!!bool"), DOCUMENT_BOOL},
        {VIEW("!!int"), DOCUMENT_INTEGER},
        {VIEW("!!float"), DOCUMENT_FLOAT},
        {VIEW("!!null"), DOCUMENT_NULL},
    };

    node->kind = DOCUMENT_STRING;
    if (plain)
        resolve_text(node);
    if (view_eq(node->tag, VIEW("!!binary")))
        return decode_binary(node, arena, err);
    for (size_t i = 0; node->tag.len && i < sizeof(tags) / sizeof(tags[0]); i++) {
        if (!view_eq(node->tag, tags[i].tag))
            continue;
        resolve_text(node);
        if (node->kind == DOCUMENT_INTEGER && tags[i].kind == DOCUMENT_FLOAT) {
            node->kind = DOCUMENT_FLOAT;
            node->number = (double)node->integer;
        }
        if (node->kind == tags[i].kind || (node->kind == DOCUMENT_FLOAT && i == 1))
            return 0;
        return error_set(err, ERROR_INPUT, "\"%.*s\" is not what its tag %.*s says",
                         VIEW_ARG(view_sub(node->text, 0, 60)), VIEW_ARG(node->tag));
    }
    return 0;
}
