/* Program: all processes, one by one, for who reads the iterator. */
#pragma once

#include "sensor/bpf/process.h"

SEC("iter/task")
int snapshot_process(struct bpf_iter__task *context)
{
    struct task_struct *task = context->task;
    struct work *work;
    uint32_t length;

    if (!task || task->pid != task->tgid || !task->signal->live.counter ||
        !(work = work_of(WORK_ITERATOR)))
        return 0;
    record_begin(work, SENSOR_PROCESS);
    work->event.pid = work->event.tid = task->tgid;
    work->task = (address)task;
    add_process(WORK_ITERATOR);
    add_credentials(WORK_ITERATOR);
    add_exe(WORK_ITERATOR);
    add_cwd(WORK_ITERATOR);
    add_root(WORK_ITERATOR);
    add_cgroup(WORK_ITERATOR);
    add_stdio(WORK_ITERATOR);
    add_stdio_socket(WORK_ITERATOR, 0);
    add_stdio_socket(WORK_ITERATOR, 1);
    add_stdio_socket(WORK_ITERATOR, 2);
    length = work->length;
    work->event.size = length;
    if (length <= SENSOR_EVENT_LIMIT)
        bpf_seq_write(context->meta->seq, work->record, length);
    return 0;
}
