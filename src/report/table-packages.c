#include "base/text.h"
#include "report/columns.h"
#include "report/table-page.h"

static struct view layer_name(struct page *page, size_t layer)
{
    if (page->report->artifact.layer_count == 0)
        return VIEW_EMPTY;
    return arena_printf(page->arena, "%zu", layer + 1);
}

void page_write_packages(struct page *page)
{
    static const struct column titles[] = {
        {TR_KEY("PACKAGE")},
        {TR_KEY("VERSION")},
        {TR_KEY("SOURCE"), .drop = 3},
        {TR_KEY("TYPE"), .drop = 2},
        {TR_KEY("ARCH"), .drop = 1},
        {TR_KEY("LAYER"), .right = true, .drop = 4},
        {TR_KEY("LICENSE"), .flexible = true, .drop = 1},
    };
    struct columns *rows = columns_new(titles, sizeof(titles) / sizeof(titles[0]), page->arena);

    for (size_t i = 0; i < page->report->package_count; i++) {
        const struct package *p = &page->report->packages[i];
        const struct cell cells[] = {
            {.text = p->name},        {.text = p->version},
            {.text = p->source_name}, {.text = view_of(package_type_name(p->type))},
            {.text = p->arch},        {.text = layer_name(page, p->layer)},
            {.text = p->license},
        };

        columns_add(rows, cells);
    }
    columns_write(rows, page->options->width, page->options->color, page->to);
    buf_add_char(page->to, '\n');
}
