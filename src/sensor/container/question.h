/* Questions about containers, and the queues in which they wait for a client.
 *
 * A question has a time before which it is not due. Of those that are due, the ones that
 * were not asked yet come before those that somebody did not know, and these before
 * renewals of answers; each in the order of their arrival. So cgroups that are named like
 * containers, however many, keep those that are containers waiting the least. The queue owns what
 * is in it. The caller locks.
 */
#pragma once

#include "sensor/container/answer.h"

struct question {
    struct question *next;
    enum container_runtime runtime;
    uint64_t due, deadline; /* clock_now_ns() */
    unsigned step;          /* which client of the route */
    unsigned rounds;        /* times that nobody knew it */
    unsigned renewals;      /* 0: no answer yet, or none that is worth renewing */
    uint64_t said;          /* hash of the last answer */
    size_t id_length;
    char id[ANSWER_ID_LIMIT];
};

/* NULL without memory, or when the id is longer than ANSWER_ID_LIMIT. */
struct question *question_new(enum container_runtime runtime, struct view id);
static inline struct view question_id(const struct question *question)
{
    return view_from(question->id, question->id_length);
}

struct question_queue {
    struct question *first, *last;
};

void question_queue_add(struct question_queue *queue, struct question *question);
/* A question that is due, or NULL: then `*ret_next` is when one will be; 0: none is there. */
struct question *question_queue_take(struct question_queue *queue, uint64_t now,
                                     uint64_t *ret_next);
/* One that somebody did not know, due or not; NULL: there is none. */
struct question *question_queue_take_unknown(struct question_queue *queue);
void question_queue_done(struct question_queue *queue);
