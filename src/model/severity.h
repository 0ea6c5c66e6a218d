/* How bad a finding is. The order is the order of gates: --fail-on high fails
 * on high and critical. Negligible (Debian "unimportant", Ubuntu "negligible")
 * is below low; unknown is below everything. */
#pragma once

#include "base/view.h"

enum severity {
    SEVERITY_UNKNOWN,
    SEVERITY_NEGLIGIBLE,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL,
    SEVERITY_COUNT,
};

/* "critical", ...: lower case, as in JSON and on the command line. */
const char *severity_name(enum severity severity);
/* Any case; vendors' words too: moderate is medium, important is high,
 * unimportant is negligible, untriaged and "not yet assigned" are unknown. */
bool severity_parse(struct view text, enum severity *ret);
/* CVSS v3/v4 qualitative rating of a score: 0 gives negligible ("none"). */
enum severity severity_of_score(double score);
