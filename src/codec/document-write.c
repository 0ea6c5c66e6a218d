#include "codec/document-write.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "codec/document-scalar.h"
#include "codec/utf8.h"

void document_write_newline(struct document_writer *w, unsigned indent)
{
    buf_add(w->out, w->layout.newline);
    for (unsigned i = 0; i < indent; i++)
        buf_add_char(w->out, ' ');
}

/* Code points that are written as escapes: what YAML forbids or takes for a line break. */
static bool needs_escape(struct view character)
{
    static const struct {
        struct view first, last; /* of the same length */
    } ranges[] = {
        {VIEW("\x01"), VIEW("\x1f")},
        {VIEW("\x7f"), VIEW("\x7f")},
        {VIEW("\xc2\x80"), VIEW("\xc2\x9f")},
        {VIEW("\xe2\x80\xa8"), VIEW("\xe2\x80\xa9")},
        {VIEW("\xef\xbb\xbf"), VIEW("\xef\xbb\xbf")},
        {VIEW("\xef\xbf\xbe"), VIEW("\xef\xbf\xbf")},
    };

    if (character.ptr[0] == '\0')
        return true;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (character.len == ranges[i].first.len && view_cmp(character, ranges[i].first) >= 0 &&
            view_cmp(character, ranges[i].last) <= 0)
            return true;
    return false;
}

static unsigned code_point(struct view character)
{
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    unsigned value = (unsigned char)character.ptr[0] & masks[character.len];

    for (size_t i = 1; i < character.len; i++)
        value = value << 6 | ((unsigned char)character.ptr[i] & 0x3f);
    return value;
}

static void write_escape(struct buf *out, struct view character)
{
    static const char letters[] = "\"\\bfnrt", bytes[] = "\"\\\b\f\n\r\t";
    const char *hit = character.ptr[0] ? strchr(bytes, character.ptr[0]) : NULL;

    if (hit)
        buf_addf(out, "\\%c", letters[hit - bytes]);
    else
        buf_addf(out, "\\u%04x", code_point(character));
}

static void write_double_quoted(struct buf *out, struct view text)
{
    buf_add_char(out, '"');
    for (size_t at = 0, len; at < text.len; at += len) {
        struct view character;

        len = utf8_length(view_sub(text, at, 4));
        if (len == 0) {
            out->failed = ERROR_INPUT;
            return;
        }
        character = view_sub(text, at, len);
        if (*character.ptr == '"' || *character.ptr == '\\' || needs_escape(character))
            write_escape(out, character);
        else
            buf_add(out, character);
    }
    buf_add_char(out, '"');
}

static void write_single_quoted(struct buf *out, struct view text)
{
    buf_add_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'')
            buf_add_char(out, '\'');
        buf_add_char(out, text.ptr[i]);
    }
    buf_add_char(out, '\'');
}

/* Is it text of one line that quotes can hold as it is? */
static bool is_simple(struct view text)
{
    for (size_t at = 0, len; at < text.len; at += len) {
        len = utf8_length(view_sub(text, at, 4));
        if (len == 0 || needs_escape(view_sub(text, at, len)))
            return false;
    }
    return true;
}

/* Looks like a number, a time or a date to some reader of YAML. */
static bool is_numeric(struct view text)
{
    if (!strchr("+-.0123456789", text.ptr[0]))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("+-.:_0123456789abcdefxoABCDEFXOTZ ", text.ptr[i]))
            return false;
    return true;
}

/* Would a plain scalar be this very string, for every reader of YAML? */
static bool is_plain(struct view text, bool flow)
{
    struct document_node node = {.text = text};
    char first = text.len ? text.ptr[0] : ' ', last = text.len ? text.ptr[text.len - 1] : ' ';

    if (first == ' ' || last == ' ' || last == ':' || !is_simple(text) || is_numeric(text) ||
        strchr("-?:,[]{}#&*!|>'\"%@`=<", first))
        return false;
    if (view_find_view(text, VIEW(": ")) >= 0 || view_find_view(text, VIEW(" #")) >= 0)
        return false;
    for (size_t i = 0; flow && i < text.len; i++)
        if (strchr(",[]{}:?", text.ptr[i]))
            return false;
    return document_scalar_resolve(&node, true, NULL, NULL) == 0 && node.kind == DOCUMENT_STRING;
}

static void write_string(struct document_writer *w, struct view text,
                         const struct document_node *like)
{
    bool text_before = like && like->kind == DOCUMENT_STRING;
    bool single = text_before && like->style == DOCUMENT_SINGLE_QUOTED;
    bool plain = !text_before || (!single && like->style != DOCUMENT_DOUBLE_QUOTED);

    if (!w->quoted && plain && is_plain(text, w->flow))
        buf_add(w->out, text);
    else if (!w->quoted && single && is_simple(text))
        write_single_quoted(w->out, text);
    else
        write_double_quoted(w->out, text);
}

/* The shortest digits that are read as the same number. */
static void write_float(struct document_writer *w, double number)
{
    char digits[64];

    if (!isfinite(number)) {
        if (w->layout.json)
            w->out->failed = ERROR_INPUT;
        buf_add_str(w->out, isnan(number) ? ".nan" : number < 0 ? "-.inf" : ".inf");
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof(digits), "%.*g", precision, number);
        if (strtod(digits, NULL) == number)
            break;
    }
    buf_add_str(w->out, digits);
    if (!strpbrk(digits, ".e"))
        buf_add_str(w->out, ".0");
}

