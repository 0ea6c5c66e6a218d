#include "report/xml-text.h"

#include "codec/utf8.h"

static const char replacement[] = "\xef\xbf\xbd";

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

/* U+FFFE and U+FFFF are no characters of XML; 0x7f is, but drives terminals. */
static bool is_allowed(struct view character)
{
    unsigned char first = (unsigned char)character.ptr[0];

    if (first < 0x20 || first == 0x7f)
        return first == '\n' || first == '\t';
    return !view_eq(character, VIEW("\xef\xbf\xbe")) && !view_eq(character, VIEW("\xef\xbf\xbf"));
}

void xml_add_text(struct buf *to, struct view text)
{
    while (text.len) {
        size_t length = utf8_length(text);
        struct view character = view_sub(text, 0, length ? length : 1);
        const char *entity = entity_of(text.ptr[0]);

        text = view_sub(text, character.len, text.len);
        if (entity)
            buf_add_str(to, entity);
        else if (view_eq(character, VIEW("\t")))
            buf_add_char(to, ' ');
        else if (length && is_allowed(character))
            buf_add(to, character);
        else if (!view_eq(character, VIEW("\r")))
            buf_add_str(to, replacement);
    }
}

void xml_add_attribute(struct buf *to, const char *name, struct view text)
{
    bool blank = false;

    buf_addf(to, " %s=\"", name);
    text = view_trim(text);
    while (text.len) {
        size_t end = 0;

        while (end < text.len && !strchr(" \t\r\n", text.ptr[end]))
            end++;
        if (blank)
            buf_add_char(to, ' ');
        xml_add_text(to, view_sub(text, 0, end));
        blank = true;
        text = view_trim(view_sub(text, end, text.len));
    }
    buf_add_char(to, '"');
}
