/* Entries of collections in brackets come and go: flow style and JSON. */
#include "codec/document-editor.h"

struct flow {
    struct document_editor *e;
    const struct document_spot *spot;
    const struct document_change *c;
    size_t last;         /* entries up to the last one that stays */
    size_t inner, close; /* behind the opening bracket, at the closing one */
    bool lines;          /* an entry a line */
    bool trailing_comma; /* behind the last entry, which stays */
    size_t indent;       /* spaces before an entry, on lines */
};

static int remove_text(struct document_editor *e, size_t start, size_t end, struct error *err)
{
    return document_patch_add(&e->patches, start, end, VIEW_EMPTY, e->arena, err);
}

static void write_addition(struct document_writer *w, const struct document_addition *addition,
                           unsigned indent)
{
    if (addition->key) {
        document_write_scalar(w, addition->key, NULL);
        buf_add_str(w->out, w->layout.tight ? ":" : ": ");
    }
    if (w->layout.lines)
        document_write_lines(w, addition->value, indent);
    else
        document_write_flow(w, addition->value);
}

static void write_separator(const struct flow *f, struct document_writer *w)
{
    if (f->lines)
        document_write_newline(w, (unsigned)f->indent);
    else if (!w->layout.tight)
        buf_add_char(w->out, ' ');
}

/* Between the brackets of an empty one, in JSON with a value a line. */
static int fill_lines(const struct flow *f, struct document_writer *w, struct error *err)
{
    struct view text = f->e->text;
    size_t start = document_layout_line_start(text, f->inner), end = start;
    unsigned outer;

    while (text.ptr[end] == ' ')
        end++;
    outer = (unsigned)(end - start);
    for (size_t i = 0; i < f->c->added_count; i++) {
        buf_add_str(w->out, i ? "," : "");
        document_write_newline(w, outer + w->layout.step);
        write_addition(w, &f->c->added[i], outer + w->layout.step);
    }
    document_write_newline(w, outer);
    return document_editor_patch(f->e, f->inner, f->close, w->out, err);
}

/* In place of all there was. */
static int fill(const struct flow *f, struct document_writer *w, struct error *err)
{
    const struct document_change *c = f->c;
    size_t start = c->count ? c->entries[0].begin : f->inner;
    size_t end = c->count ? c->entries[c->count - 1].end : f->close;

    for (size_t i = 0; i < c->added_count; i++) {
        if (i > 0) {
            buf_add_char(w->out, ',');
            write_separator(f, w);
        }
        write_addition(w, &c->added[i], (unsigned)f->indent);
    }
    return c->added_count ? document_editor_patch(f->e, start, end, w->out, err)
                          : remove_text(f->e, f->inner, f->close, err);
}

/* Behind the comma that follows the last entry, or behind a comment on its line. */
static size_t behind_comment(const struct flow *f, size_t at)
{
    size_t line = document_layout_line_end(f->e->text, at);

    return f->lines && line < f->close && document_layout_skip(f->e->text, at) > line ? line : at;
}

static int append(const struct flow *f, struct document_writer *w, struct error *err)
{
    const struct document_change *c = f->c;
    size_t at = c->entries[f->last - 1].end, behind = at;
    int r = 0;

    if (f->trailing_comma)
        behind = at = document_layout_skip(f->e->text, at) + 1;
    if (f->last == c->count)
        behind = behind_comment(f, at);
    if (!f->trailing_comma && behind > at)
        r = document_patch_add(&f->e->patches, at, at, VIEW(","), f->e->arena, err);
    for (size_t i = 0; i < c->added_count; i++) {
        if (i > 0 || (!f->trailing_comma && behind == at))
            buf_add_char(w->out, ',');
        write_separator(f, w);
        write_addition(w, &c->added[i], (unsigned)f->indent);
    }
    if (f->trailing_comma)
        buf_add_char(w->out, ',');
    return r < 0 ? r : document_editor_patch(f->e, behind, behind, w->out, err);
}

/* The whole lines of an entry that has them to itself, or nothing. */
static bool find_lines(struct view text, const struct document_entry *entry, size_t *ret_start,
                       size_t *ret_end)
{
    size_t end = entry->end;

    if (!document_layout_own_line(text, entry->begin))
        return false;
    while (end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == ','))
        end++;
    if (end < text.len && !strchr("#\r\n", text.ptr[end]))
        return false;
    *ret_start = document_layout_line_start(text, entry->begin);
    end = document_layout_line_end(text, end);
    end += end < text.len && text.ptr[end] == '\r';
    end += end < text.len && text.ptr[end] == '\n';
    *ret_end = end;
    return true;
}

/* Entries [first, next) go, and `next` stays. */
static int remove_run(const struct flow *f, size_t first, size_t next, struct error *err)
{
    const struct document_entry *entries = f->c->entries;
    size_t start, end;
    int r = 0;

    for (size_t i = first; i < next; i++)
        if (!find_lines(f->e->text, &entries[i], &start, &end) || end > entries[i + 1].begin)
            return remove_text(f->e, entries[first].begin, entries[next].begin, err);
    for (size_t i = first; r == 0 && i < next; i++) {
        find_lines(f->e->text, &entries[i], &start, &end);
        r = remove_text(f->e, start, end, err);
    }
    return r;
}

static int remove_entries(const struct flow *f, struct error *err)
{
    int r = 0;

    for (size_t i = 0, next; r == 0 && i < f->last; i = next + 1) {
        next = i;
        while (f->c->removed[next])
            next++;
        if (next > i)
            r = remove_run(f, i, next, err);
    }
    if (r < 0 || f->last == f->c->count)
        return r;
    return remove_text(f->e, f->c->entries[f->last - 1].end, f->c->entries[f->c->count - 1].end,
                       err);
}

static void look(struct flow *f)
{
    const struct document_change *c = f->c;
    struct view text = f->e->text;
    size_t behind;

    for (f->last = c->count; f->last > 0 && c->removed[f->last - 1];)
        f->last--;
    if (c->count == 0)
        return;
    f->lines = document_layout_own_line(text, c->entries[f->last ? f->last - 1 : 0].begin);
    f->indent = document_layout_column(text, c->entries[f->last ? f->last - 1 : 0].begin);
    behind = document_layout_skip(text, c->entries[c->count - 1].end);
    f->trailing_comma = f->last == c->count && behind < f->close && text.ptr[behind] == ',';
}

int document_editor_change_flow(struct document_editor *e, const struct document_spot *spot,
                                const struct document_change *change, struct error *err)
{
    _cleanup_(buf_done) struct buf out = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    struct document_spot within = {spot->node, spot->node, spot->place, true};
    struct document_writer w = document_editor_writer(e, &within, &out);
    struct flow f = {.e = e, .spot = spot, .c = change};
    size_t open = document_layout_content(e->text, spot->node);
    int r;

    if (!strchr("[{", e->text.ptr[open]))
        return document_editor_refuse(spot->node, err);
    f.inner = open + 1;
    f.close = spot->node->end.offset - 1;
    look(&f);
    if (change->count == 0 && change->added_count && w.layout.lines)
        return fill_lines(&f, &w, err);
    w.layout.lines = f.lines && w.layout.lines;
    if (f.last == 0)
        return fill(&f, &w, err);
    r = change->added_count ? append(&f, &w, err) : 0;
    return r < 0 ? r : remove_entries(&f, err);
}
