#include "codec/document-place.h"

struct document_place document_place_at_start(struct view text)
{
    return (struct document_place){text, 0, {0, 1, 1}};
}

static bool is_inner_byte(struct view text, size_t at)
{
    return ((unsigned char)text.ptr[at] & 0xc0) == 0x80;
}

/* Is the byte at `at` the last one of its line? */
static bool ends_line(struct view text, size_t at)
{
    char c = text.ptr[at];

    return c == '\n' || (c == '\r' && (at + 1 == text.len || text.ptr[at + 1] != '\n'));
}

/* A byte order mark at the start of a line has no width. */
static bool is_order_mark(struct view text, size_t line_start)
{
    return view_starts(view_sub(text, line_start, 3), VIEW("\xef\xbb\xbf"));
}

static void step(struct document_place *p)
{
    bool line_ends = ends_line(p->text, p->mark.offset);
    bool no_width = p->mark.column == 1 && is_order_mark(p->text, p->mark.offset);

    do
        p->mark.offset++;
    while (p->mark.offset < p->text.len && is_inner_byte(p->text, p->mark.offset));
    p->index++;
    if (line_ends)
        p->mark.line++;
    p->mark.column = line_ends ? 1 : p->mark.column + !no_width;
}

static uint32_t column_of(struct view text, size_t offset)
{
    uint32_t column = 1;

    while (offset > 0 && !ends_line(text, offset - 1))
        column += !is_inner_byte(text, --offset);
    return column - (column > 1 && is_order_mark(text, offset));
}

static void step_back(struct document_place *p)
{
    do
        p->mark.offset--;
    while (p->mark.offset > 0 && is_inner_byte(p->text, p->mark.offset));
    p->index--;
    if (!ends_line(p->text, p->mark.offset)) {
        p->mark.column -= p->mark.column > 1;
        return;
    }
    p->mark.line--;
    p->mark.column = column_of(p->text, p->mark.offset);
}

void document_place_to_index(struct document_place *place, size_t index)
{
    while (place->index < index && place->mark.offset < place->text.len)
        step(place);
    while (place->index > index && place->mark.offset > 0)
        step_back(place);
}

void document_place_to_offset(struct document_place *place, size_t offset)
{
    while (place->mark.offset < offset && place->mark.offset < place->text.len)
        step(place);
    while (place->mark.offset > offset)
        step_back(place);
}
