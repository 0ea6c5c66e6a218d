/* One scan while it runs: what the scans of images and of trees share, from the
 * opening of the database to the finished report.
 *
 *     session_begin()    opens the database, when packages are to be matched
 *     ...                fills in report.artifact, `inventory` and `extra`
 *     session_finish()   matches, puts all findings in order, counts
 *     session_done()
 *
 * Everything lies in the caller's arena. One thread.
 */
#pragma once

#include "inventory/inventory.h"
#include "scan/scan.h"
#include "vulndb/vulndb.h"

struct session {
    const struct scan_options *options;
    struct sandbox *sandbox;
    struct arena *arena;
    struct report report;
    struct diagnostic *diagnostics;
    struct report_span *spans;
    uint64_t span_start;
    struct vulndb *db; /* NULL: packages are not matched */
    struct inventory inventory;
    struct finding *extra; /* findings that are no vulnerabilities; add with arena_push() */
    size_t extra_count;
};

/* What the scan looks for: of enum scan_scanner, never 0. */
unsigned session_scanners(const struct session *s);
int session_begin(struct session *s, const struct scan_options *options, struct sandbox *sandbox,
                  struct arena *arena, struct error *err);
/* Leaves `ret` alone on failure. */
int session_finish(struct session *s, struct report *ret, struct error *err);
void session_done(struct session *s);

/* Ends the span of time that began with the last one. */
void session_end_span(struct session *s, const char *name);
/* A new diagnostic to fill in; NULL without memory, which session_finish() tells. */
struct diagnostic *session_tell(struct session *s, enum diagnostic_level level, const char *code);
void session_tell_error(struct session *s, enum diagnostic_level level, const char *code,
                        const struct error *err, struct view layer, struct view path);
