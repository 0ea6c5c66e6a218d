#include "vulndb/import/lines.h"

void lines_done(struct lines *lines)
{
    buf_done(&lines->joined);
}

static int hand_out(struct lines *lines, struct view line, struct view *ret_line)
{
    lines->number++;
    *ret_line = view_strip_suffix(line, VIEW("\r"));
    return 1;
}

/* The tail of a block waits for the rest of its line. */
static int keep(struct lines *lines, struct view part, struct error *err)
{
    buf_add(&lines->joined, part);
    if (!lines->joined.failed)
        return 0;
    return error_set(err, ERROR_LIMIT, "line %llu is longer than %d bytes",
                     (unsigned long long)lines->number + 1, LINES_LIMIT);
}

static int next_block(struct lines *lines, struct error *err)
{
    int r = stream_next(lines->stream, &lines->block, err);

    if (r < 0)
        return r;
    lines->ended = lines->block.len == 0;
    lines->bytes += lines->block.len;
    return 0;
}

int lines_next(struct lines *lines, struct view *ret_line, struct error *err)
{
    bool joining = false;

    buf_reset(&lines->joined);
    for (;;) {
        ptrdiff_t end = view_find(lines->block, '\n');
        struct view part = end < 0 ? lines->block : view_sub(lines->block, 0, (size_t)end);
        int r;

        if (end >= 0)
            lines->block = view_sub(lines->block, (size_t)end + 1, lines->block.len);
        if (end >= 0 && !joining)
            return hand_out(lines, part, ret_line);
        r = keep(lines, part, err);
        if (r < 0)
            return r;
        joining = joining || part.len > 0;
        if (end >= 0 || (lines->ended && joining))
            return hand_out(lines, buf_view(&lines->joined), ret_line);
        if (lines->ended)
            return 0;
        r = next_block(lines, err);
        if (r < 0)
            return r;
    }
}
