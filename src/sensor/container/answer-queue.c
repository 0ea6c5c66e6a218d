#include "sensor/container/answer-queue.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct waiting_answer *waiting_answer_new(enum container_runtime runtime, struct view id,
                                          struct view json)
{
    struct waiting_answer *answer = calloc(1, sizeof(*answer) + id.len + json.len);

    if (!answer)
        return NULL;
    answer->runtime = runtime;
    answer->id_length = id.len;
    answer->json_length = json.len;
    memcpy(answer->bytes, id.ptr, id.len);
    if (json.len)
        memcpy(answer->bytes + id.len, json.ptr, json.len);
    return answer;
}

int answer_queue_open(struct answer_queue *queue, struct error *err)
{
    queue->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return queue->event < 0 ? error_errno(err, "cannot make a descriptor for events") : 0;
}

void answer_queue_done(struct answer_queue *queue)
{
    while (queue->first) {
        struct waiting_answer *answer = queue->first;

        queue->first = answer->next;
        free(answer);
    }
    queue->last = NULL;
    if (queue->event >= 0)
        close(queue->event);
    queue->event = -1;
}

void answer_queue_add(struct answer_queue *queue, struct waiting_answer *answer)
{
    uint64_t one = 1;

    if (queue->last)
        queue->last->next = answer;
    else
        queue->first = answer;
    queue->last = answer;
    if (write(queue->event, &one, sizeof(one)) < 0)
        return; /* it is readable already */
}

struct waiting_answer *answer_queue_take(struct answer_queue *queue)
{
    struct waiting_answer *answer = queue->first;
    uint64_t count;

    if (answer)
        queue->first = answer->next;
    if (queue->first)
        return answer;
    queue->last = NULL;
    if (read(queue->event, &count, sizeof(count)) < 0)
        return answer; /* nothing had been written */
    return answer;
}
