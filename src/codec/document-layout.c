#include "codec/document-layout.h"

enum { USUAL_STEP = 2 };

/* What a text can show, as bits. */
enum { SHOWS_STEP = 1, SHOWS_DASH = 2, SHOWS_BOTH = 3 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

size_t document_layout_line_start(struct view text, size_t at)
{
    while (at > 0 && !is_break(text.ptr[at - 1]))
        at--;
    return at;
}

size_t document_layout_line_end(struct view text, size_t at)
{
    while (at < text.len && !is_break(text.ptr[at]))
        at++;
    return at;
}

/* A byte order mark belongs to no line: it has no width. */
static size_t behind_order_mark(struct view text, size_t line_start)
{
    return line_start + (view_starts(view_sub(text, line_start, 3), VIEW("\xef\xbb\xbf")) ? 3 : 0);
}

bool document_layout_own_line(struct view text, size_t at)
{
    size_t start = behind_order_mark(text, document_layout_line_start(text, at));

    while (at > start && is_blank(text.ptr[at - 1]))
        at--;
    return at <= start;
}

unsigned document_layout_column(struct view text, size_t at)
{
    unsigned column = 0;

    for (size_t i = behind_order_mark(text, document_layout_line_start(text, at)); i < at; i++)
        column += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return column;
}

static size_t skip_to_comment(struct view text, size_t at)
{
    while (at < text.len && (is_blank(text.ptr[at]) || is_break(text.ptr[at])))
        at++;
    return at;
}

size_t document_layout_skip(struct view text, size_t at)
{
    for (;;) {
        at = skip_to_comment(text, at);
        if (at == text.len || text.ptr[at] != '#')
            return at;
        at = document_layout_line_end(text, at);
    }
}

bool document_layout_has_comment(struct view text, size_t from, size_t to)
{
    for (size_t at = from; at < to; at++)
        if (text.ptr[at] == '#' &&
            (at == from || is_blank(text.ptr[at - 1]) || is_break(text.ptr[at - 1])))
            return true;
    return false;
}

static size_t skip_name(struct view text, size_t at, size_t end)
{
    while (at < end && !is_blank(text.ptr[at]) && !is_break(text.ptr[at]))
        at++;
    return at;
}

size_t document_layout_properties_end(struct view text, const struct document_node *node)
{
    size_t end = node->start.offset, at = end;

    while (at < node->end.offset && (text.ptr[at] == '&' || text.ptr[at] == '!')) {
        end = skip_name(text, at, node->end.offset);
        at = document_layout_skip(text, end);
    }
    return end;
}

size_t document_layout_content(struct view text, const struct document_node *node)
{
    size_t end = document_layout_properties_end(text, node);
    size_t at = end > node->start.offset ? document_layout_skip(text, end) : end;

    return at < node->end.offset ? at : end;
}

/* Behind the name of the alias at `at`. */
static size_t alias_end(struct view text, size_t at)
{
    static const char ends[] = ",]}";

    while (at < text.len && !is_blank(text.ptr[at]) && !is_break(text.ptr[at]) &&
           !strchr(ends, text.ptr[at]))
        at++;
    return at;
}

static bool is_at(struct view text, size_t at, char c)
{
    return at < text.len && text.ptr[at] == c;
}

/* Fills the value's place behind head_end. */
static bool place_value(struct view text, const struct document_node *value,
                        struct document_entry *e)
{
    e->alias = value->start.offset < e->begin;
    if (!e->alias) {
        e->value_begin = value->start.offset > e->head_end ? value->start.offset : e->head_end;
        e->value_end = value->end.offset > e->value_begin ? value->end.offset : e->value_begin;
    } else {
        e->value_begin = document_layout_skip(text, e->head_end);
        e->value_end = alias_end(text, e->value_begin);
        if (!is_at(text, e->value_begin, '*'))
            return false;
    }
    e->end = e->value_end;
    return true;
}

static size_t skip_comma(struct view text, size_t at)
{
    at = document_layout_skip(text, at);
    return is_at(text, at, ',') ? document_layout_skip(text, at + 1) : at;
}

static bool place_pair(struct view text, const struct document_pair *pair, size_t from, bool flow,
                       struct document_entry *e)
{
    size_t key_end = pair->key->end.offset, colon;

