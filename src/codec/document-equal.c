#include <math.h>

#include "codec/document.h"

static size_t next_counting(const struct document_node *node, size_t i)
{
    while (i < node->mapping.count && node->mapping.pairs[i].replaced)
        i++;
    return i;
}

static size_t counting(const struct document_node *node)
{
    size_t count = 0;

    for (size_t i = 0; i < node->mapping.count; i++)
        count += !node->mapping.pairs[i].replaced;
    return count;
}

static bool same_key(const struct document_node *a, const struct document_node *b)
{
    if (a->kind >= DOCUMENT_SEQUENCE || b->kind >= DOCUMENT_SEQUENCE)
        return document_equal(a, b);
    return view_eq(a->text, b->text);
}

/* The pair of that key; looked for at `guess` first, as equal mappings mostly
 * have equal order. */
static const struct document_pair *find_pair(const struct document_node *node,
                                             const struct document_node *key, size_t guess)
{
    const struct document_pair *pairs = node->mapping.pairs;

    if (guess < node->mapping.count && !pairs[guess].replaced && same_key(pairs[guess].key, key))
        return &pairs[guess];
    for (size_t i = 0; i < node->mapping.count; i++)
        if (!pairs[i].replaced && same_key(pairs[i].key, key))
            return &pairs[i];
    return NULL;
}

static bool equal_mappings(const struct document_node *a, const struct document_node *b)
{
    size_t guess = 0;

    if (counting(a) != counting(b))
        return false;
    for (size_t i = next_counting(a, 0); i < a->mapping.count; i = next_counting(a, i + 1)) {
        const struct document_pair *other;

        guess = next_counting(b, guess);
        other = find_pair(b, a->mapping.pairs[i].key, guess);
        if (!other || !document_equal(a->mapping.pairs[i].value, other->value))
            return false;
        guess = (size_t)(other - b->mapping.pairs) + 1;
    }
    return true;
}

static bool equal_sequences(const struct document_node *a, const struct document_node *b)
{
    if (a->sequence.count != b->sequence.count)
        return false;
    for (size_t i = 0; i < a->sequence.count; i++)
        if (!document_equal(a->sequence.items[i], b->sequence.items[i]))
            return false;
    return true;
}

bool document_equal(const struct document_node *a, const struct document_node *b)
{
    if (a == b || !a || !b)
        return a == b;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case DOCUMENT_NULL:
        return true;
    case DOCUMENT_BOOL:
        return a->boolean == b->boolean;
    case DOCUMENT_INTEGER:
        return a->integer == b->integer;
    case DOCUMENT_FLOAT:
        return a->number == b->number || (isnan(a->number) && isnan(b->number));
    case DOCUMENT_STRING:
        return view_eq(a->text, b->text);
    case DOCUMENT_SEQUENCE:
        return equal_sequences(a, b);
    case DOCUMENT_MAPPING:
        return equal_mappings(a, b);
    }
    return false;
}
