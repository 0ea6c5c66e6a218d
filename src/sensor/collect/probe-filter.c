#include <errno.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sensor/collect/call-hooks.h"
#include "sensor/collect/probe-state.h"

/* Made at build time; it needs the types of probe-state.h. */
#include "sensor/bpf/sensor-generated.h"

enum { SOCKETCALL32 = 102 }; /* a 32-bit call that stands for many */

/* Somebody asks for what a process may mean by this number. */
static bool is_asked_for(const struct probe *probe, const struct filter *filter, unsigned number)
{
    const struct sensor_bpf__rodata *fixed = probe->bpf->rodata;
    unsigned compat = fixed->compat_calls[number];
    bool asked = filter->calls[number].wanted;

    if (compat < FILTER_CALLS)
        asked |= filter->calls[compat].wanted;
    if (number == SOCKETCALL32)
        for (size_t i = 0; i < sizeof(fixed->socket_calls) / sizeof(fixed->socket_calls[0]); i++)
            asked |= fixed->socket_calls[i] < FILTER_CALLS &&
                     filter->calls[fixed->socket_calls[i]].wanted;
    return asked;
}

/* Notes the calls that it asks for, or those that it doesn't. */
static void set_interest(struct probe *probe, const struct filter *filter, bool asked)
{
    for (unsigned i = 0; i < FILTER_CALLS; i++)
        if (is_asked_for(probe, filter, i) == asked)
            __atomic_store_n(&probe->bpf->bss->interest[i], asked, __ATOMIC_RELEASE);
}

/* Where there are any: this touches the pages of all. */
static void forget_masks(struct probe *probe)
{
    for (unsigned i = 0; i < SHARED_MASKS && probe->has_masks; i++)
        __atomic_store_n(&probe->bpf->bss->process_masks[i].groups, 0, __ATOMIC_RELEASE);
    probe->has_masks = false;
}

const struct filter *probe_filter(const struct probe *probe)
{
    return &probe->bpf->bss->filters[probe->bpf->data->filter_active];
}

int probe_hook(struct probe *probe, const struct filter *filter, struct error *err)
{
    struct error reason = ERROR_INIT;
    int r = probe->hooks ? call_hooks_add(probe->hooks, filter, &reason) : 0;

    if (r == 0)
        return 0;
    if (probe->may_see_returns)
        return probe_see_returns(probe, &reason, err);
    *err = reason;
    return r;
}

int probe_set_filter(struct probe *probe, const struct filter *filter, struct error *err)
{
    uint32_t *active = &probe->bpf->data->filter_active;
    uint32_t next = !*active;
    struct filter *copy = &probe->bpf->bss->filters[next];

    if (probe_hook(probe, filter, err) < 0)
        return err->kind;
    /* Programs that began before the last exchange may still use the idle copy. */
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) < 0)
        return error_errno(err, "wait for the programs that run");
    *copy = *filter;
    copy->generation = ++probe->generation;
    forget_masks(probe); /* they are in groups of the filter before */
    /* Until all programs use the new filter, what either asks for counts. */
    if (probe->attached)
        set_interest(probe, filter, true);
    __atomic_store_n(active, next, __ATOMIC_RELEASE);
    if (probe->attached)
        set_interest(probe, filter, false);
    return 0;
}

void probe_begin(struct probe *probe)
{
    probe->attached = true;
    set_interest(probe, probe_filter(probe), true);
    set_interest(probe, probe_filter(probe), false);
}

void probe_tidy(struct probe *probe)
{
    if (probe->hooks && probe->attached)
        call_hooks_prune(probe->hooks, probe_filter(probe));
}

void probe_set_process_mask(struct probe *probe, uint32_t pid, uint64_t start, uint32_t exec_id,
                            uint64_t groups)
{
    struct process_mask *mask = &probe->bpf->bss->process_masks[pid % SHARED_MASKS];

    probe->has_masks = true;
    __atomic_store_n(&mask->groups, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&mask->pid, pid, __ATOMIC_RELAXED);
    __atomic_store_n(&mask->exec_id, exec_id, __ATOMIC_RELAXED);
    __atomic_store_n(&mask->start, start, __ATOMIC_RELAXED);
    __atomic_store_n(&mask->groups, groups, __ATOMIC_RELEASE);
}

static struct cgroup_fact *cgroup_slot(struct probe *probe, uint64_t cgroup, uint64_t holds)
{
    for (unsigned i = 0; i < SHARED_CGROUP_PROBES; i++) {
        struct cgroup_fact *fact = &probe->bpf->bss->cgroup_facts[(cgroup + i) % SHARED_CGROUPS];

        if (fact->id == holds)
            return fact;
    }
    return NULL;
}

void probe_set_cgroup(struct probe *probe, uint64_t cgroup, bool container)
{
    struct cgroup_fact *fact = cgroup_slot(probe, cgroup, cgroup);

    if (!fact && !(fact = cgroup_slot(probe, cgroup, 0)))
        return;
    __atomic_store_n(&fact->container, container, __ATOMIC_RELEASE);
    __atomic_store_n(&fact->id, cgroup, __ATOMIC_RELEASE);
}

void probe_forget_cgroup(struct probe *probe, uint64_t cgroup)
{
    struct cgroup_fact *fact = cgroup_slot(probe, cgroup, cgroup);

    if (fact)
        __atomic_store_n(&fact->id, 0, __ATOMIC_RELEASE);
}
