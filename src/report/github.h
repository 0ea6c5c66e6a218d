/* Workflow commands of GitHub Actions: annotations of a pull request, one line
 * a finding or diagnostic, and a closing line that counts. */
#pragma once

#include "report/format.h"

int report_write_github(const struct report *report, const struct report_options *options,
                        struct buf *to, struct error *err);
