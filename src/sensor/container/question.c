#include "sensor/container/question.h"

#include <stdlib.h>

struct question *question_new(enum container_runtime runtime, struct view id)
{
    struct question *question =
        id.len > 0 && id.len <= ANSWER_ID_LIMIT ? calloc(1, sizeof(*question)) : NULL;

    if (!question)
        return NULL;
    question->runtime = runtime;
    question->id_length = id.len;
    memcpy(question->id, id.ptr, id.len);
    return question;
}

void question_queue_add(struct question_queue *queue, struct question *question)
{
    question->next = NULL;
    if (queue->last)
        queue->last->next = question;
    else
        queue->first = question;
    queue->last = question;
}

static void cut_out(struct question_queue *queue, struct question *before,
                    struct question *question)
{
    if (before)
        before->next = question->next;
    else
        queue->first = question->next;
    if (queue->last == question)
        queue->last = before;
    question->next = NULL;
}

static unsigned rank(const struct question *question)
{
    return question->renewals ? 2 : question->step || question->rounds ? 1 : 0;
}

struct question *question_queue_take(struct question_queue *queue, uint64_t now, uint64_t *ret_next)
{
    struct question *before = NULL, *chosen = NULL, *before_chosen = NULL;
    uint64_t next = 0;

    for (struct question *q = queue->first; q; before = q, q = q->next) {
        if (q->due > now) {
            if (next == 0 || q->due < next)
                next = q->due;
            continue;
        }
        if (!chosen || rank(q) < rank(chosen)) {
            chosen = q;
            before_chosen = before;
        }
        if (rank(chosen) == 0)
            break;
    }
    if (chosen)
        cut_out(queue, before_chosen, chosen);
    else
        *ret_next = next;
    return chosen;
}

struct question *question_queue_take_unknown(struct question_queue *queue)
{
    struct question *before = NULL;

    for (struct question *q = queue->first; q; before = q, q = q->next)
        if (rank(q) == 1) {
            cut_out(queue, before, q);
            return q;
        }
    return NULL;
}

void question_queue_done(struct question_queue *queue)
{
    while (queue->first) {
        struct question *question = queue->first;

        queue->first = question->next;
        free(question);
    }
    queue->last = NULL;
}
