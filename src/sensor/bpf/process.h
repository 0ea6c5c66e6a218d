/* What a process is: struct sensor_process, credentials, its program's files. */
#pragma once

#include "sensor/bpf/cgroup.h"
#include "sensor/bpf/descriptor.h"

static __always_inline uint32_t number_in_own_namespace(address pid)
{
    uint32_t level;

    if (!pid)
        return 0;
    level = READ(pid, pid, level) & 63;
    return READ(upid, FIELD(pid, pid, numbers) + level * bpf_core_type_size(struct upid), nr);
}

static __always_inline uint32_t number_in_first_namespace(address pid)
{
    return pid ? READ(upid, FIELD(pid, pid, numbers), nr) : 0;
}

static __always_inline address namespace_of(address pid)
{
    uint32_t level = READ(pid, pid, level) & 63;

    return FOLLOW(upid, FIELD(pid, pid, numbers) + level * bpf_core_type_size(struct upid), ns);
}

/* Pages of one kind (MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES). */
static __always_inline uint64_t pages_of(address mm, uint32_t kind)
{
    int64_t count;

    if (bpf_core_type_exists(struct mm_rss_stat))
        count = READ(mm_struct___old, mm + kind * 8, rss_stat.count[0].counter);
    else
        count = READ(mm_struct, mm + kind * bpf_core_type_size(struct percpu_counter),
                     rss_stat[0].count);
    return count > 0 ? count : 0;
}

enum { PAGE_KIB = 4 };

static __always_inline void fill_memory(struct sensor_process *to, address mm)
{
    to->memory_size = READ(mm_struct, mm, total_vm) * PAGE_KIB;
    to->memory_resident = (pages_of(mm, 0) + pages_of(mm, 1) + pages_of(mm, 3)) * PAGE_KIB;
    to->memory_swapped = pages_of(mm, 2) * PAGE_KIB;
}

#define CAPABILITIES(cred, field)                                                                  \
    ({                                                                                             \
        uint64_t set_ = 0;                                                                         \
        bpf_probe_read_kernel(&set_, sizeof(set_), (void *)FIELD(cred, cred, field));              \
        set_;                                                                                      \
    })

/* Whether the process may write the file, by its mode and the owner; as a process
 * with CAP_DAC_OVERRIDE always may. */
static __always_inline bool may_write(address cred, uint32_t mode, uint32_t uid, uint32_t gid)
{
    if (CAPABILITIES(cred, cap_effective) & 2)
        return true;
    if (READ(cred, cred, fsuid.val) == uid)
        return mode & 0200;
    if (READ(cred, cred, fsgid.val) == gid)
        return mode & 0020;
    return mode & 0002;
}

static __always_inline void fill_exe(struct sensor_process *to, address file, address cred)
{
    address inode = FOLLOW(file, file, f_inode), dentry = FOLLOW(file, file, f_path.dentry);
    address super = FOLLOW(inode, inode, i_sb);
    uint32_t layer = overlay_layer(inode, super);

    to->exe_inode = READ(inode, inode, i_ino);
    to->exe_device = READ(super_block, super, s_dev);
    to->exe_uid = READ(inode, inode, i_uid.val);
    to->exe_mode = READ(inode, inode, i_mode);
    to->exe_ctime = inode_ctime(inode);
    to->exe_mtime = inode_mtime(inode);
    if (layer == SENSOR_LAYER_UPPER)
        to->flags |= SENSOR_EXE_UPPER;
    if (layer == SENSOR_LAYER_LOWER)
        to->flags |= SENSOR_EXE_LOWER;
    if (is_memfd(dentry, super))
        to->flags |= SENSOR_EXE_MEMFD;
    if (is_deleted(dentry) || !READ(inode, inode, i_nlink))
        to->flags |= SENSOR_EXE_DELETED;
    if (may_write(cred, to->exe_mode, to->exe_uid, READ(inode, inode, i_gid.val)))
        to->flags |= SENSOR_EXE_WRITABLE;
}

