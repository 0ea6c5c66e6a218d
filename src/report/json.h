/* The report for programs: schema plimsoll/report/1, one JSON object.
 *
 * docs/formats/report.md describes each member, docs/formats/report.schema.json
 * is the same as JSON Schema. Members are only ever added to version 1; their
 * order is fixed. Times are RFC 3339 in UTC. Text from outside that is not
 * UTF-8 is repaired with U+FFFD.
 */
#pragma once

#include "report/format.h"

int report_write_json(const struct report *report, const struct report_options *options,
                      struct buf *to, struct error *err);
