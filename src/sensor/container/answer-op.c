#include "sensor/container/answer-op.h"

#include "base/cursor.h"

enum { FLAG_CRI = 1, FLAG_SANDBOX = 2, FLAG_STARTED = 4 };

/* ---- In the worker ---- */

bool answer_question_decode(struct view request, struct answer_part *parts,
                            struct answer_question *ret)
{
    struct cursor c = cursor_of(request);

    ret->runtime = (enum container_runtime)cursor_count(&c, CONTAINER_RUNTIME_COUNT - 1);
    ret->id = cursor_bytes(&c);
    ret->parts = parts;
    ret->count = cursor_count(&c, ANSWER_DOCUMENTS_LIMIT);
    for (size_t i = 0; i < ret->count; i++) {
        parts[i].kind = (enum answer_document)cursor_count(&c, ANSWER_DOCUMENT_KINDS - 1);
        parts[i].bytes = cursor_bytes(&c);
    }
    return cursor_at_end(&c);
}

static void encode_answer(const struct answer_question *question, const struct answer *answer,
                          struct buf *to)
{
    const struct container container = {
        .runtime = question->runtime,
        .id = question->id,
        .metadata = &answer->metadata,
    };
    const struct container_metadata *m = &answer->metadata;

    buf_add_u8(to,
               (uint8_t)((answer->is_cri ? FLAG_CRI : 0) | (m->is_pod_sandbox ? FLAG_SANDBOX : 0) |
                         (m->started ? FLAG_STARTED : 0)));
    buf_add_varint(to, m->init_pid);
    for (size_t i = 0; i < ANSWER_LEADS; i++)
        buf_add_bytes(to, answer->leads[i]);
    container_metadata_write(&container, to);
}

static int run_answer(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(ANSWER_ARENA_LIMIT);
    struct buf reply = BUF_INIT(ANSWER_OP_REPLY_LIMIT);
    struct answer_part parts[ANSWER_DOCUMENTS_LIMIT];
    struct answer_question question = {0};
    struct answer answer;
    int r;

    if (!arena)
        return error_memory(err);
    if (!answer_question_decode(request, parts, &question))
        return error_set(err, ERROR_INTERNAL, "a question that is none");
    worker_note(worker, question.id);
    r = answer_read(&question, arena, &answer, err);
    if (r == 0) {
        encode_answer(&question, &answer, &reply);
        r = buf_failed(&reply, "an answer", err);
    }
    if (r == 0)
        r = worker_reply(worker, buf_view(&reply), err);
    buf_done(&reply);
    return r;
}

const struct sandbox_op answer_op = {
    .name = "container-answer",
    .run = run_answer,
    .memory_limit = ANSWER_OP_MEMORY,
    .reply_limit = ANSWER_OP_REPLY_LIMIT,
    .cpu_seconds = ANSWER_OP_CPU_SECONDS,
};

/* ---- In the program ---- */

static bool is_plain(char c)
{
    return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '*' && c != '?' && c != '[';
}

/* A lead that is none costs what it leads to, not the answer. */
static struct view checked(struct view lead)
{
    for (size_t i = 0; i < lead.len; i++)
        if (!is_plain(lead.ptr[i]))
            return VIEW_EMPTY;
    return lead.len <= ANSWER_LEAD_LIMIT && view_find_view(lead, VIEW("..")) < 0 ? lead
                                                                                 : VIEW_EMPTY;
}

int answer_reply_decode(struct view bytes, struct answer_reply *ret, struct error *err)
{
    struct cursor c = cursor_of(bytes);
    struct answer_reply reply = {0};
    uint8_t flags = cursor_u8(&c);

    reply.is_cri = flags & FLAG_CRI;
    reply.is_sandbox = flags & FLAG_SANDBOX;
    reply.started_known = flags & FLAG_STARTED;
    reply.init_pid = (uint32_t)cursor_count(&c, INT32_MAX);
    for (size_t i = 0; i < ANSWER_LEADS; i++)
        reply.leads[i] = checked(cursor_bytes(&c));
    reply.json = cursor_take(&c, cursor_left(&c));
    if (c.failed || reply.json.len == 0)
        return error_set(err, ERROR_INPUT, "what a worker says of an answer makes no sense");
    *ret = reply;
    return 0;
}

int answer_ask(struct sandbox *sandbox, const struct answer_question *question, struct buf *reply,
               struct answer_reply *ret, struct error *err)
{
    struct buf request = BUF_INIT(SANDBOX_REQUEST_LIMIT);
    int r;

    buf_add_varint(&request, question->runtime);
    buf_add_bytes(&request, question->id);
    buf_add_varint(&request, question->count);
    for (size_t i = 0; i < question->count; i++) {
        buf_add_varint(&request, question->parts[i].kind);
        buf_add_bytes(&request, question->parts[i].bytes);
    }
    r = buf_failed(&request, "what a runtime said", err);
    buf_reset(reply);
    if (r == 0)
        r = sandbox_call(sandbox, answer_op.name, buf_view(&request), NULL, 0, ANSWER_OP_DEADLINE,
                         reply, err);
    buf_done(&request);
    return r < 0 ? r : answer_reply_decode(buf_view(reply), ret, err);
}