    e->begin = pair->key->start.offset;
    if (e->begin < from) {
        e->begin = flow ? skip_comma(text, from) : document_layout_skip(text, from);
        if (!is_at(text, e->begin, '*'))
            return false;
        key_end = alias_end(text, e->begin);
    }
    colon = document_layout_skip(text, key_end);
    e->colon = is_at(text, colon, ':');
    e->head_end = e->colon ? colon + 1 : key_end;
    return place_value(text, pair->value, e);
}

static bool place_item(struct view text, const struct document_node *item, size_t from, bool flow,
                       struct document_entry *e)
{
    e->begin = flow ? skip_comma(text, from) : document_layout_skip(text, from);
    if (flow) {
        e->head_end = e->begin;
    } else {
        e->head_end = e->begin + 1;
        if (!is_at(text, e->begin, '-'))
            return false;
    }
    e->colon = true;
    return place_value(text, item, e);
}

static size_t written_count(const struct document_node *node)
{
    size_t count = document_count(node);

    while (node->kind == DOCUMENT_MAPPING && count > 0 && node->mapping.pairs[count - 1].merged)
        count--;
    return count;
}

struct document_entry *document_layout_entries(struct view text, const struct document_node *node,
                                               struct arena *arena, size_t *ret_count)
{
    bool flow = node->style == DOCUMENT_FLOW;
    size_t count = written_count(node), from = document_layout_content(text, node) + flow;
    struct document_entry *entries = arena_array(arena, count, sizeof(*entries));

    for (size_t i = 0; entries && i < count; i++) {
        bool placed = node->kind == DOCUMENT_MAPPING
                          ? place_pair(text, &node->mapping.pairs[i], from, flow, &entries[i])
                          : place_item(text, node->sequence.items[i], from, flow, &entries[i]);

        if (!placed || entries[i].begin < from || entries[i].end > node->end.offset)
            return NULL;
        from = entries[i].end;
    }
    *ret_count = count;
    return entries;
}

/* Learns from the values of one mapping; returns what is still wanted. */
static unsigned learn(struct document_layout *layout, struct view text,
                      const struct document_node *mapping, unsigned wanted)
{
    for (size_t i = 0; wanted && i < document_count(mapping); i++) {
        const struct document_pair *pair = &mapping->mapping.pairs[i];
        const struct document_node *value = pair->value;
        unsigned known = value->kind == DOCUMENT_MAPPING ? SHOWS_STEP : SHOWS_DASH, column, own;

        if (value->style != DOCUMENT_BLOCK || value->start.offset < pair->key->end.offset ||
            pair->merged)
            continue;
        column = document_layout_column(text, document_layout_content(text, value));
        own = document_layout_column(text, pair->key->start.offset);
        if (!(wanted & known) || column < own)
            continue;
        if (known == SHOWS_STEP)
            layout->step = column - own;
        else
            layout->dash = column - own;
        wanted &= ~known;
    }
    return wanted;
}

static unsigned learn_tree(struct document_layout *layout, struct view text,
                           const struct document_node *node, unsigned wanted)
{
    if (node->style != DOCUMENT_BLOCK || wanted == 0)
        return wanted;
    if (node->kind == DOCUMENT_MAPPING)
        wanted = learn(layout, text, node, wanted);
    for (size_t i = 0; wanted && i < document_count(node); i++) {
        const struct document_node *child =
            node->kind == DOCUMENT_MAPPING ? node->mapping.pairs[i].value : node->sequence.items[i];

        if (child->start.offset >= node->start.offset)
            wanted = learn_tree(layout, text, child, wanted);
    }
    return wanted;
}

void document_layout_near(struct document_layout *layout, struct view text,
                          const struct document_node *mapping)
{
    if (mapping->kind == DOCUMENT_MAPPING && mapping->style == DOCUMENT_BLOCK)
        learn(layout, text, mapping, SHOWS_BOTH);
}

static struct view newline_of(struct view text)
{
    size_t end = document_layout_line_end(text, 0);

    if (is_at(text, end, '\r'))
        return is_at(text, end + 1, '\n') ? VIEW("\r\n") : VIEW("\r");
    return VIEW("\n");
}

/* JSON, or YAML written as if it were JSON. */
static void learn_json(struct document_layout *layout, const struct document_set *set,
                       const struct document_node *root)
{
    struct view text =
        view_sub(set->text, root->start.offset, root->end.offset - root->start.offset);
    size_t inner = document_layout_skip(text, 1);

    layout->json = set->format == DOCUMENT_JSON;
    if (root->style != DOCUMENT_FLOW || document_count(root) == 0)
        return;
    layout->json = layout->json || (root->kind == DOCUMENT_MAPPING &&
                                    root->mapping.pairs[0].key->style == DOCUMENT_DOUBLE_QUOTED);
    layout->lines = inner > 1 && document_layout_own_line(text, inner);
    layout->tight = !layout->lines && view_find_view(text, VIEW(": ")) < 0 &&
                    view_find_view(text, VIEW(", ")) < 0;
    if (layout->lines && document_layout_column(text, inner) > 0)
        layout->step = document_layout_column(text, inner);
}

struct document_layout document_layout_of(const struct document_set *set,
                                          const struct document_node *root)
{
    struct document_layout layout = {newline_of(set->text), USUAL_STEP, 0, false, false, false};

    if (!root)
        return layout;
    if (root->style == DOCUMENT_FLOW || set->format == DOCUMENT_JSON)
        learn_json(&layout, set, root);
    else
        learn_tree(&layout, set->text, root, SHOWS_BOTH);
    return layout;
}
