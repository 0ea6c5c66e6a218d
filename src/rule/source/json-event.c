#include "rule/source/json-event.h"

#include "codec/json-write.h"

/* ---- nodes as JSON ---- */

static void write_node(struct json_writer *writer, const struct document_node *node)
{
    switch (node->kind) {
    case DOCUMENT_NULL:
        json_write_null(writer);
        break;
    case DOCUMENT_BOOL:
        json_write_bool(writer, node->boolean);
        break;
    case DOCUMENT_INTEGER:
        json_write_int(writer, node->integer);
        break;
    case DOCUMENT_FLOAT:
        json_write_double(writer, node->number);
        break;
    case DOCUMENT_STRING:
        json_write_string(writer, node->text);
        break;
    case DOCUMENT_SEQUENCE:
        json_write_array(writer);
        for (size_t i = 0; i < node->sequence.count; i++)
            write_node(writer, node->sequence.items[i]);
        json_write_end(writer);
        break;
    case DOCUMENT_MAPPING:
        json_write_object(writer);
        for (size_t i = 0; i < node->mapping.count; i++) {
            if (node->mapping.pairs[i].replaced)
                continue;
            json_write_key(writer, document_text(node->mapping.pairs[i].key));
            write_node(writer, node->mapping.pairs[i].value);
        }
        json_write_end(writer);
        break;
    }
}

struct view json_text_of(const struct document_node *node, bool pretty, struct arena *scratch)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(JSON_EVENT_TEXT_LIMIT);
    struct json_writer writer = JSON_WRITER_INIT(&text, pretty);

    write_node(&writer, node);
    if (json_write_done(&writer, "value", NULL))
        return VIEW_EMPTY;
    return arena_copy(scratch, buf_view(&text));
}

/* ---- values ---- */

static struct rule_value *new_value(struct json_values *to)
{
    return arena_push(to->scratch, &to->items, &to->count, sizeof(*to->items));
}

void json_values_add_text(struct json_values *to, struct view text,
                          const struct document_node *node)
{
    struct rule_value *value = new_value(to);

    if (value)
        *value = (struct rule_value){.type = RULE_TEXT, .text = text, .node = node};
}

void json_values_add_number(struct json_values *to, int64_t number,
                            const struct document_node *node)
{
    struct rule_value *value = new_value(to);

    if (value)
        *value = (struct rule_value){.type = RULE_NUMBER, .number = number, .node = node};
}

void json_values_add(struct json_values *to, const struct document_node *node)
{
    if (document_is_absent(node))
        return;
    if (node->kind < DOCUMENT_SEQUENCE) {
        json_values_add_text(to, node->text, node);
    } else if (node->kind == DOCUMENT_SEQUENCE && to->flat) {
        for (size_t i = 0; i < node->sequence.count; i++)
            json_values_add(to, node->sequence.items[i]);
    } else {
        json_values_add_text(to, json_text_of(node, false, to->scratch), node);
    }
}

/* ---- pointers ---- */

/* Whether a step of a pointer, with ~0 and ~1 for "~" and "/", is this key. */
static bool is_key(struct view step, struct view key)
{
    size_t at = 0;

    for (size_t i = 0; i < step.len; i++, at++) {
        char c = step.ptr[i];

        if (c == '~' && i + 1 < step.len && (step.ptr[i + 1] == '0' || step.ptr[i + 1] == '1'))
            c = step.ptr[++i] == '0' ? '~' : '/';
        if (at >= key.len || key.ptr[at] != c)
            return false;
    }
    return at == key.len;
}

static const struct document_node *child(const struct document_node *node, struct view step)
{
    uint64_t index;

    if (node->kind == DOCUMENT_SEQUENCE)
        return view_to_u64(step, &index) ? document_item(node, index) : NULL;
    for (size_t i = 0; node->kind == DOCUMENT_MAPPING && i < node->mapping.count; i++) {
        const struct document_pair *pair = &node->mapping.pairs[i];

        if (!pair->replaced && is_key(step, document_text(pair->key)))
            return pair->value;
    }
    return NULL;
}

void json_values_add_pointer(struct json_values *to, const struct document_node *root,
                             struct view pointer)
{
    const struct document_node *node = root;

    while (pointer.len && node) {
        struct view step, rest = view_sub(pointer, 1, pointer.len);

        if (pointer.ptr[0] != '/')
            return;
        step = view_cut(&rest, '/');
        pointer = rest.ptr ? view_from(rest.ptr - 1, rest.len + 1) : VIEW_EMPTY;
        if (view_eq(step, VIEW("*"))) {
            for (size_t i = 0; i < document_count(node); i++)
                json_values_add_pointer(to, document_item(node, i), pointer);
            return;
        }
        node = child(node, step);
    }
    json_values_add(to, node);
}

const struct document_node *json_pointer(const struct document_node *root, struct view pointer)
{
    const struct document_node *node = root;

    while (pointer.len && node) {
        struct view rest = view_sub(pointer, 1, pointer.len), step;

        if (pointer.ptr[0] != '/')
            return NULL;
        step = view_cut(&rest, '/');
        pointer = rest.ptr ? view_from(rest.ptr - 1, rest.len + 1) : VIEW_EMPTY;
        node = child(node, step);
    }
    return node;
}

/* ---- extract ---- */

/* `item` of a quantifier, or what a path leads to from it. */
static void add_item(struct json_values *to, const struct document_node *node,
                     const struct rule_step *steps, size_t count)
{
    for (size_t i = 0; node && i < count; i++) {
        if (steps[i].kind == RULE_STEP_EACH) {
            for (size_t k = 0; k < document_count(node); k++)
                add_item(to, document_item(node, k), steps + i + 1, count - i - 1);
            return;
        }
        node = steps[i].kind == RULE_STEP_INDEX ? document_item(node, steps[i].index)
                                                : document_get(node, steps[i].key);
    }
    json_values_add(to, node);
}

/* Only the element that the argument names. */
static void pick(struct json_values *values, const struct rule_use *use)
{
    if (!use->has_argument)
        return;
    if (use->index >= values->count) {
        values->count = 0;
        return;
    }
    values->items += use->index;
    values->count = 1;
}

struct rule_values json_event_extract(const void *event, const struct rule_use *use,
                                      const void *item, struct arena *scratch)
{
    const struct json_field *how = use->of_item ? NULL : use->field->how;
    struct json_values values = {.scratch = scratch};
    bool list = how && (use->field->flags & RULE_FIELD_LIST);

    values.flat = list;
    if (use->of_item) {
        values.flat = true;
        add_item(&values, item, use->steps, use->step_count);
    } else if (how && how->read) {
        how->read(event, use, &values);
    } else if (how) {
        for (size_t i = 0; i < JSON_POINTER_CHOICES && how->pointers[i] && !values.count; i++)
            json_values_add_pointer(&values, event, view_of(how->pointers[i]));
    }
    if (list)
        pick(&values, use);
    return (struct rule_values){.present = values.count > 0,
                                .list = list && !use->has_argument,
                                .items = values.items,
                                .count = values.count};
}
