/* JUnit XML, as Jenkins and GitLab read it: a suite for each file or, of
 * vulnerabilities, each source package; a failed case for each finding. What
 * could not be read is an error of a suite of its own, and a kind that was
 * looked for and not found is a case that passed. docs/formats/junit.md.
 */
#pragma once

#include "report/format.h"

int report_write_junit(const struct report *report, const struct report_options *options,
                       struct buf *to, struct error *err);
