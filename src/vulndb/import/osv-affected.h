/* `affected[]` of an OSV record: package, ranges, versions, status.
 *
 * Statuses that a publisher keeps outside of the ranges:
 * - Debian `ecosystem_specific.urgency`: "unimportant" (a severity),
 *   "end-of-life", "not yet assigned".
 * - Ubuntu `database_specific.uct_status`, the words of its CVE tracker:
 *   released, needed, pending, needs-triage, deferred, ignored (with a note),
 *   not-affected, DNE (does not exist: left out), "end of life".
 * - A range that is fixed in "0" says: not affected.
 */
#pragma once

#include "base/arena.h"
#include "codec/json.h"
#include "model/advisory.h"
#include "vulndb/import/tally.h"

enum {
    OSV_AFFECTED_LIMIT = 1 << 16, /* entries of one record */
    OSV_VERSIONS_LIMIT = 1 << 18, /* exact versions of one record */
};

/* Fills `to->affected`. Entries of unknown ecosystems are counted and left
 * out, those without a package or with commit ranges only are left out.
 * `ret_system`: any of them is about a distribution's packages. */
int osv_read_affected(struct json_value record, struct arena *arena, struct import_tally *tally,
                      struct advisory *to, bool *ret_system, struct error *err);

/* "CVSS:3.1/AV:N/..." or the bare form of version 2, "AV:N/AC:L/Au:N/C:P/I:P/A:P". */
bool osv_is_vector(struct view text);
/* The word, or the number, among severities; unknown when there are only
 * vectors. `ret_type`: the type of that entry, when not NULL. */
enum severity osv_severity(struct json_value array, struct view *ret_type);
/* A score as a number or as text; unknown when it is none. */
enum severity osv_severity_of_number(struct json_value score);
