/* The worker operation that repairs configuration files, and what it is asked
 * and answers.
 *
 * "harden" takes files from its feed, all of them before the first is judged,
 * and answers with a row of records: each file with its new text, what was
 * changed, what was left, and what could not be read. Texts have their length
 * before them, integers are LEB128.
 */
#pragma once

#include "base/cursor.h"
#include "sandbox/sandbox.h"
#include "scan/harden.h"

enum {
    HARDEN_OP_MEMORY = 2047 << 20,
    HARDEN_OP_CPU_SECONDS = 900,
    HARDEN_OP_REPLY_LIMIT = 256 << 20,
    HARDEN_OP_FILE_LIMIT = 64 << 20,   /* bytes of one file */
    HARDEN_OP_TOTAL_LIMIT = 128 << 20, /* bytes of all files */
    HARDEN_OP_LIST_LIMIT = 1 << 16,    /* answers, and declined changes, of a request */
};

enum harden_record_kind {
    HARDEN_RECORD_FILE = 1,
    HARDEN_RECORD_CHANGE,
    HARDEN_RECORD_LEFT,
    HARDEN_RECORD_PROBLEM,
    HARDEN_RECORD_END,
};

struct harden_record {
    enum harden_record_kind kind;
    union {
        struct harden_file file; /* without `dockerfile`; the error's kind, message and hint */
        struct plan_change change;
        struct plan_left left;
        struct diagnostic problem; /* without layer */
    };
};

void harden_request_write(struct buf *to, const struct harden_options *options);
/* Lists lie in the arena, texts in the cursor's bytes. */
int harden_request_read(struct view request, struct arena *arena, struct harden_options *ret,
                        struct error *err);

void harden_record_write(struct buf *to, const struct harden_record *record);
/* False at the end; sets the cursor failed for what is malformed. Texts point
 * into the cursor's bytes. */
bool harden_record_next(struct cursor *c, struct harden_record *ret);

/* Its context is a struct scan_rules. */
extern const struct sandbox_op harden_op;
