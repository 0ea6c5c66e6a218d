/* Full paths: of what a call names as the process sees them, from its root directory; of the
 * file behind a descriptor from the root of the mount namespace, so that chroot() hides
 * nothing.
 *
 * Walks from a dentry to the root, over the points where file systems are
 * mounted, writing names backwards. A path that does not lead to the process's
 * root (a descriptor from outside of a chroot, a detached mount) ends at the
 * root of what it is in. Deleted files are told by a flag, not in the text. Of a path
 * that is too long the end is told, and its first bytes are "...": whoever makes folders
 * 4 KB deep may not choose where the path seems to begin.
 */
#pragma once

#include "sensor/bpf/work.h"

enum {
    PATH_STEPS = SENSOR_PATH_LIMIT / 2 + 256, /* names of one byte, and crossings */
    PATH_STEPS_OLD = 96,                      /* before bpf_loop() */
};

static __always_inline bool is_deleted(address dentry)
{
    return !READ(dentry, dentry, d_hash.pprev) && FOLLOW(dentry, dentry, d_parent) != dentry;
}

/* One name or one crossing; 1: the walk is over. */
static long path_step(uint32_t step, struct work **walk)
{
    struct work *work = *walk;
    address dentry = work->dentry, mount = work->mount, parent;
    uint32_t at = work->path_at, length;

    if (dentry == work->root_dentry && mount == work->root_mount)
        return 1;
    parent = FOLLOW(dentry, dentry, d_parent);
    if (dentry == parent || dentry == FOLLOW(vfsmount, mount, mnt_root)) {
        address outer = mount - bpf_core_field_offset(struct mount, mnt);
        address above = FOLLOW(mount, outer, mnt_parent);

        if (above == outer || dentry != FOLLOW(vfsmount, mount, mnt_root))
            return 1;
        work->dentry = FOLLOW(mount, outer, mnt_mountpoint);
        work->mount = FIELD(mount, above, mnt);
        return 0;
    }
    length = READ(dentry, dentry, d_name.len) & NAME_LIMIT;
    if (at < length + 1 + 8) {
        work->path_flags |= SENSOR_PARAMETER_CUT;
        return 1;
    }
    at -= length;
    bpf_probe_read_kernel(&work->path[at & (PATH_BUFFER - 1)], length,
                          (void *)FOLLOW(dentry, dentry, d_name.name));
    at--;
    work->path[at & (PATH_BUFFER - 1)] = '/';
    work->path_at = at;
    work->dentry = parent;
    return 0;
}

/* A file without a directory: "memfd:x", "[eventpoll]". */
static __always_inline void path_of_nameless(struct work *work, address dentry)
{
    uint32_t length = READ(dentry, dentry, d_name.len) & NAME_LIMIT;

    work->path_at = PATH_START - length;
    work->path_length = length;
    bpf_probe_read_kernel(&work->path[work->path_at & (PATH_BUFFER - 1)], length,
                          (void *)FOLLOW(dentry, dentry, d_name.name));
}

/* Builds the path of work->dentry in work->mount; afterwards it is the
 * path_length bytes at path[path_at]. */
static __noinline long path_walk(struct work *work)
{
    struct work *walk = work;

    if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop)) {
        if (bpf_loop(PATH_STEPS, path_step, &walk, 0) == PATH_STEPS)
            work->path_flags |= SENSOR_PARAMETER_CUT;
        return 0;
    }
    for (uint32_t i = 0; i < PATH_STEPS_OLD; i++)
        if (path_step(i, &walk))
            return 0;
    work->path_flags |= SENSOR_PARAMETER_CUT;
    return 0;
}

static __always_inline void path_mark_cut(struct work *work)
{
    if (!(work->path_flags & SENSOR_PARAMETER_CUT))
        return;
    for (uint32_t i = 0; i < 3; i++)
        work->path[(work->path_at + i) & (PATH_BUFFER - 1)] = '.';
}

/* Up to work->root_*, if the path leads there. */
static __always_inline void path_build_below(struct work *work, address mount, address dentry)
{
    work->path_at = PATH_START;
    work->path_flags = is_deleted(dentry) ? SENSOR_PARAMETER_DELETED : 0;
    work->mount = mount;
    work->dentry = dentry;
    if (FOLLOW(dentry, dentry, d_parent) == dentry && FOLLOW(vfsmount, mount, mnt_root) != dentry) {
        path_of_nameless(work, dentry);
        return;
    }
    path_walk(work);
    path_mark_cut(work);
    if (work->path_at == PATH_START) {
        work->path_at = PATH_START - 1;
        work->path[PATH_START - 1] = '/';
    }
    work->path_length = PATH_START - work->path_at;
}

/* As the process sees it. */
static __always_inline void path_build(struct work *work, address mount, address dentry,
                                       address task)
{
    address fs = FOLLOW(task_struct, task, fs);

    work->root_mount = fs ? FOLLOW(fs_struct, fs, root.mnt) : 0;
    work->root_dentry = fs ? FOLLOW(fs_struct, fs, root.dentry) : 0;
    path_build_below(work, mount, dentry);
}

/* As the mount namespace has it. */
static __always_inline void path_build_whole(struct work *work, address file)
{
    work->root_mount = work->root_dentry = 0;
    path_build_below(work, FOLLOW(file, file, f_path.mnt), FOLLOW(file, file, f_path.dentry));
}

static __always_inline void record_add_path(struct work *work, uint32_t kind, uint32_t index)
{
    uint32_t at = work->path_at & (PATH_BUFFER - 1);

    record_add(work, kind, index, work->path_flags, &work->path[at], work->path_length,
               SENSOR_PATH_LIMIT);
}

static __always_inline void record_path_of(struct work *work, uint32_t kind, uint32_t index,
                                           address mount, address dentry)
{
    path_build(work, mount, dentry, work->task);
    record_add_path(work, kind, index);
}

static __always_inline void record_path_of_file(struct work *work, uint32_t kind, uint32_t index,
                                                address file)
{
    record_path_of(work, kind, index, FOLLOW(file, file, f_path.mnt),
                   FOLLOW(file, file, f_path.dentry));
}
