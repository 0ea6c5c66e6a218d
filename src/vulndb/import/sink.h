/* Where importers put what they read.
 *
 * An importer calls the import_*() functions; the owner of the sink decides
 * what happens: a worker writes frames to its reply, a test collects. Views
 * need live only during the call. A failure of the sink ends the import.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"
#include "model/advisory.h"
#include "model/finding.h"
#include "vulndb/import/tally.h"

struct import_sink {
    int (*advisory)(struct import_sink *sink, const struct advisory *advisory, struct error *err);
    int (*exploited)(struct import_sink *sink, struct view cve, const struct finding_kev *kev,
                     struct error *err);
    int (*score)(struct import_sink *sink, struct view cve, double score, double percentile,
                 struct error *err);
    void (*note)(struct import_sink *sink, struct view what); /* may be NULL */
    struct import_tally tally;
};

int import_advisory(struct import_sink *sink, const struct advisory *advisory, struct error *err);
/* A vulnerability known to be exploited (CISA KEV). */
int import_exploited(struct import_sink *sink, struct view cve, const struct finding_kev *kev,
                     struct error *err);
/* An exploit prediction (EPSS); both 0..1. */
int import_score(struct import_sink *sink, struct view cve, double score, double percentile,
                 struct error *err);
/* Says what is being read, for the message about a worker that crashes. */
void import_note(struct import_sink *sink, struct view what);
