#include "base/hash.h"
#include "base/text.h"
#include "base/wrap.h"
#include "report/columns.h"
#include "report/place.h"
#include "report/table-page.h"

/* ---- In a file or pipe: a line a finding ---- */

static void write_lines(struct page *page, const struct places *places)
{
    static const struct column titles[] = {
        {TR_KEY("PLACE")},    {TR_KEY("SEVERITY")}, {TR_KEY("RULE")},
        {TR_KEY("RESOURCE")}, {TR_KEY("PART")},     {TR_KEY("FINDING")},
    };
    struct columns *rows = columns_new(titles, sizeof(titles) / sizeof(titles[0]), page->arena);

    for (size_t i = 0; i < places->count; i++) {
        const struct finding *f = places->list[i];
        const struct cell cells[] = {
            {.text = place_text(f, page->arena)},
            {view_of(style_severity_label(f->severity)), style_of_severity(f->severity), 0, false},
            {.text = f->id},
            {.text = place_resource(f, page->arena)},
            {.text = f->part},
            {.text = f->message.len ? f->message : f->title},
        };

        columns_add(rows, cells);
    }
    columns_write(rows, 0, page->options->color, page->to);
    buf_add_char(page->to, '\n');
}

/* ---- On a terminal: a block a file ---- */

enum { GAP = 2, WIDTH_MIN = 40 };

/* The findings of a file, and the columns before their text: line and severity. */
struct block {
    size_t line_width, indent;
    const struct finding **list;
    size_t count;
    struct hash_map *said; /* ids of rules whose advice was written */
};

static struct block measure(const struct places *places, size_t from, struct arena *arena)
{
    struct block block = {.list = places->list + from, .count = places_of_file(places, from)};
    size_t label = 0;

    for (size_t i = 0; i < block.count; i++) {
        const struct finding *f = block.list[i];
        size_t line = arena_printf(arena, "%u", f->location.line).len;
        size_t severity = text_width(view_of(style_severity_label(f->severity)));

        if (f->location.line && line > block.line_width)
            block.line_width = line;
        label = severity > label ? severity : label;
    }
    block.indent = GAP + (block.line_width ? block.line_width + GAP : 0) + label + GAP;
    return block;
}

static void pad(struct page *page, size_t columns)
{
    buf_addf(page->to, "%*s", (int)columns, "");
}

/* A paragraph in one style; every line of it is styled by itself, so that a
 * pager that starts in its middle shows it right. */
static void write_text(struct page *page, size_t indent, size_t column, enum style style,
                       struct view text)
{
    size_t width = page->options->width > WIDTH_MIN ? page->options->width : WIDTH_MIN;
    _cleanup_(buf_done) struct buf lines = BUF_INIT(REPORT_OUTPUT_LIMIT);
    struct view rest;

    wrap_add(&lines, (struct wrap){0, width - indent, column - indent}, text);
    rest = buf_view(&lines);
    for (bool first = true; rest.ptr; first = false) {
        struct view line = view_line(&rest);

        if (!first)
            pad(page, indent);
        style_add(page->to, page->options->color, style, line);
        buf_add_char(page->to, '\n');
    }
}

static void write_path(struct page *page, const struct finding *f)
{
    struct view path = page_clean(page, f->location.path);

    if (path.len == 0)
        path = page_clean(page, page->report->artifact.name);
    style_add(page->to, page->options->color, STYLE_BOLD, path);
    if (f->location.layer.len) {
        buf_addf(page->to, "%s", tr(" ("));
        buf_addf(page->to, tr("layer %zu"), f->location.layer_index + 1);
        buf_addf(page->to, "%s", tr(")"));
    }
    buf_add_char(page->to, '\n');
}

