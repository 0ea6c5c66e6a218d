/* Cgroups: in the hierarchy that tells containers. */
#pragma once

#include "sensor/bpf/hierarchy.h"
#include "sensor/bpf/path.h"

/* Whether a process of this cgroup may be in a container. */
static __always_inline bool may_be_container(uint64_t id)
{
    for (uint32_t probe = 0; probe < SHARED_CGROUP_PROBES; probe++) {
        const struct cgroup_fact *fact = &cgroup_facts[(id + probe) & (SHARED_CGROUPS - 1)];

        if (fact->id == id)
            return fact->container;
    }
    return true;
}

static long cgroup_step(uint32_t step, struct work **walk)
{
    struct work *work = *walk;
    address node = work->dentry, parent = node_parent(node);
    uint32_t at = work->path_at;
    char *name = (char *)&work->path[(PATH_BUFFER - 1)];
    long length;

    if (!parent || at < NAME_LIMIT + 16)
        return 1;
    /* Read behind the path's largest end first, since its length is not known. */
    length =
        bpf_probe_read_kernel_str(name, NAME_LIMIT + 1, (void *)FOLLOW(kernfs_node, node, name));
    if (length <= 1)
        return 1;
    length = (length - 1) & NAME_LIMIT;
    at -= length;
    bpf_probe_read_kernel(&work->path[at & (PATH_BUFFER - 1)], length, name);
    at--;
    work->path[at & (PATH_BUFFER - 1)] = '/';
    work->path_at = at;
    work->dentry = parent;
    return 0;
}

enum { CGROUP_STEPS = 64 };

static __noinline long cgroup_walk(struct work *work)
{
    struct work *walk = work;

    if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop)) {
        bpf_loop(CGROUP_STEPS, cgroup_step, &walk, 0);
        return 0;
    }
    for (uint32_t i = 0; i < CGROUP_STEPS; i++)
        if (cgroup_step(i, &walk))
            return 0;
    return 0;
}

static __always_inline void record_add_cgroup(struct work *work, address cgroup)
{
    work->path_at = PATH_START;
    work->path_flags = 0;
    work->dentry = FOLLOW(cgroup, cgroup, kn);
    cgroup_walk(work);
    if (node_parent(work->dentry))
        work->path_flags = SENSOR_PARAMETER_CUT; /* the beginning is missing */
    if (work->path_at == PATH_START) {
        work->path_at--;
        work->path[PATH_START - 1] = '/';
    }
    work->path_length = PATH_START - work->path_at;
    if (work->path_length > SENSOR_CGROUP_LIMIT) {
        work->path_length = SENSOR_CGROUP_LIMIT;
        work->path_flags = SENSOR_PARAMETER_CUT;
    }
    record_add_path(work, SENSOR_CGROUP, 0);
}
