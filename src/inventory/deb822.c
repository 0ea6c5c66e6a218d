#include "inventory/deb822.h"

struct deb822 deb822_read(struct view content)
{
    return (struct deb822){.content = content, .rest = content};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Takes the next line, without its line end. */
static struct view take_line(struct deb822 *reader)
{
    struct view line = view_cut(&reader->rest, '\n');

    reader->cut = reader->rest.ptr == NULL;
    return view_strip_suffix(line, VIEW("\r"));
}

/* Extends the value over the continuation lines that follow. */
static void take_continuations(struct deb822 *reader, struct view *value)
{
    while (reader->rest.len && (is_blank(reader->rest.ptr[0]) || reader->rest.ptr[0] == '#')) {
        bool comment = reader->rest.ptr[0] == '#';
        struct view line = take_line(reader);

        if (!comment)
            value->len = (size_t)(line.ptr + line.len - value->ptr);
    }
}

static enum deb822_event end_stanza(struct deb822 *reader)
{
    reader->in_stanza = false;
    return DEB822_STANZA_END;
}

static enum deb822_event take_field(struct deb822 *reader, struct view line)
{
    ptrdiff_t colon = view_find(line, ':');

    if (colon <= 0 || is_blank(line.ptr[0]))
        return DEB822_BAD_LINE;
    reader->in_stanza = true;
    reader->name = view_trim(view_sub(line, 0, (size_t)colon));
    reader->value = view_sub(line, (size_t)colon + 1, line.len);
    take_continuations(reader, &reader->value);
    reader->value = view_trim(reader->value);
    return DEB822_FIELD;
}

enum deb822_event deb822_next(struct deb822 *reader)
{
    while (reader->rest.len) {
        struct view line;

        reader->at = (size_t)(reader->rest.ptr - reader->content.ptr);
        line = take_line(reader);
        if (line.len == 0 && reader->in_stanza)
            return end_stanza(reader);
        if (line.len && line.ptr[0] != '#')
            return take_field(reader, line);
    }
    if (!reader->in_stanza)
        return DEB822_END;
    reader->at = reader->content.len;
    return end_stanza(reader);
}

bool deb822_is(const struct deb822 *reader, struct view name)
{
    return view_eq_nocase(reader->name, name);
}
