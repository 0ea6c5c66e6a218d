/* GitLab's Code Quality report: a JSON array that merge requests show. */
#pragma once

#include "report/format.h"

int report_write_gitlab(const struct report *report, const struct report_options *options,
                        struct buf *to, struct error *err);
