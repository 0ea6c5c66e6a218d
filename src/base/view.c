#include "base/view.h"

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int view_cmp(struct view a, struct view b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter && a.ptr != b.ptr ? memcmp(a.ptr, b.ptr, shorter) : 0;

    if (order)
        return order < 0 ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

bool view_eq_nocase(struct view a, struct view b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
            return false;
    return true;
}

bool view_starts(struct view v, struct view prefix)
{
    return v.len >= prefix.len && view_eq(view_from(v.ptr, prefix.len), prefix);
}

bool view_ends(struct view v, struct view suffix)
{
    return v.len >= suffix.len && view_eq(view_sub(v, v.len - suffix.len, suffix.len), suffix);
}

ptrdiff_t view_find(struct view v, char c)
{
    const char *hit = v.len ? memchr(v.ptr, c, v.len) : NULL;

    return hit ? hit - v.ptr : -1;
}

ptrdiff_t view_rfind(struct view v, char c)
{
    const char *hit = v.len ? memrchr(v.ptr, c, v.len) : NULL;

    return hit ? hit - v.ptr : -1;
}

ptrdiff_t view_find_view(struct view v, struct view needle)
{
    const char *hit;

    if (needle.len == 0)
        return 0;
    hit = v.len ? memmem(v.ptr, v.len, needle.ptr, needle.len) : NULL;
    return hit ? hit - v.ptr : -1;
}

struct view view_sub(struct view v, size_t start, size_t len)
{
    if (start > v.len)
        start = v.len;
    if (len > v.len - start)
        len = v.len - start;
    return view_from(v.ptr ? v.ptr + start : NULL, len);
}

struct view view_trim(struct view v)
{
    while (v.len && ascii_space(v.ptr[0]))
        v = view_sub(v, 1, v.len);
    while (v.len && ascii_space(v.ptr[v.len - 1]))
        v.len--;
    return v;
}

struct view view_strip_prefix(struct view v, struct view prefix)
{
    return view_starts(v, prefix) ? view_sub(v, prefix.len, v.len) : v;
}

struct view view_strip_suffix(struct view v, struct view suffix)
{
    return view_ends(v, suffix) ? view_sub(v, 0, v.len - suffix.len) : v;
}

struct view view_cut(struct view *rest, char separator)
{
    ptrdiff_t at = view_find(*rest, separator);
    struct view head = *rest;

    if (at < 0) {
        *rest = VIEW_EMPTY;
        return head;
    }
    head.len = (size_t)at;
    *rest = view_from(rest->ptr + at + 1, rest->len - (size_t)at - 1);
    return head;
}

struct view view_line(struct view *rest)
{
    struct view line = view_cut(rest, '\n');

    return view_strip_suffix(line, VIEW("\r"));
}

struct view view_word(struct view *rest)
{
    struct view word;
    size_t start = 0, end;

    while (start < rest->len && ascii_space(rest->ptr[start]))
        start++;
    for (end = start; end < rest->len && !ascii_space(rest->ptr[end]);)
        end++;
    word = view_sub(*rest, start, end - start);
    *rest = view_sub(*rest, end, rest->len);
    return word;
}

bool view_to_u64(struct view v, uint64_t *ret)
{
    uint64_t value = 0;

    if (v.len == 0)
        return false;
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] < '0' || v.ptr[i] > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(v.ptr[i] - '0'), &value))
            return false;
    }
    *ret = value;
    return true;
}
