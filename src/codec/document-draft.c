#include "codec/document-draft.h"

#include "base/text.h"

static const struct document_node empty_mapping = {.kind = DOCUMENT_MAPPING,
                                                   .style = DOCUMENT_FLOW};
static const struct document_node empty_sequence = {.kind = DOCUMENT_SEQUENCE,
                                                    .style = DOCUMENT_FLOW};

struct document_draft *document_draft_new(const struct document_node *node, struct arena *arena)
{
    struct document_draft *draft = arena_alloc(arena, sizeof(*draft));

    if (draft)
        draft->node = node;
    return draft;
}

static bool is_collection(const struct document_node *node)
{
    return node->kind >= DOCUMENT_SEQUENCE;
}

static int open_draft(struct document_draft *d, struct arena *arena, struct error *err)
{
    struct document_draft_child *child = NULL;

    if (d->open)
        return 0;
    d->open = true;
    for (size_t i = 0; i < document_count(d->node); i++) {
        child = arena_push(arena, &d->children, &d->count, sizeof(*child));
        if (!child)
            return arena_failed(arena, "the edit", err);
        if (d->node->kind == DOCUMENT_SEQUENCE) {
            child->value = d->node->sequence.items[i];
            continue;
        }
        child->key = d->node->mapping.pairs[i].key;
        child->value = d->node->mapping.pairs[i].value;
        child->merged = d->node->mapping.pairs[i].merged;
        child->replaced = d->node->mapping.pairs[i].replaced;
        child->merge = d->node->mapping.pairs[i].merge;
    }
    return 0;
}

static bool has_key(const struct document_draft_child *child, struct view key)
{
    return !child->replaced && child->key->kind > DOCUMENT_NULL &&
           child->key->kind < DOCUMENT_SEQUENCE && view_eq(child->key->text, key);
}

static struct document_draft_child *find_key(struct document_draft *d, struct view key)
{
    for (size_t i = 0; i < d->count; i++)
        if (!d->children[i].removed && has_key(&d->children[i], key))
            return &d->children[i];
    return NULL;
}

static struct document_draft_child *find_child(struct document_draft *d,
                                               const struct document_step *step)
{
    if (step->key.ptr)
        return find_key(d, step->key);
    return step->index < d->count && !d->children[step->index].removed ? &d->children[step->index]
                                                                       : NULL;
}

/* A key or item without a value yet, behind the others. */
static struct document_draft_child *add_child(struct document_draft *d,
                                              const struct document_node *key,
                                              const struct document_node *value,
                                              struct arena *arena)
{
    struct document_draft_child *child = arena_push(arena, &d->children, &d->count, sizeof(*child));

    if (!child)
        return NULL;
    child->key = key;
    child->draft = document_draft_new(value, arena);
    if (child->draft)
        child->draft->fresh = true;
    return child->draft ? child : NULL;
}

static struct document_node *key_node(struct view text, struct arena *arena)
{
    struct document_node *key = arena_alloc(arena, sizeof(*key));

    if (!key)
        return NULL;
    key->kind = DOCUMENT_STRING;
    key->text = text.len ? arena_copy(arena, text) : text;
    return key;
}

const struct document_node *document_draft_child_tree(const struct document_draft_child *child,
                                                      struct arena *arena)
{
    return child->draft ? document_draft_tree(child->draft, arena) : child->value;
}

static bool is_live(const struct document_draft_child *child)
{
    return !child->removed && !child->replaced;
}

static const struct document_node *mapping_tree(const struct document_draft *d,
                                                struct document_node *node, struct arena *arena)
{
    struct document_pair *pairs = arena_array(arena, d->count, sizeof(*pairs));
    size_t count = 0;

    for (size_t i = 0; pairs && i < d->count; i++) {
        const struct document_node *value;

        if (!is_live(&d->children[i]))
            continue;
        value = document_draft_child_tree(&d->children[i], arena);
        if (!value)
            return NULL;
        pairs[count++] = (struct document_pair){d->children[i].key, value, .merged = false};
    }
    node->mapping.pairs = pairs;
    node->mapping.count = count;
    return pairs ? node : NULL;
}

static const struct document_node *sequence_tree(const struct document_draft *d,
                                                 struct document_node *node, struct arena *arena)
{
    const struct document_node **items = arena_array(arena, d->count, sizeof(*items));
    size_t count = 0;

