#include "vulndb/import/sink.h"

int import_advisory(struct import_sink *sink, const struct advisory *advisory, struct error *err)
{
    sink->tally.records++;
    sink->tally.withdrawn += advisory->withdrawn;
    return sink->advisory(sink, advisory, err);
}

int import_exploited(struct import_sink *sink, struct view cve, const struct finding_kev *kev,
                     struct error *err)
{
    sink->tally.records++;
    return sink->exploited(sink, cve, kev, err);
}

int import_score(struct import_sink *sink, struct view cve, double score, double percentile,
                 struct error *err)
{
    sink->tally.records++;
    return sink->score(sink, cve, score, percentile, err);
}

void import_note(struct import_sink *sink, struct view what)
{
    if (sink->note)
        sink->note(sink, what);
}
