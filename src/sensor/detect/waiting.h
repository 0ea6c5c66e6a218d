/* Events that wait for what the runtime says about their container.
 *
 * A queue for each container, in the order in which the events came. An event
 * is copied, with a snapshot of its process, so that nothing which happens
 * meanwhile changes what it is judged by. One thread.
 */
#pragma once

#include "sensor/abi/event.h"
#include "sensor/detect/process-snapshot.h"

struct waiting;

struct waiting_event {
    struct waiting_event *next;
    struct process_snapshot *process;
    uint64_t number, previous_time; /* as of struct observation */
    uint64_t event[];               /* the record */
};

struct waiting *waiting_new(void); /* NULL without memory */
void waiting_free(struct waiting *waiting);
DEFINE_CLEANUP(struct waiting, waiting_free)

/* False without memory. */
bool waiting_add(struct waiting *waiting, struct container *container,
                 const struct sensor_event *event, const struct process *process, uint64_t number,
                 uint64_t previous_time);
bool waiting_any(const struct waiting *waiting, const struct container *container);
/* The next event of the container, the caller's from then on; NULL: none. */
struct waiting_event *waiting_take(struct waiting *waiting, const struct container *container);
void waiting_event_free(struct waiting *waiting, struct waiting_event *event);
/* The container whose first event is the oldest, and its time; NULL: nothing waits.
 * Valid while an event of it waits. */
struct container *waiting_oldest(const struct waiting *waiting, uint64_t *ret_time);
/* Memory of all that waits. */
size_t waiting_bytes(const struct waiting *waiting);

static inline const struct sensor_event *waiting_record(const struct waiting_event *event)
{
    return (const struct sensor_event *)(const void *)event->event;
}
