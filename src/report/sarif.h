/* SARIF 2.1.0 (OASIS), as GitHub's code scanning and others read it.
 *
 * One run; a rule for each id that was found, with its text in the language of
 * the process and a security-severity; results with places, columns counted in
 * code points, and stable fingerprints; diagnostics as notifications of the
 * tool. docs/formats/sarif.md says how findings are mapped.
 */
#pragma once

#include "report/format.h"

enum { SARIF_TAGS_LIMIT = 20 }; /* of one rule, as GitHub takes them */

int report_write_sarif(const struct report *report, const struct report_options *options,
                       struct buf *to, struct error *err);
