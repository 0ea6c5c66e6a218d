#include "codec/json-write.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/utf8.h"

static void new_line(struct json_writer *w)
{
    if (!w->pretty)
        return;
    buf_add_char(w->to, '\n');
    for (unsigned i = 0; i < w->depth; i++)
        buf_add(w->to, VIEW("  "));
}

static void separate(struct json_writer *w)
{
    if (w->depth == 0)
        return;
    if (w->open[w->depth - 1].any)
        buf_add_char(w->to, ',');
    w->open[w->depth - 1].any = true;
    new_line(w);
}

/* What comes before any value. */
static void begin_value(struct json_writer *w)
{
    bool in_object = w->depth && w->open[w->depth - 1].object;

    if (in_object != w->have_key || (w->depth == 0 && w->have_root))
        w->broken = true;
    w->have_root = true;
    if (!w->have_key)
        separate(w);
    w->have_key = false;
}

static void open_container(struct json_writer *w, bool object)
{
    begin_value(w);
    if (w->depth == JSON_WRITE_DEPTH_LIMIT) {
        w->broken = true;
        return;
    }
    buf_add_char(w->to, object ? '{' : '[');
    w->open[w->depth].object = object;
    w->open[w->depth].any = false;
    w->depth++;
}

void json_write_object(struct json_writer *w)
{
    open_container(w, true);
}

void json_write_array(struct json_writer *w)
{
    open_container(w, false);
}

void json_write_end(struct json_writer *w)
{
    bool object, any;

    if (w->depth == 0 || w->have_key) {
        w->broken = true;
        return;
    }
    w->depth--;
    object = w->open[w->depth].object;
    any = w->open[w->depth].any;
    if (any)
        new_line(w);
    buf_add_char(w->to, object ? '}' : ']');
}

static void add_escaped(struct buf *to, unsigned char c)
{
    static const char shorts[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *hit = c ? strchr(shorts, c) : NULL;

    if (hit)
        buf_addf(to, "\\%c", letters[hit - shorts]);
    else
        buf_addf(to, "\\u%04x", c);
}

static void add_string(struct buf *to, struct view text)
{
    size_t plain = 0; /* bytes that go out as they are */

    buf_add_char(to, '"');
    while (plain < text.len) {
        struct view rest = view_sub(text, plain, text.len);
        unsigned char c = (unsigned char)rest.ptr[0];
        size_t len = utf8_length(rest);

        if (len && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
            plain += len;
            continue;
        }
        buf_add(to, view_sub(text, 0, plain));
        if (len)
            add_escaped(to, c);
        else
            buf_add(to, VIEW("\xef\xbf\xbd"));
        text = view_sub(rest, 1, rest.len);
        plain = 0;
    }
    buf_add(to, text);
    buf_add_char(to, '"');
}

void json_write_key(struct json_writer *w, struct view key)
{
    if (w->depth == 0 || !w->open[w->depth - 1].object || w->have_key)
        w->broken = true;
    separate(w);
    add_string(w->to, key);
    buf_add(w->to, w->pretty ? VIEW(": ") : VIEW(":"));
    w->have_key = true;
}

void json_write_string(struct json_writer *w, struct view text)
{
    begin_value(w);
    add_string(w->to, text);
}

void json_write_int(struct json_writer *w, int64_t value)
{
    begin_value(w);
    buf_addf(w->to, "%lld", (long long)value);
}

void json_write_uint(struct json_writer *w, uint64_t value)
{
    begin_value(w);
    buf_addf(w->to, "%llu", (unsigned long long)value);
}

void json_write_double(struct json_writer *w, double value)
{
    char text[40];
    char *point;

    if (!isfinite(value)) {
        json_write_null(w);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    point = strstr(text, localeconv()->decimal_point);
    if (point)
        *point = '.';
    begin_value(w);
    buf_add_str(w->to, text);
}

void json_write_bool(struct json_writer *w, bool value)
{
    begin_value(w);
    buf_add(w->to, value ? VIEW("true") : VIEW("false"));
}

void json_write_null(struct json_writer *w)
{
    begin_value(w);
    buf_add(w->to, VIEW("null"));
}

void json_write_member(struct json_writer *w, struct view key, struct view text)
{
    json_write_key(w, key);
    json_write_string(w, text);
}

int json_write_done(const struct json_writer *w, const char *what, struct error *err)
{
    if (w->broken || w->depth || !w->have_root)
        return error_set(err, ERROR_INTERNAL, "%s is not a whole JSON document", what);
    return buf_failed(w->to, what, err);
}
