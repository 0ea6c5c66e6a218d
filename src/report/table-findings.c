#include "base/text.h"
#include "report/columns.h"
#include "report/table-page.h"

enum {
    BINARIES_SHOWN = 3, /* names below a source package on a terminal */
    NAME_INDENT = 2,
};

static const char *status_label(enum finding_status status)
{
    static const char *const labels[FINDING_STATUS_COUNT] = {
        [FINDING_FIXED] = TR_KEY("fixed"),
        [FINDING_AFFECTED] = TR_KEY("affected"),
        [FINDING_WILL_NOT_FIX] = TR_KEY("will-not-fix"),
        [FINDING_END_OF_LIFE] = TR_KEY("end-of-life"),
        [FINDING_INVESTIGATING] = TR_KEY("investigating"),
    };

    return tr(labels[status]);
}

static struct view epss_text(struct page *page, const struct finding *finding)
{
    if (!finding->epss.known)
        return VIEW_EMPTY;
    return arena_printf(page->arena, "%.2f%%", finding->epss.score * 100);
}

static struct view installed_text(const struct package *package)
{
    return package->source_version.len ? package->source_version : package->version;
}

/* Empty when the only one is called like the source package. */
static struct view join_binaries(struct page *page, const struct group *group,
                                 const struct group_row *row)
{
    struct view text = row->binaries[0];

    if (row->binary_count == 1 && view_eq(text, group->source))
        return VIEW_EMPTY;
    for (size_t i = 1; i < row->binary_count; i++)
        text = arena_printf(page->arena, "%.*s,%.*s", VIEW_ARG(text), VIEW_ARG(row->binaries[i]));
    return text;
}

/* The package column of line `line` of a group: the source package once on a
 * terminal, its binary packages below it; elsewhere always the source. */
static struct cell name_cell(struct page *page, const struct group *group, size_t line)
{
    size_t left;

    if (page->options->width == 0)
        return (struct cell){.text = group->source};
    if (line == 0)
        return (struct cell){.text = group->source, .style = STYLE_BOLD};
    if (line > group->binary_count || line > BINARIES_SHOWN)
        return (struct cell){.blank = true};
    left = group->binary_count - line;
    if (line == BINARIES_SHOWN && left)
        return (struct cell){arena_printf(page->arena, tr("+%zu more"), left + 1), STYLE_DIM,
                             NAME_INDENT, false};
    return (struct cell){group->binaries[line - 1], STYLE_DIM, NAME_INDENT, false};
}

enum { FINDING_COLUMNS = 10 };

static void add_row(struct page *page, struct columns *rows, const struct group *group, size_t line)
{
    struct cell cells[FINDING_COLUMNS];

    for (size_t i = 0; i < FINDING_COLUMNS; i++)
        cells[i] = (struct cell){.blank = line >= group->row_count};
    cells[0] = name_cell(page, group, line);
    if (line < group->row_count) {
        const struct finding *f = group->rows[line].finding;
        enum style style = style_of_severity(f->severity);

        cells[1].text = f->id;
        cells[2] = (struct cell){view_of(style_severity_label(f->severity)), style, 0, false};
        cells[3].text = installed_text(f->package);
        cells[4] = (struct cell){f->fixed_version, STYLE_GOOD, 0, false};
        cells[5].text = view_of(status_label(f->status));
        cells[6].text = epss_text(page, f);
        cells[7] =
            (struct cell){f->kev.listed ? VIEW("KEV") : VIEW_EMPTY, STYLE_CRITICAL, 0, false};
        cells[8].text = join_binaries(page, group, &group->rows[line]);
        cells[9].text = f->title;
    }
    columns_add(rows, cells);
}

/* On a terminal a group has lines enough for the names of its binaries. */
static size_t group_lines(const struct page *page, const struct group *group)
{
    size_t names =
        1 + (group->binary_count < BINARIES_SHOWN ? group->binary_count : BINARIES_SHOWN);

    return page->options->width && names > group->row_count ? names : group->row_count;
}

void page_write_findings(struct page *page)
{
    static const struct column titles[FINDING_COLUMNS] = {
        {TR_KEY("PACKAGE")},
        {TR_KEY("VULNERABILITY")},
        {TR_KEY("SEVERITY")},
        {TR_KEY("INSTALLED")},
        {TR_KEY("FIXED-IN")},
        {TR_KEY("STATUS"), .drop = 4},
        {TR_KEY("EPSS"), .right = true, .drop = 3},
        {TR_KEY("KEV"), .drop = 5},
        {TR_KEY("BINARIES"), .file_only = true},
        {TR_KEY("TITLE"), .flexible = true, .drop = 2},
    };
    struct columns *rows = columns_new(titles, FINDING_COLUMNS, page->arena);

    for (size_t i = 0; i < page->groups.count; i++) {
        const struct group *group = &page->groups.list[i];

        for (size_t line = 0; line < group_lines(page, group); line++)
            add_row(page, rows, group, line);
    }
    columns_write(rows, page->options->width, page->options->color, page->to);
    buf_add_char(page->to, '\n');
}
