/* Programs: a cgroup is made, removed, entered; of one hierarchy only. */
#pragma once

#include "sensor/bpf/cgroup.h"

static __always_inline bool is_ours(struct cgroup *cgroup)
{
    return cgroup->root->hierarchy_id == cgroup_hierarchy;
}

static __always_inline void tell_cgroup(struct work *work, struct cgroup *cgroup, const char *path,
                                        uint32_t kind, uint32_t other)
{
    record_begin(work, kind);
    work->event.other = other;
    work->event.arguments[0] = cgroup->kn->id;
    work->event.arguments[1] = cgroup_hierarchy;
    record_add_string(work, SENSOR_CGROUP, 0, (address)path, true);
    send_state(work);
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(cgroup_make, struct cgroup *cgroup, const char *path)
{
    struct work *work = work_of(WORK_CGROUP_MAKE);

    if (work && is_ours(cgroup))
        tell_cgroup(work, cgroup, path, SENSOR_CGROUP_MAKE, 0);
    return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(cgroup_remove, struct cgroup *cgroup, const char *path)
{
    struct work *work = work_of(WORK_CGROUP_REMOVE);

    if (work && is_ours(cgroup))
        tell_cgroup(work, cgroup, path, SENSOR_CGROUP_REMOVE, 0);
    return 0;
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(cgroup_enter, struct cgroup *cgroup, const char *path, struct task_struct *task)
{
    struct work *work = work_of(WORK_CGROUP_ENTER);

    if (work && is_ours(cgroup) && task->pid == task->tgid)
        tell_cgroup(work, cgroup, path, SENSOR_CGROUP_ENTER, task->tgid);
    return 0;
}
