#include "config/dockerfile/json-array.h"

#include "base/cursor.h"

struct reader {
    struct cursor in;
    struct arena *arena;
    bool mixed;
};

static char peek(struct reader *r)
{
    return !r->in.failed && r->in.at < r->in.bytes.len ? r->in.bytes.ptr[r->in.at] : '\0';
}

static void skip_space(struct reader *r)
{
    while (peek(r) && strchr(" \t\r\n", peek(r)))
        r->in.at++;
}

static bool take(struct reader *r, char c)
{
    if (peek(r) != c)
        return false;
    r->in.at++;
    return true;
}

static unsigned hex_digit(struct reader *r)
{
    char c = (char)cursor_u8(&r->in);

    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c |= 0x20;
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a' + 10);
    cursor_fail(&r->in);
    return 0;
}

static unsigned hex_unit(struct reader *r)
{
    unsigned unit = 0;

    for (int i = 0; i < 4; i++)
        unit = unit << 4 | hex_digit(r);
    return unit;
}

static size_t put_code_point(char *to, unsigned c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3f));
    to[2] = (char)(0x80 | (c >> 6 & 0x3f));
    to[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* Behind "\u"; a surrogate without its partner becomes U+FFFD. */
static unsigned code_point(struct reader *r)
{
    unsigned unit = hex_unit(r), second;
    size_t mark = r->in.at;

    if (unit < 0xd800 || unit > 0xdfff)
        return unit;
    if (unit <= 0xdbff && take(r, '\\') && take(r, 'u')) {
        second = hex_unit(r);
        if (second >= 0xdc00 && second <= 0xdfff)
            return 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
    }
    if (!r->in.failed)
        r->in.at = mark;
    return 0xfffd;
}

static size_t take_escape(struct reader *r, char *to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char c = (char)cursor_u8(&r->in);
    const char *found = c ? strchr(from, c) : NULL;

    if (c == 'u')
        return put_code_point(to, code_point(r));
    if (!found) {
        cursor_fail(&r->in);
        return 0;
    }
    *to = into[found - from];
    return 1;
}

/* A string behind its quote. The decoded text is never longer than the written. */
static struct view take_string(struct reader *r)
{
    size_t len = 0;
    char *to = arena_alloc(r->arena, cursor_left(&r->in) + 1);

    while (to && !r->in.failed && !take(r, '"')) {
        unsigned char c = cursor_u8(&r->in);

        if (c == '\\')
            len += take_escape(r, to + len);
        else if (c < 0x20)
            cursor_fail(&r->in);
        else
            to[len++] = (char)c;
    }
    return view_from(to, len);
}

static void skip_number(struct reader *r)
{
    size_t start;

    take(r, '-');
    start = r->in.at;
    while (peek(r) >= '0' && peek(r) <= '9')
        r->in.at++;
    if (start == r->in.at || (r->in.at - start > 1 && r->in.bytes.ptr[start] == '0'))
        cursor_fail(&r->in);
    if (take(r, '.')) {
        start = r->in.at;
        while (peek(r) >= '0' && peek(r) <= '9')
            r->in.at++;
        if (start == r->in.at)
            cursor_fail(&r->in);
    }
    if (take(r, 'e') || take(r, 'E')) {
        if (!take(r, '+'))
            take(r, '-');
        start = r->in.at;
        while (peek(r) >= '0' && peek(r) <= '9')
            r->in.at++;
        if (start == r->in.at)
            cursor_fail(&r->in);
    }
}

static void skip_word(struct reader *r)
{
    static const struct view words[] = {VIEW("true"), VIEW("false"), VIEW("null")};
    struct view rest = view_sub(r->in.bytes, r->in.at, r->in.bytes.len);

    for (size_t i = 0; i < 3; i++) {
        if (view_starts(rest, words[i])) {
            r->in.at += words[i].len;
            return;
        }
    }
    cursor_fail(&r->in);
}

static void skip_value(struct reader *r, unsigned depth);

/* Members up to `close`, the opening bracket taken. */
static void skip_members(struct reader *r, char close, unsigned depth)
{
    skip_space(r);
    if (take(r, close))
        return;
    do {
        skip_space(r);
        if (close == '}') {
            if (!take(r, '"'))
                cursor_fail(&r->in);
            take_string(r);
            skip_space(r);
            if (!take(r, ':'))
                cursor_fail(&r->in);
        }
        skip_value(r, depth + 1);
        skip_space(r);
    } while (take(r, ','));
    if (!take(r, close))
        cursor_fail(&r->in);
}

static void skip_value(struct reader *r, unsigned depth)
{
    skip_space(r);
    if (depth > JSON_ARRAY_DEPTH_LIMIT)
        cursor_fail(&r->in);
    else if (take(r, '"'))
        take_string(r);
    else if (take(r, '['))
        skip_members(r, ']', depth);
    else if (take(r, '{'))
        skip_members(r, '}', depth);
    else if (peek(r) == '-' || (peek(r) >= '0' && peek(r) <= '9'))
        skip_number(r);
    else
        skip_word(r);
}

static void take_item(struct reader *r, struct json_array *array)
{
    struct json_array_item *item;
    size_t start;

    skip_space(r);
    start = r->in.at;
    if (!take(r, '"')) {
        r->mixed = true;
        skip_value(r, 1);
        return;
    }
    item = arena_push(r->arena, &array->items, &array->count, sizeof(*item));
    if (!item)
        return;
    item->text = take_string(r);
    item->start = start;
    item->end = r->in.at;
}

int json_array_parse(struct view text, struct arena *arena, struct json_array *ret,
                     struct error *err)
{
    struct reader r = {cursor_of(text), arena, false};
    struct json_array array = {JSON_ARRAY_STRINGS, NULL, 0};

    take(&r, '[');
    skip_space(&r);
    if (!take(&r, ']')) {
        do {
            take_item(&r, &array);
            skip_space(&r);
        } while (take(&r, ',') && !arena_failed(arena, "a JSON array", NULL));
        if (!take(&r, ']'))
            cursor_fail(&r.in);
    }
    skip_space(&r);
    if (arena_failed(arena, "a JSON array", err) < 0)
        return ERROR_MEMORY;
    if (!cursor_at_end(&r.in))
        array.kind = JSON_ARRAY_BROKEN;
    else if (r.mixed)
        array.kind = JSON_ARRAY_MIXED;
    *ret = array;
    return 0;
}
