#include "sensor/alert/spool-queue.h"

#include <stdlib.h>

bool spool_queue_add(struct spool_queue *queue, uint64_t sequence, struct view payload)
{
    struct queued_record *record = malloc(sizeof(*record) + payload.len);

    if (!record)
        return false;
    *record = (struct queued_record){NULL, sequence, payload.len};
    if (payload.len)
        memcpy(record->payload, payload.ptr, payload.len);
    *(queue->last ? &queue->last->next : &queue->first) = record;
    queue->last = record;
    queue->count++;
    queue->bytes += payload.len;
    return true;
}

void spool_queue_drop(struct spool_queue *queue)
{
    struct queued_record *record = queue->first;

    queue->first = record->next;
    if (!queue->first)
        queue->last = NULL;
    queue->count--;
    queue->bytes -= record->length;
    free(record);
}