static bool is_as_written(const struct document_writer *w, const struct document_node *node)
{
    return !w->quoted && node->style == DOCUMENT_PLAIN && node->text.len && !node->tag.len;
}

static void write_tag(struct document_writer *w, struct view tag)
{
    if (tag.len == 0 || w->quoted || view_starts(tag, VIEW("!!")))
        return;
    if (tag.ptr[0] == '!')
        buf_addf(w->out, "%.*s ", VIEW_ARG(tag));
    else
        buf_addf(w->out, "!<%.*s> ", VIEW_ARG(tag));
}

void document_write_scalar(struct document_writer *w, const struct document_node *node,
                           const struct document_node *like)
{
    write_tag(w, node->tag);
    if (node->kind == DOCUMENT_STRING)
        write_string(w, node->text, like);
    else if (node->kind == DOCUMENT_NULL)
        buf_add_str(w->out, "null");
    else if (node->kind == DOCUMENT_BOOL)
        buf_add_str(w->out, node->boolean ? "true" : "false");
    else if (is_as_written(w, node))
        buf_add(w->out, node->text);
    else if (node->kind == DOCUMENT_INTEGER)
        buf_addf(w->out, "%" PRId64, node->integer);
    else if (node->kind == DOCUMENT_FLOAT)
        write_float(w, node->number);
    else
        w->out->failed = ERROR_INPUT; /* a collection as a key */
}

static void write_key(struct document_writer *w, const struct document_node *key)
{
    document_write_scalar(w, key, NULL);
    buf_add_str(w->out, w->layout.tight ? ":" : ": ");
}

static const struct document_node *child_at(const struct document_node *node, size_t i)
{
    return node->kind == DOCUMENT_MAPPING ? node->mapping.pairs[i].value : node->sequence.items[i];
}

static bool is_passed_over(const struct document_node *node, size_t i)
{
    return node->kind == DOCUMENT_MAPPING && node->mapping.pairs[i].replaced;
}

void document_write_flow(struct document_writer *w, const struct document_node *node)
{
    bool mapping = node->kind == DOCUMENT_MAPPING, outer = w->flow, first = true;

    if (node->kind < DOCUMENT_SEQUENCE) {
        document_write_scalar(w, node, NULL);
        return;
    }
    w->flow = true;
    write_tag(w, node->tag);
    buf_add_char(w->out, mapping ? '{' : '[');
    for (size_t i = 0; i < document_count(node); i++) {
        if (is_passed_over(node, i))
            continue;
        if (!first)
            buf_add_str(w->out, w->layout.tight ? "," : ", ");
        first = false;
        if (mapping)
            write_key(w, node->mapping.pairs[i].key);
        document_write_flow(w, child_at(node, i));
    }
    buf_add_char(w->out, mapping ? '}' : ']');
    w->flow = outer;
}

void document_write_lines(struct document_writer *w, const struct document_node *node,
                          unsigned indent)
{
    bool mapping = node->kind == DOCUMENT_MAPPING, first = true;

    if (node->kind < DOCUMENT_SEQUENCE || document_count(node) == 0) {
        document_write_flow(w, node);
        return;
    }
    w->flow = true;
    buf_add_char(w->out, mapping ? '{' : '[');
    for (size_t i = 0; i < document_count(node); i++) {
        if (is_passed_over(node, i))
            continue;
        if (!first)
            buf_add_char(w->out, ',');
        first = false;
        document_write_newline(w, indent + w->layout.step);
        if (mapping)
            write_key(w, node->mapping.pairs[i].key);
        document_write_lines(w, child_at(node, i), indent + w->layout.step);
    }
    document_write_newline(w, indent);
    buf_add_char(w->out, mapping ? '}' : ']');
}

bool document_write_is_block(const struct document_node *node)
{
    return document_count(node) > 0;
}

void document_write_entry(struct document_writer *w, const struct document_node *key,
                          const struct document_node *value, unsigned indent)
{
    bool block = document_write_is_block(value);
    unsigned inner = indent + (value->kind == DOCUMENT_MAPPING ? w->layout.step : w->layout.dash);

    if (!key) {
        buf_add_str(w->out, "- ");
        if (block)
            document_write_block(w, value, indent + 2);
        else
            document_write_flow(w, value);
        return;
    }
    document_write_scalar(w, key, NULL);
    buf_add_char(w->out, ':');
    if (block) {
        document_write_newline(w, inner);
        document_write_block(w, value, inner);
    } else {
        buf_add_char(w->out, ' ');
        document_write_flow(w, value);
    }
}

void document_write_block(struct document_writer *w, const struct document_node *node,
                          unsigned indent)
{
    bool first = true;

    for (size_t i = 0; i < document_count(node); i++) {
        if (is_passed_over(node, i))
            continue;
        if (!first)
            document_write_newline(w, indent);
        first = false;
        document_write_entry(w, node->kind == DOCUMENT_MAPPING ? node->mapping.pairs[i].key : NULL,
                             child_at(node, i), indent);
    }
}
