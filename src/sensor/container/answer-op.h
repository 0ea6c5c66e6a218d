/* The worker operation that reads answers of runtimes, and its caller.
 *
 * "container-answer" takes a question and the documents that were gathered for
 * it, and replies with the metadata as JSON (container_metadata_write()) and
 * the leads. What the worker says is checked: leads are short texts of harmless
 * characters, or left out.
 */
#pragma once

#include "base/buf.h"
#include "sandbox/sandbox.h"
#include "sensor/container/answer.h"

enum {
    ANSWER_OP_MEMORY = 512 << 20,
    ANSWER_OP_CPU_SECONDS = 2,
    ANSWER_OP_DEADLINE = 2, /* seconds */
    ANSWER_OP_REPLY_LIMIT = 4 << 20,
    ANSWER_LEAD_LIMIT = 1024, /* bytes */
};

/* What came back; views of `reply`, which the caller keeps. */
struct answer_reply {
    struct view leads[ANSWER_LEADS];
    bool is_cri, is_sandbox;
    bool started_known;
    uint32_t init_pid;
    struct view json;
};

/* Asks a worker. */
int answer_ask(struct sandbox *sandbox, const struct answer_question *question, struct buf *reply,
               struct answer_reply *ret, struct error *err);
/* The request: the runtime, the id, the count of documents, and of each its kind and
 * bytes; numbers are LEB128, texts have their length before them. `parts` has
 * ANSWER_DOCUMENTS_LIMIT. Both are parts of answer_ask(), public for tests. */
bool answer_question_decode(struct view request, struct answer_part *parts,
                            struct answer_question *ret);
int answer_reply_decode(struct view bytes, struct answer_reply *ret, struct error *err);

extern const struct sandbox_op answer_op;
