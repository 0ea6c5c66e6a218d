/* A condition of any bytes: refused with a place inside it, or parsed; what is
 * written of the tree parses to the same tree, so it is written alike again. */
#include <stdlib.h>

#include "rule/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_LIMIT = EXPRESSION_TEXT_LIMIT };

static void check_fault(struct view text, const struct expression_fault *fault,
                        const struct error *err)
{
    if (!error_is_set(err) || fault->offset > text.len || fault->length == 0)
        abort();
}

static bool same_term(const struct rule_term *a, const struct rule_term *b)
{
    if (a->kind != b->kind || !view_eq(a->text, b->text) || a->quoted != b->quoted ||
        a->transformer != b->transformer || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_term(&a->items[i], &b->items[i]))
            return false;
    return true;
}

static bool same_tree(const struct expression *a, const struct expression *b)
{
    if (a->kind != b->kind ||
        a->operator!= b->operator|| a->modifier != b->modifier ||
        a->child_count != b->child_count || !same_term(&a->left, &b->left) ||
        !same_term(&a->right, &b->right))
        return false;
    for (size_t i = 0; i < a->child_count; i++)
        if (!same_tree(a->children[i], b->children[i]))
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(256 << 20);
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    const struct expression *tree, *again;
    struct view input = view_from(data, size);
    struct expression_fault fault;
    struct error err = ERROR_INIT;

    if (!arena)
        return 0;
    if (expression_parse(input, arena, &tree, &fault, &err)) {
        check_fault(input, &fault, &err);
        return 0;
    }
    expression_write(tree, &text);
    if (buf_failed(&text, "condition", NULL))
        return 0;
    /* Every chain and "not" is in parentheses then, which may be too deep. */
    if (expression_parse(buf_view(&text), arena, &again, &fault, &err)) {
        if (err.kind != ERROR_LIMIT)
            abort();
        return 0;
    }
    if (!same_tree(tree, again))
        abort();
    return 0;
}
