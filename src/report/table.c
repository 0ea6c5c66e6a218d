#include "report/table.h"

#include "base/text.h"
#include "report/advice.h"
#include "report/columns.h"
#include "report/table-page.h"

enum { TABLE_ARENA_LIMIT = 1 << 30 };

static void write_severities(struct page *page)
{
    const char *separator = tr(" (");

    for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
        struct view part;

        if (page->groups.by_severity[s] == 0)
            continue;
        part = arena_printf(page->arena, tr("%zu %s"), page->groups.by_severity[s],
                            tr(severity_name((enum severity)s)));
        buf_add_str(page->to, separator);
        style_add(page->to, page->options->color, style_of_severity((enum severity)s), part);
        separator = tr(", ");
    }
    buf_add_str(page->to, tr(")"));
}

static void write_sum(struct page *page)
{
    const struct groups *groups = &page->groups;

    if (groups->row_count == 0) {
        style_add(page->to, page->options->color, STYLE_GOOD,
                  view_of(tr(page->report->hidden_count ? TR_KEY("No vulnerabilities to show.")
                                                        : TR_KEY("No vulnerabilities found."))));
    } else {
        buf_addf(page->to, tr("Vulnerabilities: %zu"), groups->row_count);
        write_severities(page);
        buf_addf(page->to, tr("; source packages: %zu; with a fix: %zu"), groups->count,
                 groups->fixable);
    }
    buf_add_char(page->to, '\n');
    if (page->report->finding_count > groups->row_count)
        buf_addf(page->to, tr("Findings, one for each binary package: %zu\n"),
                 page->report->finding_count);
    if (page->report->hidden_count)
        buf_addf(page->to, tr("Findings not shown (--severity, --ignore-unfixed): %zu\n"),
                 page->report->hidden_count);
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
            {.text = span->name},
            {.text = arena_printf(page->arena, tr("%.1f ms"), (double)span->ns / 1e6)},
        };

        columns_add(rows, cells);
    }
    buf_add_char(page->to, '\n');
    columns_write(rows, page->options->width, page->options->color, page->to);
}

static void write_advice(struct page *page)
{
    struct view advice = advice_make(&page->groups, page->arena);

    if (advice.len)
        buf_addf(page->to, "\n%.*s\n", VIEW_ARG(advice));
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
    if (page.groups.count)
        page_write_findings(&page);
    write_sum(&page);
    write_diagnostics(&page);
    if (options->timing && report->timing_count)
        write_timing(&page);
    write_advice(&page);
    result = arena_failed(arena, "report", err);
    return result < 0 ? result : buf_failed(to, "report", err);
}
