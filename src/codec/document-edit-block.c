/* Entries of collections in block style come and go. */
#include "codec/document-editor.h"

static bool is_keep(struct view header)
{
    header = view_line(&header);
    return view_find(header, '+') >= 0;
}

/* The scalar that a value ends with, when it is a block scalar. */
static const struct document_node *last_block_scalar(const struct document_node *node)
{
    while (document_count(node) > 0 && node->style == DOCUMENT_BLOCK) {
        size_t last = document_count(node) - 1;
        const struct document_node *child;

        while (node->kind == DOCUMENT_MAPPING && last > 0 && node->mapping.pairs[last].merged)
            last--;
        child = node->kind == DOCUMENT_MAPPING ? node->mapping.pairs[last].value
                                               : node->sequence.items[last];
        if (child->start.offset < node->start.offset)
            return NULL;
        node = child;
    }
    return node->style == DOCUMENT_LITERAL || node->style == DOCUMENT_FOLDED ? node : NULL;
}

static size_t behind_break(struct view text, size_t at)
{
    if (at < text.len && text.ptr[at] == '\r')
        at++;
    return at < text.len && text.ptr[at] == '\n' ? at + 1 : at;
}

/* Blank lines behind "|+" belong to the string. `at` is the end of a line. */
static size_t behind_blank_lines(struct view text, size_t at)
{
    for (;;) {
        size_t start = behind_break(text, at), end = start;

        while (end < text.len && text.ptr[end] == ' ')
            end++;
        if (start == at || end == text.len || (text.ptr[end] != '\n' && text.ptr[end] != '\r'))
            return at;
        at = end;
    }
}

/* Where a line can be put in behind an entry: before its line break. */
static int entry_line_end(struct document_editor *e, const struct document_entry *entry,
                          const struct document_node *value, size_t *ret, struct error *err)
{
    const struct document_node *scalar = entry->alias ? NULL : last_block_scalar(value);
    size_t end = document_layout_line_end(e->text, entry->end), header;

    *ret = end;
    if (!scalar)
        return 0;
    header = document_layout_content(e->text, scalar);
    if (is_keep(view_sub(e->text, header, end - header)))
        *ret = behind_blank_lines(e->text, end);
    else if (end == e->text.len && view_find(view_sub(e->text, header, 3), '-') < 0)
        /* It ends without a line break now, and would have one. */
        return document_patch_add(&e->patches, header + 1, header + 1, VIEW("-"), e->arena, err);
    return 0;
}

static int remove_text(struct document_editor *e, size_t start, size_t end, struct error *err)
{
    return document_patch_add(&e->patches, start, end, VIEW_EMPTY, e->arena, err);
}

/* Where the line break before that line begins. */
static size_t before_break(struct view text, size_t line_start)
{
    size_t at = line_start - 1;

    return at > 0 && text.ptr[at] == '\n' && text.ptr[at - 1] == '\r' ? at - 1 : at;
}

/* An entry with lines of its own goes with the line break before it, which the
 * line before does not need any more. */
static int remove_lines(struct document_editor *e, const struct document_entry *entry,
                        struct error *err)
{
    size_t start = document_layout_line_start(e->text, entry->begin);

    return remove_text(e, before_break(e->text, start),
                       document_layout_line_end(e->text, entry->end), err);
}

/* Entries [first, next) go, of which the first is on the first line of the
 * text: there the line break behind each goes. */
static int remove_top(struct document_editor *e, const struct document_change *c, size_t first,
                      size_t next, struct error *err)
{
    int r = 0;

    for (size_t i = first; r == 0 && i < next; i++) {
        size_t begin = c->entries[i].begin;

        r = remove_text(e, begin - document_layout_column(e->text, begin),
                        behind_break(e->text, document_layout_line_end(e->text, c->entries[i].end)),
                        err);
    }
    return r;
}

/* Entries [first, last) go, of which the first shares its line with the dash
 * before it: the next one moves up. */
