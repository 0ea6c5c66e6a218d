#include "base/clock.h"
#include "base/text.h"
#include "report/table-page.h"

enum {
    DIGEST_SHOWN = 19, /* "sha256:" and 12 digits */
    LABEL_WIDTH = 10,
    DAY = 24 * 60 * 60,
};

static void add_label(struct page *page, const char *label)
{
    size_t width = text_width(view_of(tr(label)));

    buf_add_str(page->to, "  ");
    style_add(page->to, page->options->color, STYLE_DIM, view_of(tr(label)));
    for (size_t i = width; i < LABEL_WIDTH; i++)
        buf_add_char(page->to, ' ');
}

/* Sources that have a common word for a name; others are called as they are. */
static struct view source_name(struct view source)
{
    static const char *const names[] = {
        TR_KEY("archive"), TR_KEY("oci"), TR_KEY("registry"), TR_KEY("directory"), TR_KEY("files"),
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (view_eq(source, view_of(names[i])))
            return view_of(tr(names[i]));
    return source;
}

static void write_name(struct page *page)
{
    const struct report_artifact *a = &page->report->artifact;
    const struct view details[] = {source_name(a->source), a->platform};
    const char *separator = tr(" (");
    bool any = false;

    style_add(page->to, page->options->color, STYLE_BOLD, page_clean(page, a->name));
    for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++) {
        if (details[i].len == 0)
            continue;
        buf_add_str(page->to, separator);
        buf_add(page->to, page_clean(page, details[i]));
        separator = tr(", ");
        any = true;
    }
    buf_addf(page->to, "%s\n", any ? tr(")") : "");
}

static void write_system(struct page *page)
{
    const struct os_info *os = &page->report->artifact.os;

    add_label(page, TR_KEY("System"));
    if (os->pretty_name.len)
        buf_add(page->to, page_clean(page, os->pretty_name));
    else if (os->id.len)
        buf_addf(page->to, "%.*s %.*s", VIEW_ARG(page_clean(page, os->id)),
                 VIEW_ARG(page_clean(page, os->version_id)));
    else
        buf_add_str(page->to, tr("unknown"));
    buf_add_char(page->to, '\n');
}

static void write_digest(struct page *page)
{
    struct view digest = page_clean(page, page->report->artifact.digest);

    if (digest.len == 0)
        return;
    add_label(page, TR_KEY("Digest"));
    buf_add(page->to, page->options->width ? view_sub(digest, 0, DIGEST_SHOWN) : digest);
    buf_add_char(page->to, '\n');
}

static void write_packages_line(struct page *page)
{
    const struct report_artifact *a = &page->report->artifact;
    size_t cached = 0;

    for (size_t i = 0; i < a->layer_count; i++)
        cached += a->layers[i].cached;
    add_label(page, TR_KEY("Packages"));
    buf_addf(page->to, "%zu", page->report->package_count);
    if (a->layer_count)
        buf_addf(page->to, tr(" (layers: %zu, known from earlier scans: %zu)"), a->layer_count,
                 cached);
    buf_add_char(page->to, '\n');
}

static void write_database(struct page *page)
{
    const struct report_database *db = &page->report->database;
    int64_t age = (page->options->now - db->built_at) / DAY;
    char stamp[CLOCK_STAMP_SIZE];

    add_label(page, TR_KEY("Database"));
    if (!db->present) {
        buf_addf(page->to, "%s\n", tr("none"));
        return;
    }
    clock_format(db->built_at, stamp);
    buf_addf(page->to, tr("%.10s, "), stamp);
    if (age <= 0)
        buf_add_str(page->to, tr("less than a day old"));
    else if (age == 1)
        buf_add_str(page->to, tr("1 day old"));
    else
        buf_addf(page->to, tr("%lld days old"), (long long)age);
    buf_addf(page->to, tr(", %llu advisories"), (unsigned long long)db->advisory_count);
    buf_add_char(page->to, '\n');
}

/* What only a system has is told only where packages were looked at. */
void page_write_header(struct page *page)
{
    bool system = report_looks_for(page->report, FINDING_VULNERABILITY);

    write_name(page);
    if (system)
        write_system(page);
    write_digest(page);
    if (system) {
        write_packages_line(page);
        write_database(page);
    }
    buf_add_char(page->to, '\n');
}
