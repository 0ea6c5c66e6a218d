/* The cgroup of a process, in the hierarchy that tells containers. */
#pragma once

#include "sensor/bpf/read.h"

/* Set before loading. */
const volatile int32_t cgroup_subsystem = -1; /* index of a v1 controller, or -1: cgroup v2 */
const volatile int32_t cgroup_hierarchy = 0;

static __always_inline address cgroup_of(address task)
{
    address set = FOLLOW(task_struct, task, cgroups), state;

    if (cgroup_subsystem < 0)
        return FOLLOW(css_set, set, dfl_cgrp);
    set += 8 * (uint64_t)(cgroup_subsystem & 31);
    state = FOLLOW(css_set, set, subsys[0]);
    return FOLLOW(cgroup_subsys_state, state, cgroup);
}

static __always_inline uint64_t cgroup_id(address cgroup)
{
    return READ(kernfs_node, FOLLOW(cgroup, cgroup, kn), id);
}

/* The id of the current task's. */
static __always_inline uint64_t current_cgroup_id(struct task_struct *task)
{
    if (cgroup_subsystem < 0)
        return task->cgroups->dfl_cgrp->kn->id;
    return cgroup_id(cgroup_of((address)task));
}

static __always_inline address node_parent(address node)
{
    if (bpf_core_field_exists(struct kernfs_node, __parent))
        return FOLLOW(kernfs_node, node, __parent);
    return FOLLOW(kernfs_node___old, node, parent);
}
