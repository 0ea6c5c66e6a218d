/* One value in place of another. */
#include "codec/document-editor.h"

int document_editor_refuse(const struct document_node *node, struct error *err)
{
    error_set(err, ERROR_UNSUPPORTED, "line %u: a value written like this can't be edited",
              node->start.line);
    error_hint(err, "write it in the usual way, without \"?\" before keys, and try again");
    return ERROR_UNSUPPORTED;
}

static bool has_quoted_keys(const struct document_node *node)
{
    return node && node->kind == DOCUMENT_MAPPING && node->style == DOCUMENT_FLOW &&
           node->mapping.count && node->mapping.pairs[0].key->style == DOCUMENT_DOUBLE_QUOTED;
}

struct document_writer document_editor_writer(const struct document_editor *e,
                                              const struct document_spot *spot, struct buf *out)
{
    struct document_writer w = {out, e->layout, e->layout.json, spot->flow};

    w.quoted = w.quoted || (spot->flow && has_quoted_keys(spot->parent)) ||
               (!spot->place.alias && has_quoted_keys(spot->node));
    if (spot->parent)
        document_layout_near(&w.layout, e->text, spot->parent);
    return w;
}

int document_editor_patch(struct document_editor *e, size_t start, size_t end,
                          const struct buf *out, struct error *err)
{
    struct view text = arena_copy(e->arena, buf_view(out));

    if (out->failed == ERROR_INPUT)
        return error_set(err, ERROR_UNSUPPORTED, "a value can't be written in this text");
    if (out->failed)
        return buf_failed(out, "the edited text", err);
    if (text.len != out->len)
        return arena_failed(e->arena, "the edit", err);
    return document_patch_add(&e->patches, start, end, text, e->arena, err);
}

static bool is_block(const struct document_spot *spot)
{
    return !spot->place.alias && spot->node->kind >= DOCUMENT_SEQUENCE &&
           spot->node->style == DOCUMENT_BLOCK;
}

static bool is_item(const struct document_spot *spot)
{
    return spot->parent && spot->parent->kind == DOCUMENT_SEQUENCE;
}

/* Behind what belongs to the place and not to the value: colon or dash, anchor, tag. */
static size_t head_end(const struct document_editor *e, const struct document_spot *spot)
{
    size_t end = spot->place.alias ? 0 : document_layout_properties_end(e->text, spot->node);

    return end > spot->node->start.offset && !spot->place.alias ? end : spot->place.head_end;
}

/* The column that a collection in block style gets under its key. */
static unsigned block_column(const struct document_editor *e, const struct document_spot *spot,
                             const struct document_writer *w, const struct document_node *tree)
{
    unsigned column = document_layout_column(e->text, spot->place.begin);

    if (!spot->parent)
        return 0;
    if (is_item(spot))
        return column + 2;
    return column + (tree->kind == DOCUMENT_MAPPING ? w->layout.step : w->layout.dash);
}

static unsigned line_indent(struct view text, size_t at)
{
    size_t start = document_layout_line_start(text, at), end = start;

    while (end < text.len && text.ptr[end] == ' ')
        end++;
    return (unsigned)(end - start);
}

static void write_inline(const struct document_editor *e, const struct document_spot *spot,
                         struct document_writer *w, const struct document_node *tree)
{
    const struct document_node *like = spot->place.alias ? NULL : spot->node;

    if (tree->kind < DOCUMENT_SEQUENCE)
        document_write_scalar(w, tree, like);
    else if (w->layout.lines)
        document_write_lines(w, tree, line_indent(e->text, spot->place.begin));
    else
        document_write_flow(w, tree);
}

/* The end of a block collection, with a comment behind it when that belongs to
 * a line below the first. */
static size_t block_end(const struct document_editor *e, const struct document_node *node,
                        size_t first_line_end)
{
    size_t end = node->end.offset;

    return end > first_line_end ? document_layout_line_end(e->text, end) : end;
}

/* A block collection whose first entry is on a line below its key's. */
static int replace_lines(struct document_editor *e, const struct document_spot *spot,
                         const struct document_node *tree, struct error *err)
{
    _cleanup_(buf_done) struct buf out = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    struct document_writer w = document_editor_writer(e, spot, &out);
    size_t head = head_end(e, spot), line = document_layout_line_end(e->text, head);
    size_t end = block_end(e, spot->node, line);
    int r;

    if (document_write_is_block(tree)) {
        unsigned column = block_column(e, spot, &w, tree);

        document_write_newline(&w, column);
        document_write_block(&w, tree, column);
        return document_editor_patch(e, line, end, &out, err);
    }
    buf_add_char(&out, ' ');
    write_inline(e, spot, &w, tree);
    r = document_editor_patch(e, head, head, &out, err);
    return r < 0 ? r : document_patch_add(&e->patches, line, end, VIEW_EMPTY, e->arena, err);
}

