#include "codec/document.h"

#include <stdarg.h>

#include "codec/document-read.h"

struct document *document_set_add(struct document_set *set, struct arena *arena, struct error *err)
{
    struct document *document;

    if (set->count == DOCUMENT_COUNT_LIMIT) {
        error_set(err, ERROR_LIMIT, "it has more than %d documents", DOCUMENT_COUNT_LIMIT);
        return NULL;
    }
    document = arena_push(arena, &set->list, &set->count, sizeof(*document));
    if (!document)
        arena_failed(arena, "the document", err);
    return document;
}

void document_break(struct document *document, struct document_mark mark, const struct error *fault,
                    struct arena *arena)
{
    static const struct error unsaid = {ERROR_MEMORY, "out of memory", ""};
    struct error *error = arena_alloc(arena, sizeof(*error));

    document->root = NULL;
    document->error = error ? error : &unsaid;
    document->error_mark = mark;
    if (!error)
        return;
    *error = *fault;
    error_wrap(error, "line %u, column %u", mark.line, mark.column);
}

bool document_is_fatal(const struct error *err, const struct arena *arena)
{
    return err->kind == ERROR_MEMORY || arena_failed(arena, "the document", NULL) < 0;
}

/* Text of two or four bytes a letter, by its mark or its first letter. */
static bool is_wide(struct view text)
{
    static const struct view starts[] = {VIEW("\xff\xfe"), VIEW("\xfe\xff"), VIEW("\0\0\xfe\xff")};

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
        if (view_starts(text, starts[i]))
            return true;
    return text.len >= 2 && !text.ptr[0] != !text.ptr[1];
}

static int refuse_wide(struct document_set *set, struct arena *arena, struct error *err)
{
    struct document *document = document_set_add(set, arena, err);
    struct error fault = ERROR_INIT;

    if (!document)
        return err ? err->kind : ERROR_LIMIT;
    error_set(&fault, ERROR_UNSUPPORTED, "the text is UTF-16 or UTF-32, not UTF-8");
    error_hint(&fault, "save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8");
    document->start = document_place_at_start(set->text).mark;
    document_break(document, document->start, &fault, arena);
    return 0;
}

int document_parse(struct view text, enum document_format format, struct arena *arena,
                   struct document_set *ret, struct error *err)
{
    struct document_set set = {.format = format};
    struct error own = ERROR_INIT;
    int r;

    if (text.len > DOCUMENT_TEXT_LIMIT)
        return error_set(err, ERROR_LIMIT, "the text is longer than %d MiB",
                         DOCUMENT_TEXT_LIMIT >> 20);
    set.text = arena_copy(arena, text);
    if (set.text.len != text.len)
        return arena_failed(arena, "the document", err);
    if (is_wide(set.text))
        r = refuse_wide(&set, arena, &own);
    else if (format == DOCUMENT_JSON)
        r = document_read_json(&set, arena, &own);
    else
        r = document_read_yaml(&set, arena, &own);
    if (r == 0)
        *ret = set;
    else if (err)
        *err = own;
    return r;
}

static bool is_key(const struct document_node *key, struct view name)
{
    return key->kind > DOCUMENT_NULL && key->kind < DOCUMENT_SEQUENCE && view_eq(key->text, name);
}

const struct document_node *document_get(const struct document_node *node, struct view key)
{
    if (!node || node->kind != DOCUMENT_MAPPING)
        return NULL;
    for (size_t i = 0; i < node->mapping.count; i++) {
        const struct document_pair *pair = &node->mapping.pairs[i];

        if (!pair->replaced && is_key(pair->key, key))
            return pair->value;
    }
    return NULL;
}

const struct document_node *document_path(const struct document_node *node, const char *key, ...)
{
    va_list args;

    va_start(args, key);
    for (; key && node; key = va_arg(args, const char *))
        node = document_get(node, view_of(key));
    va_end(args);
    return node;
}

struct view document_text(const struct document_node *node)
{
    if (!node || node->kind == DOCUMENT_NULL || node->kind >= DOCUMENT_SEQUENCE)
        return VIEW_EMPTY;
    return node->text;
}

struct view document_get_text(const struct document_node *node, struct view key)
{
    return document_text(document_get(node, key));
}

bool document_is_absent(const struct document_node *node)
{
    return !node || node->kind == DOCUMENT_NULL;
}

size_t document_count(const struct document_node *node)
{
    if (!node || node->kind < DOCUMENT_SEQUENCE)
        return 0;
    return node->kind == DOCUMENT_SEQUENCE ? node->sequence.count : node->mapping.count;
}

const struct document_node *document_item(const struct document_node *node, size_t i)
{
    if (!node || node->kind != DOCUMENT_SEQUENCE || i >= node->sequence.count)
        return NULL;
    return node->sequence.items[i];
}
