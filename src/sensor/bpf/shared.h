/* Layout of the memory that the programs and collect/ share. Plain data. */
#pragma once

#include "sensor/abi/event.h"

enum {
    SHARED_PROCESSORS = 512, /* processors beyond share their counters */
    SHARED_RINGS = 64,       /* bulk rings; processors beyond share them */
    SHARED_CGROUPS = 8192,
    SHARED_CGROUP_PROBES = 4,
    SHARED_MASKS = 65536,
    /* Waking the reader takes longer than all else that an event needs (an interrupt, in
     * virtual machines a call of the host), so that a processor does it once in this
     * while at most, or in the shorter one when its ring fills; the reader looks again by
     * itself so long after it found something. */
    SHARED_WAKE_NS = 5000000,
    SHARED_WAKE_SOON_NS = 200000,
};

/* Whether a cgroup is a container's. Open addressing over SHARED_CGROUP_PROBES slots
 * from id % SHARED_CGROUPS; a cgroup without a slot may be anything. */
struct cgroup_fact {
    uint64_t id; /* 0: free */
    uint64_t container;
};

/* Call groups of which no rule can match a process. One slot for pid % SHARED_MASKS.
 * Written with `groups` zeroed first and set last, so that a reader who sees the same
 * groups before and after the identity has the groups of that identity. */
struct process_mask {
    uint32_t pid, exec_id;
    uint64_t start;
    uint64_t groups;
};

struct processor_counts {
    uint64_t sent, sent_bytes;
    uint64_t filtered;
    uint64_t lost[SENSOR_CLASS_COUNT];
    uint64_t state_gaps;
    uint64_t faults;
    uint64_t woken; /* when it last woke the reader */
    uint32_t sequence;
    uint32_t reserved[9];
}; /* two cache lines */

_Static_assert(sizeof(struct processor_counts) == 128, "one processor, two cache lines");
