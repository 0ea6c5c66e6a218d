#include "rule/scalar-place.h"

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t solid_bytes(struct view text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += !is_blank(text.ptr[i]);
    return count;
}

/* Behind the tag and anchor that may stand before a scalar. */
static size_t skip_properties(struct view raw)
{
    size_t at = 0;

    while (at < raw.len && (raw.ptr[at] == '!' || raw.ptr[at] == '&')) {
        while (at < raw.len && !is_blank(raw.ptr[at]))
            at++;
        while (at < raw.len && is_blank(raw.ptr[at]))
            at++;
    }
    return at;
}

/* Behind the line with "|" or ">", or behind the opening quote. */
static size_t skip_opening(struct view raw, enum document_style style)
{
    size_t at = skip_properties(raw);
    ptrdiff_t line;

    switch (style) {
    case DOCUMENT_LITERAL:
    case DOCUMENT_FOLDED:
        line = view_find(view_sub(raw, at, raw.len), '\n');
        return line < 0 ? raw.len : at + (size_t)line + 1;
    case DOCUMENT_SINGLE_QUOTED:
    case DOCUMENT_DOUBLE_QUOTED:
        return at + 1;
    default:
        return at;
    }
}

static size_t utf8_size(uint32_t rune)
{
    return rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
}

static uint32_t hex_value(struct view digits)
{
    uint32_t value = 0;

    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];

        value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

/* An escape of a double-quoted scalar (YAML 1.1, 5.6): its length, and the
 * bytes, blanks not counted, that it stands for. */
static size_t escape_length(struct view raw, size_t *ret_solid)
{
    static const struct {
        char name;
        size_t digits, solid;
    } escapes[] = {
        {'x', 2, 0}, {'u', 4, 0},  {'U', 8, 0},  {'N', 0, 2},  {'_', 0, 2}, {'L', 0, 3},
        {'P', 0, 3}, {'n', 0, 0},  {'t', 0, 0},  {'r', 0, 0},  {'v', 0, 0}, {'f', 0, 0},
        {' ', 0, 0}, {'\t', 0, 0}, {'\n', 0, 0}, {'\r', 0, 0},
    };
    char name = raw.len > 1 ? raw.ptr[1] : ' ';

    *ret_solid = 1;
    for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
        uint32_t rune;

        if (escapes[i].name != name)
            continue;
        *ret_solid = escapes[i].solid;
        if (escapes[i].digits == 0)
            return 2;
        rune = hex_value(view_sub(raw, 2, escapes[i].digits));
        *ret_solid = rune < 0x80 && is_blank((char)rune) ? 0 : utf8_size(rune);
        return 2 + escapes[i].digits;
    }
    return 2;
}

/* One written byte or escape: its length, and the solid bytes it stands for. */
static size_t step_length(struct view raw, enum document_style style, size_t *ret_solid)
{
    if (style == DOCUMENT_DOUBLE_QUOTED && raw.ptr[0] == '\\')
        return escape_length(raw, ret_solid);
    *ret_solid = !is_blank(raw.ptr[0]);
    return style == DOCUMENT_SINGLE_QUOTED && view_starts(raw, VIEW("''")) ? 2 : 1;
}

size_t scalar_place(struct view text, const struct document_node *node, size_t offset)
{
    struct view raw = view_sub(text, node->start.offset, node->end.offset - node->start.offset);
    size_t wanted = solid_bytes(view_sub(node->text, 0, offset)), seen = 0, behind;
    bool solid = offset < node->text.len && !is_blank(node->text.ptr[offset]);
    size_t at = skip_opening(raw, node->style);

    behind = at;
    while (at < raw.len) {
        size_t count, length = step_length(view_sub(raw, at, raw.len), node->style, &count);

        if (count && seen + count > wanted)
            return node->start.offset + (solid ? at : behind);
        at += length;
        seen += count;
        if (count)
            behind = at;
    }
    return node->start.offset + (behind < raw.len ? behind : raw.len);
}