    for (size_t i = 0; items && i < d->count; i++) {
        if (!is_live(&d->children[i]))
            continue;
        items[count] = document_draft_child_tree(&d->children[i], arena);
        if (!items[count++])
            return NULL;
    }
    node->sequence.items = items;
    node->sequence.count = count;
    return items ? node : NULL;
}

const struct document_node *document_draft_tree(const struct document_draft *draft,
                                                struct arena *arena)
{
    struct document_node *node;

    if (!draft->open)
        return draft->node;
    node = arena_alloc(arena, sizeof(*node));
    if (!node)
        return NULL;
    node->kind = draft->node->kind;
    node->style = draft->node->style;
    node->tag = draft->node->tag;
    return node->kind == DOCUMENT_MAPPING ? mapping_tree(draft, node, arena)
                                          : sequence_tree(draft, node, arena);
}

static void become(struct document_draft *d, const struct document_node *node)
{
    *d = (struct document_draft){.node = node, .fresh = true};
}

/* The draft of a child, made when it has none. */
static struct document_draft *touch(struct document_draft_child *child, struct arena *arena)
{
    if (!child->draft)
        child->draft = document_draft_new(child->value, arena);
    return child->draft;
}

static int set_value(struct document_draft *d, const struct document_node *value,
                     struct arena *arena, struct error *err);

static int set_child(struct document_draft *d, struct document_draft_child *child,
                     const struct document_node *key, const struct document_node *value,
                     struct arena *arena, struct error *err)
{
    struct document_draft *draft;

    if (!child)
        return add_child(d, key, value, arena) ? 0 : arena_failed(arena, "the edit", err);
    draft = touch(child, arena);
    return draft ? set_value(draft, value, arena, err) : arena_failed(arena, "the edit", err);
}

static int set_mapping(struct document_draft *d, const struct document_node *value,
                       struct arena *arena, struct error *err)
{
    int r = 0;

    for (size_t i = 0; i < d->count; i++)
        if (!d->children[i].merge && !document_get(value, d->children[i].key->text))
            d->children[i].removed = true;
    for (size_t i = 0; r == 0 && i < value->mapping.count; i++) {
        const struct document_pair *pair = &value->mapping.pairs[i];

        if (!pair->replaced)
            r = set_child(d, find_key(d, pair->key->text), pair->key, pair->value, arena, err);
    }
    return r;
}

static int set_sequence(struct document_draft *d, const struct document_node *value,
                        struct arena *arena, struct error *err)
{
    size_t used = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < d->count; i++) {
        if (d->children[i].removed)
            continue;
        if (used == value->sequence.count)
            d->children[i].removed = true;
        else
            r = set_child(d, &d->children[i], NULL, value->sequence.items[used++], arena, err);
    }
    for (; r == 0 && used < value->sequence.count; used++)
        r = set_child(d, NULL, NULL, value->sequence.items[used], arena, err);
    return r;
}

/* Can the children be matched by key or by index? */
static bool is_alike(const struct document_node *a, const struct document_node *b)
{
    if (!is_collection(a) || a->kind != b->kind || !document_count(a) || !document_count(b))
        return false;
    for (size_t i = 0; a->kind == DOCUMENT_MAPPING && i < document_count(a); i++)
        if (is_collection(a->mapping.pairs[i].key) ||
            a->mapping.pairs[i].key->kind == DOCUMENT_NULL)
            return false;
    for (size_t i = 0; a->kind == DOCUMENT_MAPPING && i < document_count(b); i++)
        if (is_collection(b->mapping.pairs[i].key) ||
            b->mapping.pairs[i].key->kind == DOCUMENT_NULL)
            return false;
    return true;
}

static int set_value(struct document_draft *d, const struct document_node *value,
                     struct arena *arena, struct error *err)
{
    const struct document_node *now = document_draft_tree(d, arena);

