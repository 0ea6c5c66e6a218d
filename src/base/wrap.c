#include "base/wrap.h"

#include "base/text.h"

/* The bytes of the character at the front of `text`. */
static size_t character(struct view text)
{
    size_t length = 1;

    while (length < text.len && ((unsigned char)text.ptr[length] & 0xc0) == 0x80)
        length++;
    return length;
}

static bool is_wide(struct view character)
{
    return text_width(character) == 2;
}

/* Marks that must not begin a line, and those that must not end one. */
static const struct view closing[] = {VIEW("，"), VIEW("。"), VIEW("、"), VIEW("；"),
                                      VIEW("："), VIEW("！"), VIEW("？"), VIEW("）"),
                                      VIEW("”"),  VIEW("》"), VIEW("」")};
static const struct view opening[] = {VIEW("（"), VIEW("“"), VIEW("《"), VIEW("「")};

static bool is_one_of(struct view character, const struct view *marks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (view_eq(character, marks[i]))
            return true;
    return false;
}

static bool may_break(struct view last, struct view next)
{
    if (is_one_of(next, closing, sizeof(closing) / sizeof(closing[0])) ||
        is_one_of(last, opening, sizeof(opening) / sizeof(opening[0])))
        return false;
    return is_wide(last) || is_wide(next);
}

/* The longest front of `text` that holds no place to break. */
static struct view unbreakable(struct view text)
{
    size_t end = character(text);
    struct view last = view_sub(text, 0, end);

    while (end < text.len && text.ptr[end] != ' ') {
        struct view rest = view_sub(text, end, text.len);
        struct view next = view_sub(rest, 0, character(rest));

        if (may_break(last, next))
            break;
        end += next.len;
        last = next;
    }
    return view_sub(text, 0, end);
}

void wrap_add(struct buf *to, struct wrap wrap, struct view text)
{
    size_t column = wrap.column;
    bool blank = false;

    while (text.len) {
        struct view word;
        size_t width;

        if (text.ptr[0] == ' ') {
            blank = true;
            text = view_sub(text, 1, text.len);
            continue;
        }
        word = unbreakable(text);
        width = text_width(word);
        if (column > wrap.indent && column + blank + width > wrap.width) {
            buf_addf(to, "\n%*s", (int)wrap.indent, "");
            column = wrap.indent;
            blank = false;
        }
        if (blank)
            buf_add_char(to, ' ');
        buf_add(to, word);
        column += blank + width;
        blank = false;
        text = view_sub(text, word.len, text.len);
    }
}
