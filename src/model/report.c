#include "model/report.h"

size_t report_count(const struct report *report, enum finding_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < report->finding_count; i++)
        count += finding_kind_of(&report->findings[i]) == kind;
    return count;
}

bool report_looks_for(const struct report *report, enum finding_kind kind)
{
    static const struct {
        struct view artifact;
        enum finding_kind kind;
    } subjects[] = {
        {VIEW("config"), FINDING_MISCONFIGURATION},
        {VIEW("secret"), FINDING_SECRET},
    };
    enum finding_kind subject = FINDING_VULNERABILITY;

    if (report->looked_for)
        return report->looked_for >> kind & 1;
    for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
        if (view_eq(report->artifact.kind, subjects[i].artifact))
            subject = subjects[i].kind;
    return kind == subject || report_count(report, kind) > 0;
}

void report_recount(struct report *report)
{
    memset(report->by_severity, 0, sizeof(report->by_severity));
    report->fixable_count = 0;
    for (size_t i = 0; i < report->finding_count; i++) {
        report->by_severity[report->findings[i].severity]++;
        report->fixable_count += finding_has_fix(&report->findings[i]);
    }
}
