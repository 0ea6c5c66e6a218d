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
    return c == ' ' || c == '\t';
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

/* Takes a word out, with the blanks before it, or the line it has for itself. */
void edit_remove_span(struct edit_step *s, struct dockerfile_span span)
{
    size_t start = span.start, end = span.end, first, rest;

    while (start && edit_is_blank(s->file.ptr[start - 1]))
        start--;
    first = edit_line_start(s->file, span.start);
    if (start > first) {
        edit_add(s, start, end, VIEW_EMPTY);
        return;
    }
    rest = end;
    while (rest < s->file.len && edit_is_blank(s->file.ptr[rest]))
        rest++;
    if (rest < s->file.len && s->file.ptr[rest] == s->event->build->file->escape &&
        edit_line_next(s->file, rest) < s->file.len)
        edit_add(s, first, edit_line_next(s->file, rest), VIEW_EMPTY);
    else if (rest < s->file.len && s->file.ptr[rest] != '\n' && s->file.ptr[rest] != '\r')
        edit_add(s, span.start, rest, VIEW_EMPTY);
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
