#include "base/buf.h"
#include "config/compose/service.h"

enum { INTERPOLATED_LIMIT = 64 << 10, NESTING_LIMIT = 8 };

static bool expand(struct view text, unsigned depth, struct buf *to);

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The bytes up to the brace that closes, which may hold braces itself. */
static bool take_braces(struct view *rest, struct view *ret)
{
    size_t depth = 1;

    for (size_t i = 0; i < rest->len; i++) {
        depth += rest->ptr[i] == '{';
        depth -= rest->ptr[i] == '}';
        if (depth)
            continue;
        *ret = view_sub(*rest, 0, i);
        *rest = view_sub(*rest, i + 1, rest->len);
        return true;
    }
    return false;
}

/* ":-default" and "-default" give a value; ":?", "?" and none give nothing
 * that is known; ":+x" and "+x" may be empty or x. */
static bool expand_variable(struct view body, unsigned depth, struct buf *to)
{
    size_t len = 0;

    while (len < body.len && is_name(body.ptr[len]))
        len++;
    body = view_strip_prefix(view_sub(body, len, body.len), VIEW(":"));
    if (body.len == 0 || body.ptr[0] != '-' || depth == NESTING_LIMIT)
        return false;
    return expand(view_sub(body, 1, body.len), depth + 1, to);
}

static bool expand(struct view text, unsigned depth, struct buf *to)
{
    while (text.len) {
        ptrdiff_t dollar = view_find(text, '$');
        struct view body;

        buf_add(to, view_sub(text, 0, dollar < 0 ? text.len : (size_t)dollar));
        if (dollar < 0)
            return true;
        text = view_sub(text, (size_t)dollar + 1, text.len);
        if (text.len && text.ptr[0] == '$') {
            buf_add_char(to, '$');
            text = view_sub(text, 1, text.len);
            continue;
        }
        if (!text.len || text.ptr[0] != '{')
            return false; /* $NAME */
        text = view_sub(text, 1, text.len);
        if (!take_braces(&text, &body) || !expand_variable(body, depth, to))
            return false;
    }
    return true;
}

bool compose_interpolate(struct view text, struct arena *arena, struct view *ret)
{
    _cleanup_(buf_done) struct buf to = BUF_INIT(INTERPOLATED_LIMIT);

    if (view_find(text, '$') < 0) {
        *ret = text;
        return true;
    }
    if (!expand(text, 0, &to) || to.failed)
        return false;
    *ret = arena_copy(arena, buf_view(&to));
    return true;
}
