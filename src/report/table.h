/* The report for people: what was scanned, the findings as aligned columns,
 * their sum, what could not be read, and what to do next.
 *
 * On a terminal (a width is given) titles are cut to fit and a package is
 * named once. Without one every line stands alone, so that grep, sort and awk
 * work on it: all columns but the last are free of blanks.
 */
#pragma once

#include "report/format.h"

int report_write_table(const struct report *report, const struct report_options *options,
                       struct buf *to, struct error *err);
