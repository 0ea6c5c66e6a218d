/* Reading a BPF ring buffer in place.
 *
 * ring_mark() notes how far the kernel has written; ring_peek() gives the records
 * before that mark one by one, in place, and stops early at one that is being
 * written. Bytes stay valid until ring_release(). One thread.
 * Layout: kernel/bpf/ringbuf.c (a page with our position, one with the kernel's,
 * then the data). The kernel offers the data twice in a row, so that no record is
 * torn; but mapped pages count as our memory, so they are mapped once, and the rare
 * record that goes around the end is copied.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "sensor/abi/event.h"

struct ring {
    uint64_t *consumer;       /* ours; the kernel reads it */
    const uint64_t *producer; /* the kernel's */
    const uint8_t *data;
    uint8_t *torn; /* a copy of the record that goes around the end */
    size_t bytes, page;
    uint64_t at, mark, released;
    bool busy; /* the record at `at` is being written */
};

int ring_open(struct ring *ring, int map_fd, size_t bytes, struct error *err);
void ring_close(struct ring *ring);

void ring_mark(struct ring *ring);
/* The next record before the mark, or NULL. */
const struct sensor_event *ring_peek(struct ring *ring);
void ring_next(struct ring *ring);    /* past the record that ring_peek() gave */
void ring_release(struct ring *ring); /* the kernel may write over what was passed */
