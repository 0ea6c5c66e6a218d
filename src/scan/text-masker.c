#include "scan/text-masker.h"

#include <stdio.h>
#include <stdlib.h>

/* A part of the text, and what stands for it. */
struct span {
    uint32_t line, column, end_line, end_column;
    char masked[SECRET_NAME_LIMIT];
};

struct text_masker {
    struct secret_scanner *scanner;
    struct span spans[TEXT_MASKER_SPANS];
    size_t count;
};

static void on_found(void *ctx, const struct secret_match *match)
{
    struct text_masker *masker = ctx;
    struct span *span;

    if (masker->count == TEXT_MASKER_SPANS)
        return;
    span = &masker->spans[masker->count++];
    *span = (struct span){match->line, match->column, match->end_line, match->end_column, ""};
    snprintf(span->masked, sizeof(span->masked), "%.*s", VIEW_ARG(match->masked));
}

static void on_left_out(void *ctx, struct view path, const struct error *why)
{
    (void)ctx;
    (void)path;
    (void)why;
}

int text_masker_new(const struct secret_rules *rules, struct text_masker **ret, struct error *err)
{
    struct text_masker *masker = calloc(1, sizeof(*masker));
    struct secret_options options = SECRET_OPTIONS_DEFAULT;
    int r;

    if (!masker)
        return error_memory(err);
    options.ctx = masker;
    options.found = on_found;
    options.left_out = on_left_out;
    r = secret_scanner_new(rules, &options, &masker->scanner, err);
    if (r < 0)
        text_masker_free(masker);
    else
        *ret = masker;
    return r;
}

void text_masker_free(struct text_masker *masker)
{
    if (!masker)
        return;
    secret_scanner_free(masker->scanner);
    free(masker);
}

static bool is_before(uint32_t line, uint32_t column, uint32_t other_line, uint32_t other_column)
{
    return line < other_line || (line == other_line && column < other_column);
}

static const struct span *span_at(const struct text_masker *masker, uint32_t line, uint32_t column)
{
    for (size_t i = 0; i < masker->count; i++) {
        const struct span *span = &masker->spans[i];

        if (!is_before(line, column, span->line, span->column) &&
            !is_before(span->end_line, span->end_column, line, column))
            return span;
    }
    return NULL;
}

static void add_masked(const struct text_masker *masker, struct view text, struct buf *to)
{
    const struct span *within = NULL;
    uint32_t line = 1, column = 0;

    for (size_t i = 0; i < text.len; i++) {
        const struct span *span;

        if (((unsigned char)text.ptr[i] & 0xc0) != 0x80)
            column++;
        span = span_at(masker, line, column);
        if (span && span != within)
            buf_add_str(to, span->masked);
        if (!span)
            buf_add_char(to, text.ptr[i]);
        within = span;
        if (text.ptr[i] == '\n') {
            line++;
            column = 0;
        }
    }
}

bool text_masker_run(struct text_masker *masker, struct view text, struct buf *to)
{
    masker->count = 0;
    secret_scanner_text(masker->scanner, VIEW("text"), text);
    if (masker->count == 0)
        buf_add(to, text);
    else if (masker->count == TEXT_MASKER_SPANS)
        buf_add_str(to, "********");
    else
        add_masked(masker, text, to);
    return masker->count > 0;
}
