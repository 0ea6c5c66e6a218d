/* Any document with edits made of the same bytes: the new text parses, means
 * what a model of the edits says, and making them again changes nothing.
 *
 * The first bytes are edits, up to a NUL; the rest is the text.
 */
#include <stdlib.h>

#include "base/cursor.h"
#include "codec/document-edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_LIMIT = 64 << 20, EDITS = 6, STEPS = 6, EXPANDED_LIMIT = 20000 };

static const char *const values[] = {
    "true", "x",         "'1'",   "{}",      "[]",     "{a: 1, b: [x, {c: d}]}", "[a, {b: c}]",
    "null", "\"a\\nb\"", "' # '", "{k: {}}", "-1.5e3", "\"\\u2028\\x01\"",       "'- a: b'",
};

static const struct view keys[] = {VIEW("a"), VIEW("b"), VIEW("new: key"), VIEW("c"), VIEW("")};

/* Walks down the tree as the bytes say, and sometimes off it. */
static size_t make_path(struct cursor *c, const struct document_node *node,
                        struct document_step *steps)
{
    size_t length = cursor_u8(c) % STEPS;

    for (size_t i = 0; i < length; i++) {
        size_t count = document_count(node), pick = cursor_u8(c);
        const struct document_node *next = NULL;

        steps[i] = (struct document_step){keys[pick % 5], 0};
        if (steps[i].key.len == 0)
            steps[i].key = VIEW("");
        if (count && node->kind == DOCUMENT_SEQUENCE) {
            steps[i] = DOCUMENT_INDEX(pick % (count + (pick > 250)));
            next = document_item(node, steps[i].index);
        } else if (count && pick < 200) {
            const struct document_pair *pair = &node->mapping.pairs[pick % count];

            if (pair->key->kind > DOCUMENT_NULL && pair->key->kind < DOCUMENT_SEQUENCE)
                steps[i].key = pair->key->text.ptr ? pair->key->text : VIEW("");
            next = document_get(node, steps[i].key);
        }
        node = next;
    }
    return length;
}

static size_t count_nodes(const struct document_node *node, size_t limit)
{
    size_t count = 1;

    for (size_t i = 0; i < document_count(node) && count < limit; i++)
        count += count_nodes(node->kind == DOCUMENT_MAPPING ? node->mapping.pairs[i].value
                                                            : node->sequence.items[i],
                             limit - count);
    return count;
}

static size_t make_edits(struct cursor *c, const struct document_set *set, struct arena *arena,
                         struct document_edit *edits)
{
    size_t count = 1 + cursor_u8(c) % EDITS;

    for (size_t i = 0; i < count; i++) {
        struct document_step *steps = arena_array(arena, STEPS, sizeof(*steps));
        size_t document = cursor_u8(c) % set->count;

        if (!steps)
            abort();
        edits[i] = (struct document_edit){
            .verb = (enum document_edit_verb)(cursor_u8(c) % 3),
            .document = document,
            .path = steps,
            .length = make_path(c, set->list[document].root, steps),
        };
        if (document_edit_value(
                view_of(values[cursor_u8(c) % (sizeof(values) / sizeof(values[0]))]), arena,
                &edits[i].value, NULL) < 0)
            abort();
    }
    return count;
}

static const struct document_node *find(const struct document_node *node,
                                        const struct document_edit *edit)
{
    for (size_t i = 0; node && i < edit->length; i++)
        node = edit->path[i].key.ptr ? document_get(node, edit->path[i].key)
                                     : document_item(node, edit->path[i].index);
    return node;
}

/* One edit: the place must be as wanted, and nothing but the way to it differ. */
static void check_place(const struct document_set *after, const struct document_edit *edit)
{
    const struct document_node *now = find(after->list[edit->document].root, edit);

    if (edit->verb == DOCUMENT_EDIT_SET && !document_equal(now, edit->value) &&
        !(edit->length == 0 && !now && edit->value->kind == DOCUMENT_NULL))
        abort();
    if (edit->verb == DOCUMENT_EDIT_REMOVE && edit->path[edit->length - 1].key.ptr && now)
        abort();
    for (size_t i = 0; edit->verb == DOCUMENT_EDIT_ADD && i < document_count(now); i++)
        if (document_equal(document_item(now, i), edit->value))
            return;
    if (edit->verb == DOCUMENT_EDIT_ADD)
        abort();
}

static void check_other(const struct document_node *before, const struct document_node *after,
                        const struct document_edit *edit, size_t step)
{
    const struct document_step *way = &edit->path[step];

    if (step == edit->length || !before || !after || before->kind != after->kind ||
        before->kind < DOCUMENT_SEQUENCE)
        return;
    for (size_t i = 0; i < document_count(before); i++) {
        const struct document_pair *pair = &before->mapping.pairs[i];
        bool list = before->kind == DOCUMENT_SEQUENCE;
        bool on_way = list ? !way->key.ptr && i == way->index
                           : way->key.ptr && pair->key->kind < DOCUMENT_SEQUENCE &&
                                 view_eq(pair->key->text, way->key);
        const struct document_node *was = list ? before->sequence.items[i] : pair->value, *is;

        if (!list && (pair->replaced || pair->key->kind == DOCUMENT_NULL ||
                      pair->key->kind >= DOCUMENT_SEQUENCE))
            continue;
        is = list ? document_item(after, i) : document_get(after, pair->key->text);
        if (on_way && edit->verb == DOCUMENT_EDIT_REMOVE && step + 1 == edit->length && list)
            return; /* the items behind move up */
        if (on_way)
            check_other(was, is, edit, step + 1);
        else if (!document_equal(was, is))
            abort();
    }
}

static void run(struct view text, enum document_format format, struct cursor c)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct document_edit edits[EDITS];
    struct document_set set, after;
    struct view once, twice;
    bool items_removed = false;
    size_t count;

    if (!arena || document_parse(text, format, arena, &set, NULL) < 0 || set.count == 0)
        return;
    for (size_t i = 0; i < set.count; i++)
        if (count_nodes(set.list[i].root, EXPANDED_LIMIT) >= EXPANDED_LIMIT)
            return;
    count = make_edits(&c, &set, arena, edits);
    if (document_edit_apply(&set, edits, count, arena, &once, NULL) < 0)
        return;
    if (document_parse(once, format, arena, &after, NULL) < 0 || after.count != set.count)
        abort();
    if (count == 1) {
        check_place(&after, edits);
        check_other(set.list[edits->document].root, after.list[edits->document].root, edits, 0);
    }
    for (size_t i = 0; i < count; i++)
        items_removed = items_removed || (edits[i].verb == DOCUMENT_EDIT_REMOVE &&
                                          !edits[i].path[edits[i].length - 1].key.ptr);
    /* Indexes mean other items once some are gone; one edit may undo another. */
    if (items_removed || count > 1)
        return;
    if (document_edit_apply(&after, edits, count, arena, &twice, NULL) < 0 || !view_eq(once, twice))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = view_from(data, size);
    ptrdiff_t end = view_find(bytes, '\0');
    struct view text = view_sub(bytes, (size_t)(end + 1), SIZE_MAX);
    struct cursor c = cursor_of(view_sub(bytes, 0, end < 0 ? 0 : (size_t)end));

    run(text, DOCUMENT_YAML, c);
    run(text, DOCUMENT_MANIFEST, c);
    run(text, DOCUMENT_JSON, c);
    return 0;
}