static int replace_block(struct document_editor *e, const struct document_spot *spot,
                         const struct document_node *tree, struct error *err)
{
    _cleanup_(buf_done) struct buf out = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    struct document_writer w = document_editor_writer(e, spot, &out);
    size_t content = document_layout_content(e->text, spot->node), head = head_end(e, spot);

    if (document_layout_line_start(e->text, content) != document_layout_line_start(e->text, head))
        return replace_lines(e, spot, tree, err);
    if (document_write_is_block(tree))
        document_write_block(&w, tree, document_layout_column(e->text, content));
    else
        write_inline(e, spot, &w, tree);
    return document_editor_patch(
        e, content, block_end(e, spot->node, document_layout_line_end(e->text, content)), &out,
        err);
}

/* From one line to a block under the key, behind a comment on the key's line. */
static int open_block(struct document_editor *e, const struct document_spot *spot,
                      const struct document_node *tree, struct error *err)
{
    _cleanup_(buf_done) struct buf out = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    struct document_writer w = document_editor_writer(e, spot, &out);
    unsigned column = block_column(e, spot, &w, tree);
    size_t head = head_end(e, spot), end = spot->place.value_end;
    size_t line = document_layout_line_end(e->text, end);
    int r = end > head ? document_patch_add(&e->patches, head, end, VIEW_EMPTY, e->arena, err) : 0;

    if (r < 0)
        return r;
    document_write_newline(&w, column);
    document_write_block(&w, tree, column);
    return document_editor_patch(e, line, line, &out, err);
}

static size_t content_of(const struct document_editor *e, const struct document_spot *spot)
{
    size_t content;

    if (spot->place.alias)
        return spot->place.value_begin;
    content = document_layout_content(e->text, spot->node);
    return content > spot->place.value_begin ? content : spot->place.value_begin;
}

static int replace_inline(struct document_editor *e, const struct document_spot *spot,
                          const struct document_node *tree, struct error *err)
{
    _cleanup_(buf_done) struct buf out = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    struct document_writer w = document_editor_writer(e, spot, &out);
    size_t content = content_of(e, spot), end = spot->place.value_end;
    bool empty = content >= end, block = !spot->flow && document_write_is_block(tree);

    if (empty) {
        bool blank_there;

        content = end = head_end(e, spot);
        blank_there =
            spot->flow && spot->place.colon && content < e->text.len && e->text.ptr[content] == ' ';
        content = end = content + blank_there;
        buf_add_str(&out, spot->place.colon || !spot->parent ? "" : ":");
        buf_add_str(&out, spot->parent && !blank_there ? " " : "");
    }
    if (!block) {
        write_inline(e, spot, &w, tree);
    } else if (!spot->parent) {
        if (!document_layout_own_line(e->text, content))
            document_write_newline(&w, 0);
        document_write_block(&w, tree, 0);
    } else {
        document_write_block(&w, tree, document_layout_column(e->text, content) + empty);
    }
    return document_editor_patch(e, content, end, &out, err);
}

/* May the tag of what was there stay before the new value? */
static bool keeps_tag(const struct document_node *before, const struct document_node *tree)
{
    return before->kind == tree->kind && tree->tag.len == 0 &&
           !view_eq(before->tag, VIEW("!!binary"));
}

/* Cuts the tag out, with the blanks before it. */
static int remove_tag(struct document_editor *e, const struct document_spot *spot,
                      struct error *err)
{
    size_t at = spot->node->start.offset;
    size_t end = document_layout_properties_end(e->text, spot->node);

    while (at < end) {
        size_t start = document_layout_skip(e->text, at), before = start;

        for (at = start; at < end && !strchr(" \t\r\n", e->text.ptr[at]);)
            at++;
        if (e->text.ptr[start] != '!')
            continue;
        while (before > spot->place.head_end && e->text.ptr[before - 1] == ' ')
            before--;
        return document_patch_add(&e->patches, before, at, VIEW_EMPTY, e->arena, err);
    }
    return 0;
}

int document_editor_replace(struct document_editor *e, const struct document_spot *spot,
                            const struct document_node *tree, struct error *err)
{
    if (!spot->place.alias && !keeps_tag(spot->node, tree) && remove_tag(e, spot, err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    if (is_block(spot))
        return replace_block(e, spot, tree, err);
    if (!spot->flow && spot->parent && !is_item(spot) && document_write_is_block(tree))
        return open_block(e, spot, tree, err);
    return replace_inline(e, spot, tree, err);
}
