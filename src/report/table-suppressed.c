#include "base/clock.h"
#include "base/text.h"
#include "report/columns.h"
#include "report/place.h"
#include "report/table-page.h"

static struct view end_text(struct page *page, int64_t until)
{
    char stamp[CLOCK_STAMP_SIZE];

    if (until == 0)
        return VIEW_EMPTY;
    clock_format(until, stamp);
    return arena_printf(page->arena, "%.10s", stamp);
}

static struct view origin_text(struct page *page, const struct report_suppressed *s)
{
    if (s->file.len == 0 || s->line == 0)
        return s->file;
    return arena_printf(page->arena, "%.*s:%u", VIEW_ARG(s->file), s->line);
}

/* The package, or the place in a file. */
static struct view subject_text(struct page *page, const struct finding *f)
{
    return f->package ? f->package->name : place_text(f, page->arena);
}

void page_write_suppressed(struct page *page)
{
    static const struct column titles[] = {
        {TR_KEY("ACCEPTED")},         {TR_KEY("SEVERITY")},
        {TR_KEY("PLACE"), .drop = 3}, {TR_KEY("UNTIL"), .drop = 2},
        {TR_KEY("BY"), .drop = 1},    {TR_KEY("REASON"), .flexible = true, .drop = 4},
    };
    struct columns *rows;

    if (page->report->suppressed_count == 0)
        return;
    rows = columns_new(titles, sizeof(titles) / sizeof(titles[0]), page->arena);
    for (size_t i = 0; i < page->report->suppressed_count; i++) {
        const struct report_suppressed *s = &page->report->suppressed[i];
        const struct cell cells[] = {
            {.text = s->finding->id},
            {view_of(style_severity_label(s->finding->severity)),
             style_of_severity(s->finding->severity), 0, false},
            {.text = subject_text(page, s->finding)},
            {.text = end_text(page, s->until)},
            {.text = origin_text(page, s)},
            {.text = s->reason},
        };

        columns_add(rows, cells);
    }
    buf_add_char(page->to, '\n');
    columns_write(rows, page->options->width, page->options->color, page->to);
}
