#include "sensor/detect/waiting.h"

struct queue {
    struct container *container;
    struct waiting_event *first, **end;
};

struct waiting {
    struct process_snapshots *snapshots;
    struct queue *queues; /* of containers for which something waits: none is empty */
    size_t count, room;
    size_t bytes; /* without snapshots */
};

struct waiting *waiting_new(void)
{
    _cleanup_(waiting_free_p) struct waiting *waiting = calloc(1, sizeof(*waiting));

    if (!waiting)
        return NULL;
    waiting->snapshots = process_snapshots_new();
    return waiting->snapshots ? take_ptr(&waiting) : NULL;
}

static struct queue *find(const struct waiting *waiting, const struct container *container)
{
    for (size_t i = waiting->count; i > 0; i--) /* the newest are asked for most */
        if (waiting->queues[i - 1].container == container)
            return &waiting->queues[i - 1];
    return NULL;
}

static struct queue *add_queue(struct waiting *waiting, struct container *container)
{
    struct queue *queue;

    if (waiting->count == waiting->room) {
        size_t room = waiting->room ? waiting->room * 2 : 16;
        struct queue *grown = reallocarray(waiting->queues, room, sizeof(*grown));

        if (!grown)
            return NULL;
        waiting->queues = grown;
        waiting->room = room;
    }
    queue = &waiting->queues[waiting->count++];
    *queue = (struct queue){.container = container_ref(container)};
    queue->end = &queue->first;
    return queue;
}

static void remove_queue(struct waiting *waiting, struct queue *queue)
{
    container_unref(queue->container);
    *queue = waiting->queues[--waiting->count];
}

static size_t size_of(const struct waiting_event *event)
{
    return sizeof(*event) + waiting_record(event)->size;
}

bool waiting_add(struct waiting *waiting, struct container *container,
                 const struct sensor_event *event, const struct process *process, uint64_t number,
                 uint64_t previous_time)
{
    struct queue *queue = find(waiting, container);
    struct waiting_event *added = malloc(sizeof(*added) + event->size);

    if (added)
        *added = (struct waiting_event){
            .process = process_snapshot_take(waiting->snapshots, process),
            .number = number,
            .previous_time = previous_time,
        };
    if (added && added->process && !queue)
        queue = add_queue(waiting, container);
    if (!added || !added->process || !queue) {
        if (added)
            process_snapshot_unref(waiting->snapshots, added->process);
        free(added);
        return false;
    }
    memcpy(added->event, event, event->size);
    *queue->end = added;
    queue->end = &added->next;
    waiting->bytes += size_of(added);
    return true;
}

bool waiting_any(const struct waiting *waiting, const struct container *container)
{
    return waiting->count && find(waiting, container);
}

struct waiting_event *waiting_take(struct waiting *waiting, const struct container *container)
{
    struct queue *queue = find(waiting, container);
    struct waiting_event *event;

    if (!queue)
        return NULL;
    event = queue->first;
    queue->first = event->next;
    if (!queue->first)
        remove_queue(waiting, queue);
    waiting->bytes -= size_of(event);
    return event;
}

void waiting_event_free(struct waiting *waiting, struct waiting_event *event)
{
    if (!event)
        return;
    process_snapshot_unref(waiting->snapshots, event->process);
    free(event);
}

struct container *waiting_oldest(const struct waiting *waiting, uint64_t *ret_time)
{
    struct container *oldest = NULL;

    for (size_t i = 0; i < waiting->count; i++) {
        uint64_t time = waiting_record(waiting->queues[i].first)->time;

        if (oldest && time >= *ret_time)
            continue;
        oldest = waiting->queues[i].container;
        *ret_time = time;
    }
    return oldest;
}

size_t waiting_bytes(const struct waiting *waiting)
{
    return waiting->bytes + process_snapshots_bytes(waiting->snapshots);
}

void waiting_free(struct waiting *waiting)
{
    if (!waiting)
        return;
    while (waiting->count)
        waiting_event_free(waiting, waiting_take(waiting, waiting->queues[0].container));
    free(waiting->queues);
    process_snapshots_free(waiting->snapshots);
    free(waiting);
}
