#include "sensor/collect/ring.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    RING_HEADER = 8, /* u32 length with two flags, u32 page offset */
    RING_RELEASE = 64 * 1024,
    RING_RECORD_LIMIT = SENSOR_EVENT_LIMIT,
};

static const uint32_t ring_busy = 1u << 31, ring_discarded = 1u << 30;

int ring_open(struct ring *ring, int map_fd, size_t bytes, struct error *err)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *consumer, *producer;
    uint8_t *torn;

    consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
    if (consumer == MAP_FAILED)
        return error_errno(err, "map the ring buffer");
    producer = mmap(NULL, page + bytes, PROT_READ, MAP_SHARED, map_fd, (off_t)page);
    if (producer == MAP_FAILED) {
        int kind = error_errno(err, "map the ring buffer");

        munmap(consumer, page);
        return kind;
    }
    torn = malloc(RING_RECORD_LIMIT);
    if (!torn) {
        munmap(producer, page + bytes);
        munmap(consumer, page);
        return error_memory(err);
    }
    *ring = (struct ring){.consumer = consumer,
                          .producer = producer,
                          .data = (const uint8_t *)producer + page,
                          .torn = torn,
                          .bytes = bytes,
                          .page = page};
    ring->at = ring->mark = ring->released = __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE);
    return 0;
}

void ring_close(struct ring *ring)
{
    if (!ring->consumer)
        return;
    munmap(ring->consumer, ring->page);
    munmap((void *)(uintptr_t)ring->producer, ring->page + ring->bytes);
    free(ring->torn);
    *ring = (struct ring){0};
}

void ring_mark(struct ring *ring)
{
    ring->mark = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
}

static uint32_t ring_header(const struct ring *ring)
{
    const uint8_t *record = ring->data + (ring->at & (ring->bytes - 1));

    return __atomic_load_n((const uint32_t *)(const void *)record, __ATOMIC_ACQUIRE);
}

static void ring_skip(struct ring *ring, uint32_t header)
{
    uint32_t length = header & ~(ring_busy | ring_discarded);

    ring->at += (length + RING_HEADER + 7) & ~7u;
}

static const struct sensor_event *ring_record(const struct ring *ring, size_t length)
{
    size_t at = (ring->at + RING_HEADER) & (ring->bytes - 1), whole = ring->bytes - at;

    if (length <= whole)
        return (const struct sensor_event *)(const void *)(ring->data + at);
    if (length > RING_RECORD_LIMIT)
        length = RING_RECORD_LIMIT;
    memcpy(ring->torn, ring->data + at, whole);
    memcpy(ring->torn + whole, ring->data, length - whole);
    return (const struct sensor_event *)(const void *)ring->torn;
}

const struct sensor_event *ring_peek(struct ring *ring)
{
    while (ring->at < ring->mark) {
        uint32_t header = ring_header(ring);

        ring->busy = header & ring_busy;
        if (ring->busy)
            return NULL;
        if (!(header & ring_discarded))
            return ring_record(ring, header & ~ring_discarded);
        ring_skip(ring, header);
    }
    return NULL;
}

void ring_next(struct ring *ring)
{
    ring_skip(ring, ring_header(ring));
    if (ring->at - ring->released >= RING_RELEASE)
        ring_release(ring);
}

void ring_release(struct ring *ring)
{
    if (ring->released == ring->at)
        return;
    ring->released = ring->at;
    __atomic_store_n(ring->consumer, ring->at, __ATOMIC_RELEASE);
}