static __always_inline void fill_namespaces(struct sensor_process *to, address task, address cred)
{
    address set = FOLLOW(task_struct, task, nsproxy), pid = FOLLOW(task_struct, task, thread_pid);

    to->user_namespace = READ(user_namespace, FOLLOW(cred, cred, user_ns), ns.inum);
    if (set) {
        to->mount_namespace = READ(mnt_namespace, FOLLOW(nsproxy, set, mnt_ns), ns.inum);
        to->net_namespace = READ(net, FOLLOW(nsproxy, set, net_ns), ns.inum);
        to->ipc_namespace = READ(ipc_namespace, FOLLOW(nsproxy, set, ipc_ns), ns.inum);
        to->cgroup_namespace = READ(cgroup_namespace, FOLLOW(nsproxy, set, cgroup_ns), ns.inum);
    }
    if (pid) {
        address own = namespace_of(pid), reaper = FOLLOW(pid_namespace, own, child_reaper);

        to->pid_namespace = READ(pid_namespace, own, ns.inum);
        to->namespace_start = reaper ? READ(task_struct, reaper, start_boottime) : 0;
    }
}

static __always_inline void fill_ids(struct sensor_process *to, address task)
{
    address parent = FOLLOW(task_struct, FOLLOW(task_struct, task, real_parent), group_leader);
    address signal = FOLLOW(task_struct, task, signal);
    address group = FOLLOW(signal_struct, signal, pids[PIDTYPE_PGID]);
    address session = FOLLOW(signal_struct, signal, pids[PIDTYPE_SID]);
    address tty = FOLLOW(signal_struct, signal, tty);

    to->pid = READ(task_struct, task, tgid);
    to->parent = READ(task_struct, parent, tgid);
    to->parent_start = READ(task_struct, parent, start_boottime);
    to->start = READ(task_struct, task, start_boottime);
    to->vpid = number_in_own_namespace(FOLLOW(task_struct, task, thread_pid));
    to->vparent = number_in_own_namespace(FOLLOW(task_struct, parent, thread_pid));
    to->vpgid = number_in_own_namespace(group);
    to->vsid = number_in_own_namespace(session);
    to->pgid = number_in_first_namespace(group);
    to->sid = number_in_first_namespace(session);
    to->thread_count = READ(signal_struct, signal, nr_threads);
    to->descriptor_limit = READ(signal_struct, signal, rlim[RLIMIT_NOFILE].rlim_cur);
    if (tty) {
        address driver = FOLLOW(tty_struct, tty, driver);

        to->tty = (uint32_t)READ(tty_driver, driver, major) << 20 |
                  (READ(tty_driver, driver, minor_start) + READ(tty_struct, tty, index));
    }
}

static __always_inline void fill_process(struct sensor_process *to, address task)
{
    address cred = FOLLOW(task_struct, task, cred), mm = FOLLOW(task_struct, task, mm);
    address file = mm ? FOLLOW(mm_struct, mm, exe_file) : 0;

    __builtin_memset(to, 0, sizeof(*to));
    fill_ids(to, task);
    if (READ(task_struct, task, flags) & PF_KTHREAD)
        to->flags |= SENSOR_KERNEL_THREAD;
    if (READ(task_struct, task, seccomp.mode))
        to->flags |= SENSOR_SECCOMP;
    if (READ(task_struct, task, atomic_flags) & 1 << PFA_NO_NEW_PRIVS)
        to->flags |= SENSOR_NO_NEW_PRIVILEGES;
    if (READ(task_struct, task, ptrace))
        to->flags |= SENSOR_TRACED;
    to->exec_id = READ(task_struct, task, self_exec_id);
    to->cgroup = cgroup_id(cgroup_of(task));
    fill_namespaces(to, task, cred);
    if (file)
        fill_exe(to, file, cred);
    if (mm)
        fill_memory(to, mm);
    bpf_probe_read_kernel(to->comm, sizeof(to->comm), (void *)FIELD(task_struct, task, comm));
}

/* Parameters, each one a function of its own for the verifier's sake. `kind`: the
 * area whose task is meant. */
__noinline int add_process(uint32_t kind)
{
    struct work *work = work_of(kind);
    struct sensor_parameter *parameter;

    if (!work || !(parameter = record_room(work)))
        return 0;
    fill_process((struct sensor_process *)(parameter + 1), work->task);
    record_close(work, parameter, SENSOR_PROCESS_PARAMETER, 0, 0, sizeof(struct sensor_process));
    return 0;
}