static int remove_first(struct document_editor *e, const struct document_change *c, size_t first,
                        size_t last, struct error *err)
{
    const struct document_entry *entries = c->entries;
    int r;

    if (!document_layout_has_comment(e->text, entries[first].end, entries[last].begin))
        return remove_text(e, entries[first].begin, entries[last].begin, err);
    r = remove_text(e, entries[first].begin, entries[first].end, err);
    for (size_t i = first + 1; r == 0 && i < last; i++)
        r = remove_lines(e, &entries[i], err);
    return r;
}

static int remove_entries(struct document_editor *e, const struct document_change *c,
                          struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < c->count; i++) {
        size_t next = i;

        if (!c->removed[i])
            continue;
        while (next < c->count && c->removed[next])
            next++;
        if (!document_layout_own_line(e->text, c->entries[i].begin) && next < c->count)
            r = remove_first(e, c, i, next, err);
        else if (document_layout_line_start(e->text, c->entries[i].begin) == 0)
            r = remove_top(e, c, i, next, err);
        else
            for (size_t k = i; r == 0 && k < next; k++)
                r = remove_lines(e, &c->entries[k], err);
        i = next;
    }
    return r;
}

static void write_additions(struct document_writer *w, const struct document_change *c,
                            unsigned column, bool first_inline)
{
    for (size_t i = 0; i < c->added_count; i++) {
        if (i > 0 || !first_inline)
            document_write_newline(w, column);
        document_write_entry(w, c->added[i].key, c->added[i].value, column);
    }
}

static const struct document_node *value_at(const struct document_node *node, size_t i)
{
    return node->kind == DOCUMENT_MAPPING ? node->mapping.pairs[i].value : node->sequence.items[i];
}

static int add_entries(struct document_editor *e, const struct document_spot *spot,
                       const struct document_change *c, struct error *err)
{
    _cleanup_(buf_done) struct buf out = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    struct document_spot inner = {spot->node, spot->node, spot->place, false};
    struct document_writer w = document_editor_writer(e, &inner, &out);
    unsigned column = document_layout_column(e->text, c->entries[0].begin);
    size_t last = c->count, at;

    while (last > 0 && c->removed[last - 1])
        last--;
    if (last == 0) {
        write_additions(&w, c, column, true);
        return document_editor_patch(e, c->entries[0].begin, c->entries[c->count - 1].end, &out,
                                     err);
    }
    if (entry_line_end(e, &c->entries[last - 1], value_at(spot->node, last - 1), &at, err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    write_additions(&w, c, column, false);
    return document_editor_patch(e, at, at, &out, err);
}

static bool is_explicit(struct view text, const struct document_change *c)
{
    for (size_t i = 0; i < c->count; i++) {
        size_t at = c->entries[i].begin;

        while (at > 0 && (text.ptr[at - 1] == ' ' || text.ptr[at - 1] == '\t'))
            at--;
        if ((at > 0 && text.ptr[at - 1] == '?') || !c->entries[i].colon)
            return true;
    }
    return false;
}

int document_editor_change_block(struct document_editor *e, const struct document_spot *spot,
                                 const struct document_change *change, struct error *err)
{
    static const struct document_node empty[] = {
        {.kind = DOCUMENT_SEQUENCE, .style = DOCUMENT_FLOW},
        {.kind = DOCUMENT_MAPPING, .style = DOCUMENT_FLOW},
    };
    size_t kept = 0;
    int r;

    for (size_t i = 0; i < change->count; i++)
        kept += !change->removed[i];
    if (spot->node->kind == DOCUMENT_MAPPING && is_explicit(e->text, change))
        return document_editor_refuse(spot->node, err);
    if (kept == 0 && change->added_count == 0)
        return document_editor_replace(e, spot, &empty[spot->node->kind == DOCUMENT_MAPPING], err);
    r = change->added_count ? add_entries(e, spot, change, err) : 0;
    return r < 0 || kept == 0 ? r : remove_entries(e, change, err);
}