/* The rule to look up, and what in the file it is about. */
static void write_subject(struct page *page, const struct block *block, const struct finding *f)
{
    const struct view parts[] = {f->id, f->resource, f->part};
    struct view text = VIEW_EMPTY;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct view part = page_clean(page, parts[i]);

        if (part.len == 0)
            continue;
        text = text.len ? arena_printf(page->arena, "%.*s · %.*s", VIEW_ARG(text), VIEW_ARG(part))
                        : part;
    }
    pad(page, block->indent);
    write_text(page, block->indent, block->indent, STYLE_DIM, text);
}

/* Not again below a finding of the same place. */
static void write_excerpt(struct page *page, const struct block *block, const struct finding *f,
                          const struct finding *above)
{
    size_t number = f->excerpt_line, lines = 0, digits;
    struct view rest = view_strip_suffix(f->excerpt, VIEW("\n")), all = rest;

    if (above && above->excerpt_line == f->excerpt_line && view_eq(above->excerpt, f->excerpt))
        return;
    while (all.ptr && lines < FINDING_EXCERPT_LINES) {
        view_line(&all);
        lines++;
    }
    digits = arena_printf(page->arena, "%zu", number + lines).len;
    for (size_t i = 0; i < lines && rest.len; i++) {
        struct view line = style_clean_code(view_line(&rest), page->arena);
        size_t used = block->indent + digits + GAP + 1;

        if (page->options->width > used + WIDTH_MIN)
            line = text_prefix(line, page->options->width - used);
        pad(page, block->indent);
        style_add(
            page->to, page->options->color, STYLE_DIM,
            arena_printf(page->arena, "%*zu │ %.*s", (int)digits, number + i, VIEW_ARG(line)));
        buf_add_char(page->to, '\n');
    }
}

/* Once for each rule in a file. */
static void write_remediation(struct page *page, const struct block *block, const struct finding *f)
{
    struct view text = page_clean(page, f->remediation);
    void **said = hash_map_slot(block->said, f->id);

    if (text.len == 0 || !said || *said)
        return;
    *said = page;
    pad(page, block->indent);
    write_text(page, block->indent, block->indent, STYLE_DIM,
               arena_printf(page->arena, tr("Fix: %.*s"), VIEW_ARG(text)));
}

static void write_finding(struct page *page, const struct block *block, size_t i)
{
    const struct finding *f = block->list[i], *above = i ? block->list[i - 1] : NULL;
    struct view label = view_of(style_severity_label(f->severity));
    size_t used = GAP + (block->line_width ? block->line_width + GAP : 0) + text_width(label);

    pad(page, GAP);
    if (block->line_width && f->location.line)
        buf_addf(page->to, "%*u", (int)block->line_width, f->location.line);
    else
        pad(page, block->line_width);
    pad(page, block->line_width ? GAP : 0);
    style_add(page->to, page->options->color, style_of_severity(f->severity), label);
    pad(page, block->indent - used);
    write_text(page, block->indent, block->indent, STYLE_PLAIN,
               page_clean(page, f->message.len ? f->message : f->title));
    write_subject(page, block, f);
    write_excerpt(page, block, f, above);
    write_remediation(page, block, f);
}

static int write_blocks(struct page *page, const struct places *places, struct error *err)
{
    for (size_t at = 0; at < places->count;) {
        _cleanup_(hash_map_free_p) struct hash_map *said = hash_map_new();
        struct block block = measure(places, at, page->arena);

        if (!said)
            return error_memory(err);
        block.said = said;
        write_path(page, block.list[0]);
        for (size_t i = 0; i < block.count; i++)
            write_finding(page, &block, i);
        buf_add_char(page->to, '\n');
        at += block.count;
    }
    return 0;
}

int page_write_places(struct page *page, enum finding_kind kind, struct error *err)
{
    struct places places = {0};
    int result = places_make(page->report, kind, page->arena, &places, err);

    if (result == 0 && page->options->width)
        result = write_blocks(page, &places, err);
    else if (result == 0)
        write_lines(page, &places);
    return result;
}
