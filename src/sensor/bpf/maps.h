/* What the programs share with user space: options, the filter, rings, counters.
 *
 * Globals live in memory that user space maps, so that reading them is a load
 * and changing them takes no system call.
 */
#pragma once

#include "sensor/abi/filter.h"
#include "sensor/bpf/read.h"
#include "sensor/bpf/shared.h"

/* Set before loading. `hook` is what the programs of calls are on, an enum shared_hook. */
const volatile uint32_t hook = HOOK_RETURN;
/* Most calls come this way: the quick way of opens is worth the time that it takes the kernel
 * to verify it. */
const volatile bool is_main_hook = true;
const volatile bool verdict_comes_first = false; /* __secure_computing() takes nothing */
const volatile uint32_t own_pid = 0;
const volatile uint32_t ring_count = 1; /* a power of two */
const volatile uint64_t ring_bytes = 0; /* of one bulk ring */
const volatile uint64_t state_bytes = 0;
const volatile bool environment_wanted = false;
enum { X32_CALLS = 64 };
const volatile uint16_t x32_calls[X32_CALLS] = {}; /* of those from FILTER_CALLS on */
/* By the first argument of socketcall(). */
const volatile uint16_t socket_calls[] = {FILTER_CALLS, 41, 49, 42, 50, 43, 51, 52,  53,  44, 45,
                                          44,           45, 48, 54, 55, 46, 47, 288, 299, 307};
const volatile uint16_t compat_calls[FILTER_CALLS] = {}; /* 64-bit numbers of 32-bit calls */

/* Every event is decided by one of the two, whole. */
struct filter filters[2] = {};
/* Whether anybody may ask for a call, by the number that the process gave, be it of a
 * 64-bit or of a 32-bit call: most calls of a machine are done with when this was asked. */
uint8_t interest[FILTER_CALLS] = {};
uint32_t filter_active SEC(".data") = 0;
uint32_t reader_state SEC(".data") = READER_RUNS; /* enum shared_reader */

struct cgroup_fact cgroup_facts[SHARED_CGROUPS] = {};
struct process_mask process_masks[SHARED_MASKS] = {};
struct processor_counts counts[SHARED_PROCESSORS] = {};

struct bulk_ring {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
    __uint(max_entries, SHARED_RINGS);
    __type(key, uint32_t);
    __array(values, struct bulk_ring);
} bulk_rings SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} state_ring SEC(".maps");

static __always_inline const struct filter *current_filter(void)
{
    uint32_t active = *(volatile uint32_t *)&filter_active;

    return &filters[active & 1];
}

static __always_inline struct processor_counts *counts_of(uint32_t cpu)
{
    return &counts[cpu & (SHARED_PROCESSORS - 1)];
}
