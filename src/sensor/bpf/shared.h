/* Layout of the memory that the programs and collect/ share. Plain data. */
#pragma once

#include "sensor/abi/event.h"

enum {
    SHARED_PROCESSORS = 512, /* processors beyond share their counters */
    SHARED_RINGS = 64,       /* bulk rings; processors beyond share them */
    SHARED_CGROUPS = 8192,
    SHARED_CGROUP_PROBES = 4,
    SHARED_MASKS = 65536,
    SHARED_WAKE_NS = 5000000,
    SHARED_WAKE_SOON_NS = 1000000,
    SHARED_URING_OPERATIONS = 64, /* of io_uring; more than there are */
};

/* What the programs that see system calls are attached to. */
enum shared_hook {
    HOOK_RETURN,  /* tp_btf/sys_exit: every call of the machine. The others are fexit: */
    HOOK_CALL,    /* long __x64_sys_NAME(const struct pt_regs *) of a call that is wanted */
    HOOK_TABLE,   /* long ia32_sys_call(const struct pt_regs *, unsigned): all 32-bit calls */
    HOOK_REFUSAL, /* int __secure_computing(): calls that seccomp answers itself */
};

/* What the reader of the rings does. Waking it takes longer than all else that an event
 * needs (an interrupt, in virtual machines a call of the host): it looks again by itself
 * SHARED_WAKE_NS and a bit after it found something, and is woken in between only if a
 * ring fills; once it waits for longer, the first event wakes it. Each processor does so
 * once in SHARED_WAKE_NS, or SHARED_WAKE_SOON_NS when its ring fills, at most. */
enum shared_reader { READER_RUNS, READER_NAPS, READER_WAITS };

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
