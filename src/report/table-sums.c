#include "base/text.h"
#include "report/advice.h"
#include "report/place.h"
#include "report/table-page.h"

/* What is said of a kind that there is nothing of: at all, or nothing shown. */
static const struct {
    const char *none, *hidden;
} words[FINDING_KIND_COUNT] = {
    [FINDING_VULNERABILITY] = {TR_KEY("No vulnerabilities found."),
                               TR_KEY("No vulnerabilities to show.")},
    [FINDING_MISCONFIGURATION] = {TR_KEY("No misconfigurations found."),
                                  TR_KEY("No misconfigurations to show.")},
    [FINDING_SECRET] = {TR_KEY("No secrets found."), TR_KEY("No secrets to show.")},
    [FINDING_MALWARE] = {TR_KEY("No malware found."), TR_KEY("No malware to show.")},
};

static void write_severities(struct page *page, const size_t counts[static SEVERITY_COUNT])
{
    const char *separator = tr(" (");

    for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
        struct view part;

        if (counts[s] == 0)
            continue;
        part =
            arena_printf(page->arena, tr("%zu %s"), counts[s], tr(severity_name((enum severity)s)));
        buf_add_str(page->to, separator);
        style_add(page->to, page->options->color, style_of_severity((enum severity)s), part);
        separator = tr(", ");
    }
    buf_add_str(page->to, tr(")"));
}

static void write_none(struct page *page, enum finding_kind kind)
{
    bool hidden = page->report->hidden_count || page->report->suppressed_count;

    style_add(page->to, page->options->color, STYLE_GOOD,
              view_of(tr(hidden ? words[kind].hidden : words[kind].none)));
}

static void write_vulnerabilities(struct page *page)
{
    const struct groups *groups = &page->groups;

    buf_addf(page->to, tr("%s: %zu"), page_heading(FINDING_VULNERABILITY), groups->row_count);
    write_severities(page, groups->by_severity);
    buf_addf(page->to, tr("; source packages: %zu; with a fix: %zu"), groups->count,
             groups->fixable);
}

static void write_places(struct page *page, enum finding_kind kind)
{
    size_t counts[SEVERITY_COUNT] = {0}, files = 0;
    struct places places = {0};

    /* Without memory the arena says so in the end. */
    if (places_make(page->report, kind, page->arena, &places, NULL) < 0)
        return;
    for (size_t i = 0; i < places.count; i++)
        counts[places.list[i]->severity]++;
    for (size_t i = 0; i < places.count; i += places_of_file(&places, i))
        files++;
    buf_addf(page->to, tr("%s: %zu"), page_heading(kind), places.count);
    write_severities(page, counts);
    buf_addf(page->to, tr("; files: %zu"), files);
}

static void write_kind(struct page *page, enum finding_kind kind)
{
    size_t count = report_count(page->report, kind);

    if (count == 0)
        write_none(page, kind);
    else if (kind == FINDING_VULNERABILITY)
        write_vulnerabilities(page);
    else
        write_places(page, kind);
    buf_add_char(page->to, '\n');
    if (kind == FINDING_VULNERABILITY && count > page->groups.row_count)
        buf_addf(page->to, tr("Findings, one for each binary package: %zu\n"), count);
}

/* On the line of the header where nothing else was looked at. */
static void write_examined(struct page *page)
{
    const struct report *report = page->report;

    if (report->files_examined && report->checks_run)
        buf_addf(page->to, tr("Files examined: %llu; checks: %llu\n"),
                 (unsigned long long)report->files_examined,
                 (unsigned long long)report->checks_run);
    else if (report->files_examined)
        buf_addf(page->to, tr("Files examined: %llu\n"),
                 (unsigned long long)report->files_examined);
}

void page_write_sums(struct page *page)
{
    const struct report *report = page->report;

    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
        if (report_looks_for(report, (enum finding_kind)kind))
            write_kind(page, (enum finding_kind)kind);
    if (report->hidden_count)
        buf_addf(page->to,
                 report_looks_for(report, FINDING_VULNERABILITY)
                     ? tr("Findings not shown (--severity, --ignore-unfixed): %zu\n")
                     : tr("Findings not shown (--severity): %zu\n"),
                 report->hidden_count);
    if (report->suppressed_count && page->options->suppressed)
        buf_addf(page->to, tr("Findings accepted: %zu\n"), report->suppressed_count);
    else if (report->suppressed_count)
        buf_addf(page->to, tr("Findings accepted (--show-suppressed lists them): %zu\n"),
                 report->suppressed_count);
    write_examined(page);
}

/* ---- What to do next ---- */

/* The worst finding of a rule that can be looked up. */
static const struct finding *worst_of_rules(const struct report *report)
{
    const struct finding *worst = NULL;

    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *f = &report->findings[i];

        if (finding_kind_of(f) != FINDING_MISCONFIGURATION)
            continue;
        if (!worst || f->severity > worst->severity)
            worst = f;
    }
    return worst;
}

void page_write_advice(struct page *page)
{
    struct view advice = advice_make(&page->groups, page->arena);
    const struct finding *worst = worst_of_rules(page->report);

    if (advice.len)
        buf_addf(page->to, "\n%.*s\n", VIEW_ARG(advice));
    if (worst) {
        buf_add_char(page->to, '\n');
        buf_addf(page->to, tr("Next: plimsoll rules show %.*s tells why it matters.\n"),
                 VIEW_ARG(page_clean(page, worst->id)));
    }
}
