#include "report/style.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

enum { TAB_WIDTH = 4 };

enum style style_of_severity(enum severity severity)
{
    static const enum style styles[SEVERITY_COUNT] = {
        [SEVERITY_CRITICAL] = STYLE_CRITICAL, [SEVERITY_HIGH] = STYLE_HIGH,
        [SEVERITY_MEDIUM] = STYLE_MEDIUM,     [SEVERITY_LOW] = STYLE_LOW,
        [SEVERITY_NEGLIGIBLE] = STYLE_DIM,    [SEVERITY_UNKNOWN] = STYLE_DIM,
    };

    return severity < SEVERITY_COUNT ? styles[severity] : STYLE_PLAIN;
}

const char *style_severity_label(enum severity severity)
{
    static const char *const labels[SEVERITY_COUNT] = {
        [SEVERITY_CRITICAL] = TR_KEY("CRITICAL"),     [SEVERITY_HIGH] = TR_KEY("HIGH"),
        [SEVERITY_MEDIUM] = TR_KEY("MEDIUM"),         [SEVERITY_LOW] = TR_KEY("LOW"),
        [SEVERITY_NEGLIGIBLE] = TR_KEY("NEGLIGIBLE"), [SEVERITY_UNKNOWN] = TR_KEY("UNKNOWN"),
    };

    return tr(labels[severity]);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct view style_clean(struct view text, struct arena *arena)
{
    char *clean = arena_cstr(arena, view_trim(text));
    size_t length = view_trim(text).len, end = 0;

    if (!clean)
        return VIEW_EMPTY;
    for (size_t i = 0; i < length; i++) {
        if (!is_blank(clean[i]))
            clean[end++] = clean[i] ? clean[i] : '?';
        else if (end == 0 || clean[end - 1] != ' ')
            clean[end++] = ' ';
    }
    clean[end] = '\0';
    error_make_printable(clean);
    return view_from(clean, end);
}

struct view style_clean_code(struct view line, struct arena *arena)
{
    char *clean = arena_array(arena, line.len + 1, TAB_WIDTH);
    size_t end = 0;

    if (!clean)
        return VIEW_EMPTY;
    for (size_t i = 0; i < line.len; i++) {
        size_t blanks = line.ptr[i] == '\t' ? TAB_WIDTH : 1;

        for (size_t k = 0; k < blanks; k++)
            clean[end++] = (char)(is_blank(line.ptr[i]) ? ' ' : line.ptr[i] ? line.ptr[i] : '?');
    }
    while (end && clean[end - 1] == ' ')
        end--;
    clean[end] = '\0';
    error_make_printable(clean);
    return view_from(clean, end);
}

/* ECMA-48 "select graphic rendition" */
static const char *const codes[STYLE_COUNT] = {
    [STYLE_BOLD] = "1",    [STYLE_DIM] = "2",  [STYLE_CRITICAL] = "1;31", [STYLE_HIGH] = "31",
    [STYLE_MEDIUM] = "33", [STYLE_LOW] = "36", [STYLE_GOOD] = "32",
};

void style_add(struct buf *to, bool color, enum style style, struct view clean)
{
    if (!color || !codes[style]) {
        buf_add(to, clean);
        return;
    }
    buf_addf(to, "\x1b[%sm", codes[style]);
    buf_add(to, clean);
    buf_add_str(to, "\x1b[0m");
}

void style_addf(struct buf *to, bool color, enum style style, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    style_add(to, color, style, view_of(text));
}
