#include "vulndb/summary.h"

#include "base/cleanup.h"

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f;
}

/* The length of `text` cut to the limit, at the end of a word when there is
 * one, never inside a character. */
static size_t cut_at_word(struct view text, size_t limit)
{
    size_t end = limit;

    while (end > limit / 2 && !is_blank(text.ptr[end]))
        end--;
    if (end == limit / 2)
        for (end = limit; end && ((unsigned char)text.ptr[end] & 0xc0) == 0x80;)
            end--;
    while (end && is_blank(text.ptr[end - 1]))
        end--;
    return end;
}

void summary_add(struct buf *to, struct view text)
{
    static const struct view dots = VIEW("...");
    _cleanup_(buf_done) struct buf line = BUF_INIT(1 << 20);

    text = view_trim(text);
    for (size_t i = 0; i < text.len && line.len <= SUMMARY_LIMIT; i++) {
        if (!is_blank(text.ptr[i]))
            buf_add_char(&line, text.ptr[i]);
        else if (line.len && line.ptr[line.len - 1] != ' ')
            buf_add_char(&line, ' ');
    }
    if (line.len <= SUMMARY_LIMIT) {
        buf_add(to, view_trim(buf_view(&line)));
        return;
    }
    buf_add(to,
            view_sub(buf_view(&line), 0, cut_at_word(buf_view(&line), SUMMARY_LIMIT - dots.len)));
    buf_add(to, dots);
}

struct view summary_sentence(struct view text)
{
    text = view_trim(text);
    for (size_t i = 0; i + 1 < text.len; i++) {
        char next = text.ptr[i + 1];

        if (text.ptr[i] == '\n' && next == '\n')
            return view_sub(text, 0, i);
        if (text.ptr[i] != '.' || !is_blank(next) || i + 2 >= text.len)
            continue;
        if (text.ptr[i + 2] >= 'A' && text.ptr[i + 2] <= 'Z')
            return view_sub(text, 0, i + 1);
    }
    return text;
}

struct view summary_of_cve(struct view details, struct view cve)
{
    while (details.ptr) {
        struct view line = view_trim(view_line(&details)), head;
        ptrdiff_t at = view_find_view(line, cve);

        if (at < 0 || (!view_starts(line, VIEW("* ")) && !view_starts(line, VIEW("- "))))
            continue;
        head = view_trim(view_sub(line, 2, (size_t)at - 2));
        if (!view_ends(head, VIEW("(")))
            continue;
        return view_trim(view_sub(head, 0, head.len - 1));
    }
    return VIEW_EMPTY;
}
