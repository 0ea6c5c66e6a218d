#include "report/table.h"

#include "base/text.h"
#include "report/columns.h"
#include "report/table-page.h"

enum { TABLE_ARENA_LIMIT = 1 << 30 };

const char *page_heading(enum finding_kind kind)
{
    static const char *const headings[FINDING_KIND_COUNT] = {
        [FINDING_VULNERABILITY] = TR_KEY("Vulnerabilities"),
        [FINDING_MISCONFIGURATION] = TR_KEY("Misconfigurations"),
        [FINDING_SECRET] = TR_KEY("Secrets"),
        [FINDING_MALWARE] = TR_KEY("Malware"),
    };

    return tr(headings[kind]);
}

static int write_findings(struct page *page, struct error *err)
{
    size_t kinds = 0;
    int result = 0;

    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
        kinds += report_count(page->report, (enum finding_kind)kind) > 0;
    for (int kind = 0; kind < FINDING_KIND_COUNT && result == 0; kind++) {
        if (report_count(page->report, (enum finding_kind)kind) == 0)
            continue;
        if (kinds > 1) {
            style_add(page->to, page->options->color, STYLE_BOLD,
                      view_of(page_heading((enum finding_kind)kind)));
            buf_add_str(page->to, "\n\n");
        }
        if (kind == FINDING_VULNERABILITY)
            page_write_findings(page);
        else
            result = page_write_places(page, (enum finding_kind)kind, err);
    }
    return result;
}

/* "layer 3", the lowest being 1; empty when the report has no such layer, or
 * the message begins with it already. */
static struct view layer_text(struct page *page, const struct diagnostic *d)
{
    const struct report_artifact *artifact = &page->report->artifact;

    for (size_t i = 0; d->layer.len && i < artifact->layer_count; i++) {
        struct view text;

        if (!view_eq(d->layer, artifact->layers[i].diff_id) &&
            !view_eq(d->layer, artifact->layers[i].digest))
            continue;
        text = arena_printf(page->arena, tr("layer %zu"), i + 1);
        return view_starts(d->message, text) ? VIEW_EMPTY : text;
    }
    return VIEW_EMPTY;
}

static void write_diagnostic(struct page *page, const struct diagnostic *d)
{
    static const enum style styles[] = {
        [DIAGNOSTIC_NOTE] = STYLE_BOLD,
        [DIAGNOSTIC_WARNING] = STYLE_MEDIUM,
        [DIAGNOSTIC_ERROR] = STYLE_CRITICAL,
    };
    struct view layer = layer_text(page, d);

    style_add(page->to, page->options->color, styles[d->level],
              view_of(tr(diagnostic_level_name(d->level))));
    buf_addf(page->to, "%s%.*s", tr(": "), VIEW_ARG(page_clean(page, d->message)));
    if (layer.len)
        buf_addf(page->to, tr(" (%.*s)"), VIEW_ARG(layer));
    if (d->path.len)
        buf_addf(page->to, tr(" (%.*s)"), VIEW_ARG(page_clean(page, d->path)));
    buf_add_char(page->to, '\n');
    if (d->hint.len)
        buf_addf(page->to, tr("  hint: %.*s\n"), VIEW_ARG(page_clean(page, d->hint)));
}

static void write_diagnostics(struct page *page)
{
    if (page->report->diagnostic_count)
        buf_add_char(page->to, '\n');
    for (size_t i = 0; i < page->report->diagnostic_count; i++)
        write_diagnostic(page, &page->report->diagnostics[i]);
}

static struct view step_name(struct view name)
{
    static const char *const steps[] = {
        TR_KEY("database"), TR_KEY("resolve"), TR_KEY("layers"), TR_KEY("inventory"),
        TR_KEY("match"),    TR_KEY("files"),   TR_KEY("checks"),
    };

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (view_eq(name, view_of(steps[i])))
            return view_of(tr(steps[i]));
    return name;
}

static void write_timing(struct page *page)
{
    static const struct column titles[] = {
        {TR_KEY("STEP")},
        {TR_KEY("TIME"), .right = true},
    };
    struct columns *rows = columns_new(titles, sizeof(titles) / sizeof(titles[0]), page->arena);

    for (size_t i = 0; i < page->report->timing_count; i++) {
        const struct report_span *span = &page->report->timing[i];
        const struct cell cells[] = {
            {.text = step_name(span->name)},
            {.text = arena_printf(page->arena, tr("%.1f ms"), (double)span->ns / 1e6)},
        };

        columns_add(rows, cells);
    }
    buf_add_char(page->to, '\n');
    columns_write(rows, page->options->width, page->options->color, page->to);
}

int report_write_table(const struct report *report, const struct report_options *options,
                       struct buf *to, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(TABLE_ARENA_LIMIT);
    struct page page = {report, options, arena, to, {0}};
    int result;

    if (!arena)
        return error_memory(err);
    result = groups_make(report, arena, &page.groups, err);
    if (result < 0)
        return result;
    page_write_header(&page);
    if (options->packages && report->package_count)
        page_write_packages(&page);
    result = write_findings(&page, err);
    if (result < 0)
        return result;
    page_write_sums(&page);
    if (options->suppressed)
        page_write_suppressed(&page);
    write_diagnostics(&page);
    if (options->timing && report->timing_count)
        write_timing(&page);
    page_write_advice(&page);
    result = arena_failed(arena, "report", err);
    return result < 0 ? result : buf_failed(to, "report", err);
}
