/* Answers about containers that wait to be taken, in the order of their arrival,
 * and a descriptor that is readable while there are some. The queue owns them. The
 * caller locks.
 */
#pragma once

#include "base/error.h"
#include "sensor/state/container.h"

struct waiting_answer {
    struct waiting_answer *next;
    enum container_runtime runtime;
    size_t id_length, json_length;
    char bytes[]; /* id, JSON */
};

/* NULL without memory. Freed with free(). */
struct waiting_answer *waiting_answer_new(enum container_runtime runtime, struct view id,
                                          struct view json);
static inline struct view waiting_answer_id(const struct waiting_answer *answer)
{
    return view_from(answer->bytes, answer->id_length);
}

static inline struct view waiting_answer_json(const struct waiting_answer *answer)
{
    return view_from(answer->bytes + answer->id_length, answer->json_length);
}

struct answer_queue {
    struct waiting_answer *first, *last;
    int event;
};

#define ANSWER_QUEUE_INIT                                                                          \
    {                                                                                              \
        NULL, NULL, -1                                                                             \
    }
int answer_queue_open(struct answer_queue *queue, struct error *err);
void answer_queue_done(struct answer_queue *queue);
void answer_queue_add(struct answer_queue *queue, struct waiting_answer *answer);
/* NULL: there is none. */
struct waiting_answer *answer_queue_take(struct answer_queue *queue);
