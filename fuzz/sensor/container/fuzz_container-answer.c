/* A request of the worker that reads answers of runtimes: whatever the documents
 * say, what is told is JSON that our own table of containers takes. */
#include <stdlib.h>

#include "codec/json.h"
#include "sensor/container/answer-op.h"

static void check_json(struct view text)
{
    _cleanup_(json_parser_free_p) struct json_parser *json = NULL;
    struct json_value value;

    if (json_parser_new(&json, NULL) == 0 &&
        (json_parse(json, text, &value, NULL) < 0 || json_type(value) != JSON_OBJECT))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(ANSWER_ARENA_LIMIT);
    struct buf text = BUF_INIT(ANSWER_OP_REPLY_LIMIT);
    struct answer_part parts[ANSWER_DOCUMENTS_LIMIT];
    struct answer_question question = {0};
    struct answer answer;
    struct answer_reply reply;

    answer_reply_decode(view_from(data, size), &reply, NULL);
    if (!arena || !answer_question_decode(view_from(data, size), parts, &question) ||
        answer_read(&question, arena, &answer, NULL) < 0)
        return 0;
    container_metadata_write(&(struct container){.metadata = &answer.metadata}, &text);
    check_json(buf_view(&text));
    buf_done(&text);
    return 0;
}
