#include "policy/gate.h"

bool gate_shows(const struct gate *gate, const struct finding *finding)
{
    bool exploited = gate->fail_on_kev && finding->kev.listed;

    if (gate->severities && !(gate->severities & gate_bit(finding->severity)) && !exploited)
        return false;
    return !gate->ignore_unfixed || finding_kind_of(finding) != FINDING_VULNERABILITY ||
           finding_has_fix(finding);
}

static bool fails(const struct gate *gate, const struct finding *finding)
{
    return (gate->armed && finding->severity >= gate->fail_on) ||
           (gate->fail_on_kev && finding->kev.listed);
}

size_t gate_failing_count(const struct gate *gate, const struct report *report)
{
    size_t failing = 0;

    for (size_t i = 0; i < report->finding_count; i++)
        failing += fails(gate, &report->findings[i]);
    return failing;
}

int gate_apply(const struct gate *gate, struct report *report, struct arena *arena,
               struct error *err)
{
    struct finding *shown = NULL;
    size_t shown_count = 0;

    if (report->finding_count) {
        shown = arena_array(arena, report->finding_count, sizeof(*shown));
        if (!shown)
            return arena_failed(arena, "findings", err);
    }
    for (size_t i = 0; i < report->finding_count; i++)
        if (gate_shows(gate, &report->findings[i]))
            shown[shown_count++] = report->findings[i];

    report->hidden_count += report->finding_count - shown_count;
    report->findings = shown;
    report->finding_count = shown_count;
    report_recount(report);
    report->gate_failed = gate_failing_count(gate, report) > 0;
    return 0;
}
