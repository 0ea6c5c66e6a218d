/* One OSV record (https://ossf.github.io/osv-schema/, 1.x) to one advisory.
 *
 * What its publishers put into the places the schema leaves open is read too:
 * urgency (Debian), severities of type "Ubuntu" and words in database_specific,
 * CVSS vectors there (RustSec), `related` as the list of what a distribution's
 * advisory fixes (AlmaLinux), module streams in titles (AlmaLinux) and purls
 * (Red Hat), and statuses that are no versions.
 */
#pragma once

#include "base/arena.h"
#include "codec/json.h"
#include "vulndb/import/sink.h"

enum {
    OSV_RECORD_LIMIT = 64 << 20, /* bytes of one record's JSON */
    OSV_ARENA_LIMIT = 256 << 20, /* bytes one record may need in memory */
    OSV_REFERENCES_KEPT = 16,    /* the most telling first */
    OSV_DETAILS_KEPT = 1 << 10,  /* bytes; only where there is no summary */
};

/* Hands the record over, or counts why not; `where` names it in messages.
 * Resets the arena. Fails only when the sink does or memory is out. */
int osv_import_record(struct json_value record, struct view where, struct arena *arena,
                      struct import_sink *sink, struct error *err);
