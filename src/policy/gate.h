/* The gate: which findings of a report are shown, and whether they fail it.
 *
 * A filter (severities, only what can be fixed) decides what is shown; "only
 * what can be fixed" concerns vulnerabilities, since every misconfiguration,
 * secret or malware can be dealt with. What is known to be exploited (CISA's
 * KEV list) passes the filter of severities where it fails the gate. The
 * gate looks at what is shown, so that a build never fails for something its
 * log does not name. What the filter left out is counted, not kept.
 *
 * Pure: reads and rewrites a struct report, nothing else. One thread a report.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "model/report.h"

struct gate {
    unsigned severities;   /* bit 1 << severity for each that is shown; 0: all */
    bool ignore_unfixed;   /* of vulnerabilities, show only those with a fix */
    bool fail_on_kev;      /* known exploited ones fail, whatever their severity */
    bool armed;            /* findings fail by their severity */
    enum severity fail_on; /* at or above this one; SEVERITY_UNKNOWN: any finding */
};

static inline unsigned gate_bit(enum severity severity)
{
    return 1U << severity;
}

bool gate_shows(const struct gate *gate, const struct finding *finding);

/* Replaces the report's findings by those shown, in the same order (the array
 * lives in `arena`), and sets its counts, hidden_count and gate_failed. What
 * was hidden before stays counted, so gates may be applied one after another. */
int gate_apply(const struct gate *gate, struct report *report, struct arena *arena,
               struct error *err);

/* How many of the shown findings fail the gate. */
size_t gate_failing_count(const struct gate *gate, const struct report *report);
