/* Records in memory, oldest first: what a spool keeps while its disk fails. */
#pragma once

#include "base/view.h"

struct queued_record {
    struct queued_record *next;
    uint64_t sequence;
    size_t length;
    char payload[];
};

struct spool_queue {
    struct queued_record *first, *last;
    size_t count, bytes;
};

bool spool_queue_add(struct spool_queue *queue, uint64_t sequence, struct view payload);
void spool_queue_drop(struct spool_queue *queue); /* the first one */
