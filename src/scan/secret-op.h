/* The worker operation that looks for secrets, and what it answers.
 *
 * "secrets" takes files from its feed and scans them with the rules that it
 * inherited (struct scan_rules). It notes the path it is at, so that a crash
 * names it. Its answer is a row of records, each with its kind in front;
 * integers are LEB128, texts have their length before them.
 */
#pragma once

#include "base/cursor.h"
#include "sandbox/sandbox.h"
#include "secret/secret.h"

enum {
    SECRET_OP_MEMORY = 1536 << 20,
    SECRET_OP_CPU_SECONDS = 3600,
    SECRET_OP_REPLY_LIMIT = 64 << 20,
};

struct secret_request {
    unsigned decode_depth, archive_depth;
};

void secret_request_encode(const struct secret_request *request, struct buf *to);

/* The tag of a file in the feed: a number of the owner's, which comes back with
 * what is found in it; the lowest bit says what the bytes are. */
enum secret_form {
    SECRET_FORM_FILE,
    SECRET_FORM_TEXT, /* a variable, a line of history: bare values count */
};

static inline uint32_t secret_tag(uint32_t number, enum secret_form form)
{
    return number << 1 | (uint32_t)form;
}

enum secret_record_kind {
    SECRET_RECORD_MATCH = 1,
    SECRET_RECORD_LEFT_OUT,
    SECRET_RECORD_END,
};

struct secret_record {
    enum secret_record_kind kind;
    uint32_t number; /* of the file */
    struct secret_match match;
    struct view path; /* of what was left out */
    struct error why;
    uint64_t files; /* at the end: how many were looked at */
};

void secret_record_add(struct buf *to, const struct secret_record *record);
/* False at the end; sets the cursor failed for what is malformed. Texts point
 * into the cursor's bytes. */
bool secret_record_next(struct cursor *c, struct secret_record *ret);

/* Its context is a struct scan_rules. */
extern const struct sandbox_op secret_op;
