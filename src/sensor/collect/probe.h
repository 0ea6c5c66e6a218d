/* The kernel side: our BPF programs, loaded and attached.
 *
 * probe_open() loads raw tracepoints with BTF (sys_exit, sched_process_exec, _fork,
 * _exit, task_rename, cgroup_mkdir, _rmdir, _attach_task) and an iterator of tasks,
 * and says what else this kernel has in struct probe_abilities. After
 * probe_attach() events flow, state events first. docs/sensor-kernel.md tells more.
 *
 * Needs CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE (or CAP_SYS_ADMIN) while it is
 * opened, and CAP_SYS_PTRACE for the arguments of others in a snapshot; reading needs
 * nothing. Kernels from 5.13 on.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "sensor/abi/event.h"
#include "sensor/abi/filter.h"

struct probe;

/* What sees the calls of processes. */
enum probe_hooks {
    PROBE_HOOKS_AUTO,    /* PROBE_HOOKS_CALLS where the kernel takes those */
    PROBE_HOOKS_CALLS,   /* fexit on the functions of the calls that are wanted */
    PROBE_HOOKS_RETURNS, /* tp_btf/sys_exit: every return of the machine from a call */
};

struct probe_options {
    enum probe_hooks hooks;
    uint64_t ring_size;       /* bytes for each processor; 0: probe_ring_size() */
    uint64_t state_ring_size; /* bytes; 0: PROBE_STATE_RING_SIZE */
    uint32_t own_pid;         /* its events are not sent but those of state; 0: none */
    bool environment;         /* exec tells the environment: some rule asks for it */
};

enum {
    PROBE_RINGS_SIZE = 8 << 20, /* of all together, ... */
    PROBE_RING_LEAST = 512 << 10,
    PROBE_STATE_RING_SIZE = 2 << 20,
};

/* Bytes of each of so many rings (a power of two): a flood is read by one thread, however
 * many processors make it, so the same memory does for more of them. */
uint64_t probe_ring_size(uint32_t rings);

struct probe_abilities {
    bool btf, raw_tracepoints, ring_buffer, task_iterator, cgroup_iterator, lsm, rdonly_cast;
    bool io_uring;           /* what programs do by it is told as the calls that do the same */
    bool call_hooks;         /* PROBE_HOOKS_CALLS is what the probe uses */
    const char *reason;      /* why the first that is missing is missing; NULL: nothing is */
    char no_call_hooks[256]; /* why not, where the kernel would not have it */
};

int probe_open(const struct probe_options *options, struct probe **ret, struct error *err);
int probe_attach(struct probe *probe, struct error *err);
void probe_detach(struct probe *probe); /* no event comes any more; may be attached again */
void probe_close(struct probe *probe);
DEFINE_CLEANUP(struct probe, probe_close)

const struct probe_abilities *probe_abilities(const struct probe *probe);

/* The filter that is in force. The new one is written beside the old, then
 * they are exchanged: every event is decided by one or the other, whole.
 * Hooks on the calls that it wants are attached first. If the kernel has none for some,
 * PROBE_HOOKS_AUTO goes over to PROBE_HOOKS_RETURNS, as long as the privileges of
 * probe_open() are there; else this fails, and nothing has changed. */
int probe_set_filter(struct probe *probe, const struct filter *filter, struct error *err);
/* The one in force. */
const struct filter *probe_filter(const struct probe *probe);
/* To be called once in a while: detaches a hook that the filter in force does not want. */
void probe_tidy(struct probe *probe);
/* Call groups, of the filter in force, of which no rule can match this process until it
 * execs; probe_set_filter() forgets them all. `start` and
 * `exec_id` as its struct sensor_process says: a mask that comes too late, when the
 * process has run another program meanwhile, holds for nothing. */
void probe_set_process_mask(struct probe *probe, uint32_t pid, uint64_t start, uint32_t exec_id,
                            uint64_t groups);
/* What a cgroup is, so that the container fact is sure: 1 a container's, 0 not. */
void probe_set_cgroup(struct probe *probe, uint64_t cgroup, bool container);
void probe_forget_cgroup(struct probe *probe, uint64_t cgroup);

/* Hands all events that are there to `each`, merged by time over all rings; a
 * state event always before what happened after it. Waits up to `milliseconds`
 * for the first (0: not at all). Returns how many, or negative. The bytes are
 * valid during the call of `each`. */
typedef void probe_each(const struct sensor_event *event, void *context);
int probe_read(struct probe *probe, int milliseconds, probe_each *each, void *context,
               struct error *err);
/* A descriptor that is readable when probe_read() has something urgent to do. */
int probe_descriptor(const struct probe *probe);

/* SENSOR_CGROUP_MAKE of all cgroups, then SENSOR_PROCESS of all processes. */
int probe_snapshot(struct probe *probe, probe_each *each, void *context, struct error *err);

struct probe_counts {
    uint64_t sent, sent_bytes;
    uint64_t filtered;                 /* wanted calls that the filter held back */
    uint64_t lost[SENSOR_CLASS_COUNT]; /* no room in a ring */
    uint64_t state_gaps;               /* of state events: a snapshot is needed */
    uint64_t faults;                   /* memory that could not be read */
};
struct probe_counts probe_counts(const struct probe *probe);
