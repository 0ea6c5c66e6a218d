#include "report/columns.h"

#include "base/text.h"

enum { GAP = 2 };

struct columns {
    const struct column *columns;
    size_t count;
    struct arena *arena;
    struct cell *cells; /* row by row */
    size_t cell_count;
};

/* How the columns are written this time. */
struct layout {
    size_t width[COLUMNS_LIMIT];
    bool shown[COLUMNS_LIMIT];
};

struct columns *columns_new(const struct column *columns, size_t count, struct arena *arena)
{
    struct columns *rows = arena_alloc(arena, sizeof(*rows));

    if (rows)
        *rows = (struct columns){columns, count < COLUMNS_LIMIT ? count : COLUMNS_LIMIT, arena,
                                 NULL, 0};
    return rows;
}

void columns_add(struct columns *rows, const struct cell *cells)
{
    for (size_t i = 0; rows && i < rows->count; i++) {
        struct cell *cell = arena_push(rows->arena, &rows->cells, &rows->cell_count, sizeof(*cell));

        if (!cell)
            return;
        *cell = cells[i];
        cell->text = style_clean(cells[i].text, rows->arena);
        if (cell->indent)
            cell->text =
                arena_printf(rows->arena, "%*s%.*s", (int)cell->indent, "", VIEW_ARG(cell->text));
        cell->empty = cell->text.len == 0;
        if (cell->empty && !cell->blank)
            *cell = (struct cell){.text = VIEW("-"), .style = STYLE_DIM, .empty = true};
    }
}

static size_t total_width(const struct columns *rows, const struct layout *layout)
{
    size_t total = 0;

    for (size_t i = 0; i < rows->count; i++)
        if (layout->shown[i])
            total += layout->width[i] + (total ? GAP : 0);
    return total;
}

/* The column to leave out next, or the count when all must stay. */
static size_t next_to_drop(const struct columns *rows, const struct layout *layout)
{
    size_t best = rows->count;

    for (size_t i = 0; i < rows->count; i++) {
        if (!layout->shown[i] || rows->columns[i].drop == 0)
            continue;
        if (best == rows->count || rows->columns[i].drop < rows->columns[best].drop)
            best = i;
    }
    return best;
}

/* Whether some row has text in the column. */
static bool is_filled(const struct columns *rows, size_t column)
{
    for (size_t i = column; i < rows->cell_count; i += rows->count)
        if (!rows->cells[i].empty)
            return true;
    return false;
}

/* On a terminal columns for files, and those without text, are left out. */
static bool is_wanted(const struct columns *rows, size_t column, size_t terminal)
{
    if (!terminal)
        return true;
    return !rows->columns[column].file_only &&
           (rows->columns[column].drop == 0 || is_filled(rows, column));
}

static void measure(const struct columns *rows, size_t terminal, struct layout *layout)
{
    for (size_t i = 0; i < rows->count; i++) {
        layout->shown[i] = is_wanted(rows, i, terminal);
        layout->width[i] = text_width(view_of(tr(rows->columns[i].title)));
    }
    for (size_t i = 0; i < rows->cell_count; i++) {
        size_t width = text_width(rows->cells[i].text);

        if (width > layout->width[i % rows->count])
            layout->width[i % rows->count] = width;
    }
}

/* Narrows the flexible column, then leaves columns out, until all fits. */
static void fit(const struct columns *rows, struct layout *layout, size_t width)
{
    for (size_t total; (total = total_width(rows, layout)) > width;) {
        size_t over = total - width, drop;

        for (size_t i = 0; i < rows->count; i++) {
            if (rows->columns[i].flexible && layout->shown[i] &&
                layout->width[i] >= over + COLUMNS_FLEXIBLE_MIN) {
                layout->width[i] -= over;
                return;
            }
        }
        drop = next_to_drop(rows, layout);
        if (drop == rows->count)
            return;
        layout->shown[drop] = false;
    }
}

static void pad(struct buf *to, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        buf_add_char(to, ' ');
}

static size_t last_shown(const struct columns *rows, const struct layout *layout)
{
    size_t last = 0;

    for (size_t i = 0; i < rows->count; i++)
        if (layout->shown[i])
            last = i;
    return last;
}

/* Cuts text to `columns`, with an ellipsis in place of what is cut. */
static struct view shorten(struct view text, size_t columns, struct arena *arena)
{
    struct view head;

    if (text_width(text) <= columns)
        return text;
    head = view_trim(text_prefix(text, columns - 1));
    return arena_printf(arena, "%.*s…", VIEW_ARG(head));
}

static void write_row(const struct columns *rows, const struct layout *layout,
                      const struct cell *cells, bool color, struct buf *to)
{
    size_t last = last_shown(rows, layout), start = to->len;

    for (size_t i = 0; i <= last; i++) {
        struct view text;
        size_t room;

        if (!layout->shown[i])
            continue;
        text = shorten(cells[i].text, layout->width[i], rows->arena);
        room = layout->width[i] - text_width(text);
        if (to->len > start)
            pad(to, GAP);
        if (rows->columns[i].right)
            pad(to, room);
        style_add(to, color, cells[i].style, text);
        if (!rows->columns[i].right && i != last)
            pad(to, room);
    }
    while (to->len > start && to->ptr[to->len - 1] == ' ')
        to->len--;
    buf_add_char(to, '\n');
}

void columns_write(const struct columns *rows, size_t width, bool color, struct buf *to)
{
    struct layout layout = {0};
    struct cell titles[COLUMNS_LIMIT];

    if (!rows)
        return;
    measure(rows, width, &layout);
    if (width)
        fit(rows, &layout, width);
    for (size_t i = 0; i < rows->count; i++)
        titles[i] = (struct cell){.text = view_of(tr(rows->columns[i].title)), .style = STYLE_BOLD};
    write_row(rows, &layout, titles, color, to);
    for (size_t i = 0; i + rows->count <= rows->cell_count; i += rows->count)
        write_row(rows, &layout, rows->cells + i, color, to);
}
