#include <ctype.h>

#include "config/dockerfile/edit-step.h"

/* "USER {}" with the answer in the place of "{}". */
struct view edit_fill(struct arena *arena, struct view text, struct view answer)
{
    ptrdiff_t hole = view_find_view(text, VIEW("{}"));

    if (hole < 0)
        return text;
    return arena_printf(arena, "%.*s%.*s%.*s", VIEW_ARG(view_sub(text, 0, (size_t)hole)),
                        VIEW_ARG(answer), VIEW_ARG(view_sub(text, (size_t)hole + 2, text.len)));
}

struct view edit_newline(struct view text)
{
    return view_find_view(text, VIEW("\r\n")) >= 0 ? VIEW("\r\n") : VIEW("\n");
}

bool edit_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

size_t edit_line_start(struct view text, size_t at)
{
    while (at && text.ptr[at - 1] != '\n')
        at--;
    return at;
}

/* Behind the newline of the line; the end of the text in the last. */
size_t edit_line_next(struct view text, size_t at)
{
    while (at < text.len && text.ptr[at] != '\n')
        at++;
    return at < text.len ? at + 1 : at;
}

void edit_add(struct edit_step *s, size_t start, size_t end, struct view text)
{
    struct dockerfile_edit *edit;

    if (s->edits->count >= DOCKERFILE_EDIT_LIMIT || start > end || end > s->file.len)
        return;
    edit = arena_push(s->edits->arena, &s->edits->list, &s->edits->count, sizeof(*edit));
    if (edit)
        *edit = (struct dockerfile_edit){{start, end}, text, s->edits->count};
}

struct view edit_print(struct edit_step *s, const char *before, struct view text, const char *after)
{
    return arena_printf(s->edits->arena, "%s%.*s%s", before, VIEW_ARG(text), after);
}

/* Behind the blanks at `at`. */
static size_t skip_blanks(struct view text, size_t at)
{
    while (at < text.len && edit_is_blank(text.ptr[at]))
        at++;
    return at;
}

static bool ends_line(struct view text, size_t at)
{
    while (at < text.len && text.ptr[at] == '\r')
        at++;
    return at == text.len || text.ptr[at] == '\n';
}

/* Whether only the escape character stands between `at` and the line's end. */
static bool continues(const struct edit_step *s, size_t at)
{
    return at < s->file.len && s->file.ptr[at] == s->event->build->file->escape &&
           ends_line(s->file, skip_blanks(s->file, at + 1)) &&
           edit_line_next(s->file, at) < s->file.len;
}

/* Where the text of the line before ends, without its blanks and the escape
 * character that continues it; SIZE_MAX when it is none. */
static size_t continued_end(const struct edit_step *s, size_t line)
{
    size_t start, end = line;

    if (line == 0)
        return SIZE_MAX;
    start = edit_line_start(s->file, line - 1);
    while (end > start && isspace((unsigned char)s->file.ptr[end - 1]))
        end--;
    if (end == start || s->file.ptr[end - 1] != s->event->build->file->escape ||
        s->file.ptr[skip_blanks(s->file, start)] == '#')
        return SIZE_MAX;
    end--;
    while (end > start && edit_is_blank(s->file.ptr[end - 1]))
        end--;
    return end > start ? end : SIZE_MAX;
}

void edit_remove_span(struct edit_step *s, struct dockerfile_span span)
{
    size_t start = span.start, first = edit_line_start(s->file, span.start), rest, before;

    while (start && edit_is_blank(s->file.ptr[start - 1]))
        start--;
    rest = skip_blanks(s->file, span.end);
    before = continued_end(s, first);
    if (start > first)
        edit_add(s, start, span.end, VIEW_EMPTY);
    else if (continues(s, rest))
        edit_add(s, first, edit_line_next(s->file, rest), VIEW_EMPTY);
    else if (!ends_line(s->file, rest))
        edit_add(s, span.start, rest, VIEW_EMPTY);
    else if (before != SIZE_MAX)
        edit_add(s, before, span.end, VIEW_EMPTY);
}

struct view edit_quoted(struct edit_step *s, struct view text)
{
    char *to = arena_alloc(s->edits->arena, text.len * 6 + 3);
    size_t len = 0;

    if (!to)
        return VIEW_EMPTY;
    to[len++] = '"';
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c < 0x20) {
            len += (size_t)snprintf(to + len, 7, "\\u%04x", c);
            continue;
        }
        if (c == '"' || c == '\\')
            to[len++] = '\\';
        to[len++] = (char)c;
    }
    to[len++] = '"';
    return view_from(to, len);
}
