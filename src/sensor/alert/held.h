/* Occurrences that are counted and not told yet: how many, from when to when,
 * one of them, and some different outputs. */
#pragma once

#include "sensor/alert/alert.h"
#include "sensor/alert/group.h"

struct held {
    uint64_t count;
    int64_t first_time, last_time;
    struct alert *first;                  /* a copy; set while count > 0 */
    struct view examples[GROUP_EXAMPLES]; /* of the heap */
    size_t example_count;
    size_t bytes; /* of the heap */
};

/* False without memory: it was not counted. */
bool held_add(struct held *held, const struct alert *alert);
/* Moves what `from` holds; `from` is empty afterwards. */
bool held_merge(struct held *held, struct held *from);
/* The summary of what is held; views into it. */
struct alert held_summary(const struct held *held);
/* Forgets everything. */
void held_clear(struct held *held);
