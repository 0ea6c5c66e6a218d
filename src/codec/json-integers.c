#include "codec/json-integers.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number that `text` begins with. */
static struct view cut_number(struct view text)
{
    size_t len = 0;

    while (len < text.len && (is_digit(text.ptr[len]) || strchr("+-.eE", text.ptr[len])) &&
           text.ptr[len] != '\0')
        len++;
    return view_sub(text, 0, len);
}

static bool is_too_large(struct view number)
{
    struct view digits = view_strip_prefix(number, VIEW("-"));
    struct view most =
        digits.len == number.len ? VIEW("18446744073709551615") : VIEW("9223372036854775808");

    for (size_t i = 0; i < digits.len; i++)
        if (!is_digit(digits.ptr[i]))
            return false;
    return digits.len > most.len || (digits.len == most.len && view_cmp(digits, most) > 0);
}

/* The string that `text` begins with, quotes included. */
static struct view cut_string(struct view text)
{
    size_t len = 1;

    while (len < text.len && text.ptr[len] != '"')
        len += text.ptr[len] == '\\' ? 2 : 1;
    return view_sub(text, 0, len + 1);
}

bool json_integers_soften(struct view text, struct buf *to)
{
    size_t before = to->len, copied = 0;
    bool any = false;

    for (size_t at = 0; at < text.len;) {
        struct view rest = view_sub(text, at, text.len);
        char c = rest.ptr[0];
        struct view number = c == '-' || is_digit(c) ? cut_number(rest) : VIEW_EMPTY;

        at += c == '"' ? cut_string(rest).len : number.len ? number.len : 1;
        if (number.len == 0 || !is_too_large(number))
            continue;
        buf_add(to, view_sub(text, copied, at - copied));
        buf_add(to, VIEW("e0"));
        copied = at;
        any = true;
    }
    if (any)
        buf_add(to, view_sub(text, copied, text.len));
    else
        to->len = before;
    return any && !to->failed;
}
