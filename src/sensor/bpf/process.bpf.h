/* Programs: a process is forked, runs a program, changes its name, ends. */
#pragma once

#include "sensor/bpf/call.h"
#include "sensor/bpf/process.h"

/* Number of the system call that the task is in, or 0 where the kernel does not
 * tell. 32-bit calls are translated. */
static __always_inline uint32_t current_call(struct task_struct *task)
{
    struct pt_regs *regs;
    uint32_t number;

    if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
        return 0;
    regs = (struct pt_regs *)bpf_task_pt_regs(task);
#if defined(__TARGET_ARCH_x86)
    number = regs->orig_ax;
    if (task->thread_info.status & TS_COMPAT)
        return compat_calls[number & (FILTER_CALLS - 1)];
#else
    number = regs->syscallno;
#endif
    return number & (FILTER_CALLS - 1);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_fork, struct task_struct *parent, struct task_struct *child)
{
    struct work *work;

    if (child->pid != child->tgid || !(work = work_of(WORK_FORK)))
        return 0;
    record_begin(work, SENSOR_FORK);
    work->task = (address)child;
    work->event.other = child->pid;
    work->event.result = child->pid;
    work->event.number = current_call(bpf_get_current_task_btf());
    add_process(WORK_FORK);
    send_state(work);
    return 0;
}

/* Arguments and environment of a program that has just been loaded. */
static __always_inline void add_memory(struct work *work, uint32_t kind, address from, address to,
                                       uint32_t limit)
{
    if (to > from)
        record_add_user(work, kind, 0, from, to - from, limit);
}

__noinline int add_arguments(uint32_t kind)
{
    struct work *work = work_of(kind);
    address mm;

    if (!work)
        return 0;
    mm = FOLLOW(task_struct, work->task, mm);
    add_memory(work, SENSOR_ARGUMENTS, READ(mm_struct, mm, arg_start), READ(mm_struct, mm, arg_end),
               SENSOR_ARGUMENTS_LIMIT);
    if (environment_wanted)
        add_memory(work, SENSOR_ENVIRONMENT, READ(mm_struct, mm, env_start),
                   READ(mm_struct, mm, env_end), SENSOR_ENVIRONMENT_LIMIT);
    return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_exec, struct task_struct *task, int32_t old_pid, struct linux_binprm *bprm)
{
    struct work *work = work_of(WORK_EXEC);
    uint32_t number = current_call(bpf_get_current_task_btf());

    if (!work)
        return 0;
    record_begin(work, SENSOR_EXEC);
    work->task = (address)task;
    work->event.number = number == CALL_EXECVEAT || bprm->fdpath ? CALL_EXECVEAT : CALL_EXECVE;
    add_process(WORK_EXEC);
    add_credentials(WORK_EXEC);
    add_exe(WORK_EXEC);
    record_add_string(work, SENSOR_FILENAME, 0, (address)bprm->filename, true);
    add_arguments(WORK_EXEC);
    add_cwd(WORK_EXEC);
    add_root(WORK_EXEC);
    add_cgroup(WORK_EXEC);
    add_stdio(WORK_EXEC);
    add_stdio_socket(WORK_EXEC, 0);
    add_stdio_socket(WORK_EXEC, 1);
    add_stdio_socket(WORK_EXEC, 2);
    send_state(work);
    return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct *task)
{
    struct signal_struct *signal = task->signal;
    struct work *work;
    int32_t status;

    if (signal->live.counter || !(work = work_of(WORK_EXIT)))
        return 0;
    record_begin(work, SENSOR_EXIT);
    status = signal->group_exit_code;
    work->event.result = status ? status : task->exit_code;
    send_state(work);
    return 0;
}

/* Whoever begins a program is renamed, too, and the program's own event tells the name. */
static __always_inline bool begins_program(void)
{
    uint32_t number = current_call(bpf_get_current_task_btf());

    return number == CALL_EXECVE || number == CALL_EXECVEAT;
}

SEC("tp_btf/task_rename")
int BPF_PROG(process_rename, struct task_struct *task, const char *name)
{
    struct sensor_parameter *parameter;
    struct work *work;

    if (begins_program())
        return 0;
    if (task->pid != task->tgid || task->flags & PF_KTHREAD || !(work = work_of(WORK_RENAME)))
        return 0;
    record_begin(work, SENSOR_RENAME);
    work->event.pid = task->tgid;
    parameter = record_room(work);
    if (!parameter)
        return 0;
    __builtin_memset(parameter + 1, 0, SENSOR_COMM_SIZE);
    bpf_probe_read_kernel_str(parameter + 1, SENSOR_COMM_SIZE, name);
    record_close(work, parameter, SENSOR_COMM, 0, 0, SENSOR_COMM_SIZE);
    send_state(work);
    return 0;
}
