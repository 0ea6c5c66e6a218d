/* The sections of the table, and what each of them needs. Internal to the
 * table: report/table.h is its face.
 */
#pragma once

#include "report/group.h"
#include "report/style.h"
#include "report/table.h"

struct page {
    const struct report *report;
    const struct report_options *options;
    struct arena *arena; /* for texts of this page */
    struct buf *to;
    struct groups groups;
};

static inline struct view page_clean(struct page *page, struct view text)
{
    return style_clean(text, page->arena);
}

/* What a kind of findings is called: "Vulnerabilities". */
const char *page_heading(enum finding_kind kind);

/* What was scanned, and with what. */
void page_write_header(struct page *page);
/* Every package, with the layer that brought it. */
void page_write_packages(struct page *page);
/* The vulnerabilities by source package. */
void page_write_findings(struct page *page);
/* The findings of another kind by file and line. */
int page_write_places(struct page *page, enum finding_kind kind, struct error *err);
/* How many there are, what was left out, and what was looked at. */
void page_write_sums(struct page *page);
/* What a person accepted, and why. */
void page_write_suppressed(struct page *page);
/* What to do next. */
void page_write_advice(struct page *page);
