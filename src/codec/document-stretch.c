#include "codec/document-stretch.h"

#include "codec/utf8.h"

static const struct view byte_order_mark = VIEW("\xef\xbb\xbf");

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

/* Bytes 0x20..0x7e, eight at once. */
static bool are_plain(const char *bytes)
{
    uint64_t word, low = 0x0101010101010101, high = 0x8080808080808080;

    memcpy(&word, bytes, sizeof(word));
    /* No byte is above 0x7e, and none below 0x20. */
    return ((word | (word + low) | (word - 0x20 * low)) & high) == 0;
}

static bool is_allowed_ascii(char c)
{
    return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t';
}

/* U+0085, U+00A0..U+D7FF, U+E000..U+FFFD, U+10000..U+10FFFF of well-formed UTF-8. */
static bool is_allowed(const char *bytes, size_t len)
{
    unsigned char second = (unsigned char)bytes[1], third = len > 2 ? (unsigned char)bytes[2] : 0;

    if (len == 2)
        return (unsigned char)bytes[0] != 0xc2 || second >= 0xa0 || second == 0x85;
    return len > 3 || (unsigned char)bytes[0] != 0xef || second != 0xbf || third < 0xbe;
}

struct document_stretch document_stretch_from(struct view text, size_t start)
{
    struct document_stretch s = {start, true, DOCUMENT_STOP_END};

    while (s.end < text.len) {
        const char *at = text.ptr + s.end;
        size_t len;

        if (text.len - s.end >= 8 && are_plain(at)) {
            s.end += 8;
            continue;
        }
        if (is_allowed_ascii(*at)) {
            s.end++;
            continue;
        }
        len = utf8_length(view_sub(text, s.end, 4));
        s.stop = len == 0 ? DOCUMENT_STOP_UTF8 : DOCUMENT_STOP_CONTROL;
        if (len < 2 || !is_allowed(at, len))
            return s;
        s.stop = DOCUMENT_STOP_BOM;
        if (s.end > start && is_break(at[-1]) &&
            view_starts(view_sub(text, s.end, len), byte_order_mark))
            return s;
        s.stop = DOCUMENT_STOP_END;
        s.ascii = false;
        s.end += len;
    }
    return s;
}

size_t document_stretch_next_document(struct view text, size_t line_start)
{
    static const struct view dashes = VIEW("---");
    size_t at = line_start;

    for (;;) {
        ptrdiff_t hit = view_find_view(view_sub(text, at, SIZE_MAX), dashes);
        size_t behind;

        if (hit < 0)
            return SIZE_MAX;
        at += (size_t)hit;
        behind = at + dashes.len;
        if ((at == 0 || at == line_start || is_break(text.ptr[at - 1])) &&
            (behind == text.len || strchr(" \t\r\n", text.ptr[behind])))
            return at;
        at++;
    }
}

size_t document_stretch_line_end(struct view text, size_t at)
{
    while (at < text.len && !is_break(text.ptr[at]))
        at++;
    return at;
}
