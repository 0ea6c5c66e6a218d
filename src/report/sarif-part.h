/* The parts of a SARIF log. Internal to it: report/sarif.h is its face. */
#pragma once

#include "codec/json-write.h"
#include "report/rule-list.h"
#include "report/sarif.h"

struct sarif {
    const struct report *report;
    const struct report_options *options;
    struct arena *arena; /* for texts of this log */
    struct json_writer *w;
    struct rule_list rules;
};

/* "error", "warning", "note" */
struct view sarif_level(enum severity severity);
/* {"text": ...}: what could be read as a link (section 3.11.6) is escaped. */
void sarif_add_message(struct sarif *sarif, struct view key, struct view text);
/* A reportingDescriptor of each rule. */
void sarif_add_rules(struct sarif *sarif);
/* `suppressed` NULL: the finding counts. */
void sarif_add_result(struct sarif *sarif, const struct finding *finding,
                      const struct report_suppressed *suppressed);