static __always_inline void record_add_credentials(struct work *work, address cred)
{
    struct sensor_parameter *parameter = record_room(work);
    struct sensor_credentials *to;

    if (!parameter)
        return;
    to = (struct sensor_credentials *)(parameter + 1);
    to->uid = READ(cred, cred, uid.val);
    to->euid = READ(cred, cred, euid.val);
    to->suid = READ(cred, cred, suid.val);
    to->fsuid = READ(cred, cred, fsuid.val);
    to->gid = READ(cred, cred, gid.val);
    to->egid = READ(cred, cred, egid.val);
    to->sgid = READ(cred, cred, sgid.val);
    to->fsgid = READ(cred, cred, fsgid.val);
    to->loginuid = READ(task_struct, work->task, loginuid.val);
    to->securebits = READ(cred, cred, securebits);
    to->permitted = CAPABILITIES(cred, cap_permitted);
    to->effective = CAPABILITIES(cred, cap_effective);
    to->inheritable = CAPABILITIES(cred, cap_inheritable);
    to->bounding = CAPABILITIES(cred, cap_bset);
    to->ambient = CAPABILITIES(cred, cap_ambient);
    record_close(work, parameter, SENSOR_CREDENTIALS, 0, 0, sizeof(*to));
}

__noinline int add_credentials(uint32_t kind)
{
    struct work *work = work_of(kind);

    if (work)
        record_add_credentials(work, FOLLOW(task_struct, work->task, cred));
    return 0;
}

__noinline int add_exe(uint32_t kind)
{
    struct work *work = work_of(kind);
    address mm, file;

    if (!work)
        return 0;
    mm = FOLLOW(task_struct, work->task, mm);
    file = mm ? FOLLOW(mm_struct, mm, exe_file) : 0;
    if (file)
        record_path_of_file(work, SENSOR_EXE, 0, file);
    return 0;
}

__noinline int add_cwd(uint32_t kind)
{
    struct work *work = work_of(kind);
    address fs;

    if (!work)
        return 0;
    fs = FOLLOW(task_struct, work->task, fs);
    if (fs)
        record_path_of(work, SENSOR_CWD, 0, FOLLOW(fs_struct, fs, pwd.mnt),
                       FOLLOW(fs_struct, fs, pwd.dentry));
    return 0;
}

/* Its root directory, seen from the mount namespace's root, when it is another. */
__noinline int add_root(uint32_t kind)
{
    struct work *work = work_of(kind);
    address fs;

    if (!work)
        return 0;
    fs = FOLLOW(task_struct, work->task, fs);
    if (!fs)
        return 0;
    work->path_at = PATH_START;
    work->path_flags = 0;
    work->root_mount = work->root_dentry = 0;
    work->mount = FOLLOW(fs_struct, fs, root.mnt);
    work->dentry = FOLLOW(fs_struct, fs, root.dentry);
    path_walk(work);
    work->path_length = PATH_START - work->path_at;
    if (work->path_length)
        record_add_path(work, SENSOR_ROOT, 0);
    return 0;
}

__noinline int add_cgroup(uint32_t kind)
{
    struct work *work = work_of(kind);

    if (work)
        record_add_cgroup(work, cgroup_of(work->task));
    return 0;
}

__noinline int add_stdio(uint32_t kind)
{
    struct work *work = work_of(kind);
    struct sensor_parameter *parameter;

    if (!work || !(parameter = record_room(work)))
        return 0;
    for (int32_t i = 0; i < 3; i++) {
        struct sensor_descriptor *to = (struct sensor_descriptor *)(parameter + 1) + i;
        address file = file_of(work->task, i);

        __builtin_memset(to, 0, sizeof(*to));
        to->number = i;
        if (file)
            describe(to, i, file);
    }
    record_close(work, parameter, SENSOR_STDIO, 0, 0, 3 * sizeof(struct sensor_descriptor));
    return 0;
}

__noinline int add_stdio_socket(uint32_t kind, uint32_t number)
{
    struct work *work = work_of(kind);
    address file, socket;

    if (!work)
        return 0;
    file = file_of(work->task, number);
    socket = file ? socket_of(file) : 0;
    if (socket)
        record_add_socket(work, SENSOR_STDIO_SOCKET, number, socket);
    return 0;
}
