/* Any bytes as YAML and as JSON: every value has its place in the text, within
 * its parent's, with the line and column that the offset has.
 */
#include <stdlib.h>

#include "codec/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_LIMIT = 64 << 20, CHECKED_NODES = 2000 };

struct checker {
    struct view text;
    size_t left; /* nodes still to be looked at: aliases make graphs of documents */
};

/* By the rules of document-place.h, counted anew for each mark. */
static void check_mark(struct view text, struct document_mark mark)
{
    uint32_t line = 1, column = 1;

    if (mark.offset > text.len)
        abort();
    for (size_t at = 0; at < mark.offset; at++) {
        struct view rest = view_sub(text, at, SIZE_MAX);
        bool breaks =
            rest.ptr[0] == '\n' || (rest.ptr[0] == '\r' && !view_starts(rest, VIEW("\r\n")));

        if (column == 1 && view_starts(rest, VIEW("\xef\xbb\xbf")))
            at += 2;
        else
            column += ((unsigned char)rest.ptr[0] & 0xc0) != 0x80;
        line += breaks;
        column = breaks ? 1 : column;
    }
    if (line != mark.line || column != mark.column)
        abort();
}

static void check_node(struct checker *c, const struct document_node *node,
                       const struct document_node *parent, bool merged, size_t depth)
{
    bool elsewhere = merged || (parent && node->aliased);

    if (c->left == 0)
        return;
    c->left--;
    if (depth > DOCUMENT_DEPTH_LIMIT * 2 || node->end.offset < node->start.offset)
        abort();
    check_mark(c->text, node->start);
    check_mark(c->text, node->end);
    if (parent && !elsewhere &&
        (node->start.offset < parent->start.offset || node->end.offset > parent->end.offset))
        abort();
    for (size_t i = 0; i < document_count(node); i++) {
        if (node->kind == DOCUMENT_SEQUENCE) {
            check_node(c, node->sequence.items[i], node, false, depth + 1);
            continue;
        }
        check_node(c, node->mapping.pairs[i].key, node, node->mapping.pairs[i].merged, depth + 1);
        check_node(c, node->mapping.pairs[i].value, node, node->mapping.pairs[i].merged, depth + 1);
    }
}

static void check_key(const struct document_node *node)
{
    for (size_t i = 0; node && node->kind == DOCUMENT_MAPPING && i < document_count(node); i++) {
        const struct document_pair *pair = &node->mapping.pairs[i];

        if (!pair->replaced && pair->key->kind == DOCUMENT_STRING &&
            document_get(node, pair->key->text) != pair->value)
            abort();
    }
}

static void check(struct view text, enum document_format format)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct document_set set = {0};
    struct error err = ERROR_INIT;
    size_t before = 0;

    if (!arena || document_parse(text, format, arena, &set, &err) < 0) {
        if (arena && err.kind == ERROR_NONE)
            abort();
        return;
    }
    for (size_t i = 0; i < set.count; i++) {
        struct checker checker = {set.text, CHECKED_NODES};
        const struct document *document = &set.list[i];

        if (document->start.offset < before || document->start.offset > text.len ||
            (document->root && document->error))
            abort();
        before = document->start.offset;
        if (document->error)
            check_mark(set.text, document->error_mark);
        if (document->root)
            check_node(&checker, document->root, NULL, false, 0);
        check_key(document->root);
    }
    if (set.count == 0 && format == DOCUMENT_JSON)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check(view_from(data, size), DOCUMENT_YAML);
    check(view_from(data, size), DOCUMENT_MANIFEST);
    check(view_from(data, size), DOCUMENT_JSON);
    return 0;
}
