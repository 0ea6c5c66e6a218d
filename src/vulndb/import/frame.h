/* How an import worker's reply is cut into frames: a kind, a length, a body.
 *
 *     RECORD  a record (vulndb/record.h)
 *     KEV     CVE, date added, due date, ransomware
 *     EPSS    CVE, score, percentile (the bits of a double)
 *     RESULT  how one input went: its name, the importer, an error, the tally
 *
 * Frames are written by workers, which nobody trusts: reading checks every
 * length and every value.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "vulndb/import/importer.h"

enum {
    FRAME_LIMIT = 64 << 20, /* bytes of one frame's body */
};

enum frame_kind {
    FRAME_RECORD,
    FRAME_KEV,
    FRAME_EPSS,
    FRAME_RESULT,
    FRAME_KIND_COUNT,
};

/* How the import of one input went. */
struct import_result {
    char name[256];
    const struct importer *importer; /* NULL: the format was not recognised */
    struct error error;              /* kind 0: it was read to its end */
    struct import_tally tally;
};

/* Each appends one frame. */
int frame_add_record(const struct advisory *advisory, struct buf *to, struct error *err);
int frame_add_kev(struct view cve, const struct finding_kev *kev, struct buf *to,
                  struct error *err);
int frame_add_epss(struct view cve, double score, double percentile, struct buf *to,
                   struct error *err);
int frame_add_result(const struct import_result *result, struct buf *to, struct error *err);

/* What a reader does with the frames; all are set. */
struct frame_reader {
    struct import_sink *sink; /* records, KEV and EPSS entries go to its functions */
    struct arena *arena;      /* reset for each frame */
    int (*result)(struct frame_reader *reader, const struct import_result *result,
                  struct error *err);
};

/* Handles all whole frames of `bytes`; says how many bytes they took. A frame
 * that is not what a worker writes is an error. */
int frame_read_all(struct frame_reader *reader, struct view bytes, size_t *ret_used,
                   struct error *err);