    if (!now)
        return arena_failed(arena, "the edit", err);
    if (document_equal(now, value))
        return 0;
    if (!is_alike(now, value) || !is_alike(d->node, value)) {
        become(d, value);
        return 0;
    }
    if (open_draft(d, arena, err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    return value->kind == DOCUMENT_MAPPING ? set_mapping(d, value, arena, err)
                                           : set_sequence(d, value, arena, err);
}

/* Nothing, null or an empty collection may become what the path needs. */
static bool is_blank(const struct document_draft *d)
{
    return d->node->kind == DOCUMENT_NULL ||
           (is_collection(d->node) && !d->open && document_count(d->node) == 0);
}

static const char *kind_name(enum document_kind kind)
{
    static const char *const names[] = {
        TR_KEY("null"),     TR_KEY("a boolean"),  TR_KEY("a number"),  TR_KEY("a number"),
        TR_KEY("a string"), TR_KEY("a sequence"), TR_KEY("a mapping"),
    };

    return tr(names[kind]);
}

/* Makes `d` the kind of collection that the path goes on in. */
static int need_kind(struct document_draft *d, enum document_kind kind, struct arena *arena,
                     struct error *err)
{
    if (d->node->kind != kind && is_blank(d))
        become(d, kind == DOCUMENT_MAPPING ? &empty_mapping : &empty_sequence);
    if (d->node->kind == kind)
        return open_draft(d, arena, err);
    return error_set(err, ERROR_INPUT, "line %u: this is %s, not %s", d->node->start.line,
                     kind_name(d->node->kind), kind_name(kind));
}

static int remove_child(struct document_draft *d, const struct document_step *step)
{
    for (size_t i = 0; i < d->count; i++) {
        struct document_draft_child *child = &d->children[i];

        if (child->merge)
            continue;
        if (step->key.ptr
                ? child->key->kind < DOCUMENT_SEQUENCE && view_eq(child->key->text, step->key)
                : i == step->index)
            child->removed = true;
    }
    return 0;
}

/* One step down; `*ret` is NULL when there is nothing and nothing is made. */
static int walk(struct document_draft *d, const struct document_step *step, bool create,
                struct arena *arena, struct document_draft **ret, struct error *err)
{
    static const struct document_node nothing = {.kind = DOCUMENT_NULL};
    enum document_kind kind = step->key.ptr ? DOCUMENT_MAPPING : DOCUMENT_SEQUENCE;
    struct document_draft_child *child;

    *ret = NULL;
    if (!create && d->node->kind != kind)
        return 0;
    if (need_kind(d, kind, arena, err) < 0)
        return err ? err->kind : ERROR_INPUT;
    child = find_child(d, step);
    if (!child && create && !step->key.ptr)
        return error_set(err, ERROR_NOT_FOUND, "line %u: the list has no item %zu",
                         d->node->start.line, step->index);
    if (!child && create) {
        struct document_node *key = key_node(step->key, arena);

        child = key ? add_child(d, key, &nothing, arena) : NULL;
        if (!child)
            return arena_failed(arena, "the edit", err);
    }
    *ret = child ? touch(child, arena) : NULL;
    return child && !*ret ? arena_failed(arena, "the edit", err) : 0;
}

static int add_item(struct document_draft *d, const struct document_node *value,
                    struct arena *arena, struct error *err)
{
    int r = need_kind(d, DOCUMENT_SEQUENCE, arena, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < d->count; i++)
        if (is_live(&d->children[i]) &&
            document_equal(document_draft_child_tree(&d->children[i], arena), value))
            return 0;
    return set_child(d, NULL, NULL, value, arena, err);
}

int document_draft_edit(struct document_draft *root, const struct document_edit *edit,
                        struct arena *arena, struct error *err)
{
    bool create = edit->verb != DOCUMENT_EDIT_REMOVE;
    size_t length = edit->length - !create;
    struct document_draft *d = root;

    if (!create && edit->length == 0)
        return error_set(err, ERROR_USAGE, "a whole document can't be removed");
    for (size_t i = 0; d && i < length; i++) {
        int r = walk(d, &edit->path[i], create, arena, &d, err);

        if (r < 0)
            return r;
    }
    if (!d)
        return 0;
    if (edit->verb == DOCUMENT_EDIT_SET)
        return set_value(d, edit->value, arena, err);
    if (edit->verb == DOCUMENT_EDIT_ADD)
        return add_item(d, edit->value, arena, err);
    if (d->node->kind != (edit->path[length].key.ptr ? DOCUMENT_MAPPING : DOCUMENT_SEQUENCE))
        return 0;
    return open_draft(d, arena, err) < 0 ? ERROR_MEMORY : remove_child(d, &edit->path[length]);
}
