/* Is the file that was opened the one that its path says, read as text?
 *
 * fd.name is the given path, joined and cleaned; symbolic links, bind mounts and another
 * root than that of the mount namespace may make the real path another. Walking up from the file
 * that was opened and backwards through the text at once, comparing names, tells whether the two
 * are the same without building either. Cleaning is part of the walk: ".." drops the name before
 * it, "." and doubled slashes are skipped.
 */
#pragma once

#include "sensor/bpf/descriptor.h"
#include "sensor/bpf/step.h"

enum {
    LEXICAL_STEPS = 64,      /* names of the text, or mounts crossed */
    LEXICAL_CHUNKS = 32,     /* of 8 bytes, of one name */
    LEXICAL_DIFFERS = 0,     /* another file, or not known */
    LEXICAL_SAME = 1,        /* the same, and the text is clean and absolute */
    LEXICAL_SAME_JOINED = 2, /* the same, once joined and cleaned */
};

static __always_inline uint32_t text_byte(const struct work *work, uint32_t at)
{
    return ((const uint8_t *)work->words)[at & (FILTER_TEXT - 1)];
}

/* Eight bytes anywhere in kernel memory; zero where there is none. Some struct with a
 * number of 64 bits in it makes a plain load of it. */
static __always_inline uint64_t eight_bytes(address at)
{
    uint64_t bytes = 0;

    if (direct_reads)
        return CAST(kernfs_node, at - bpf_core_field_offset(struct kernfs_node, id))->id;
    bpf_probe_read_kernel(&bytes, sizeof(bytes), (void *)at);
    return bytes;
}

/* The name is the `length` bytes of the text from `at` on. */
static __always_inline bool name_is(const struct work *work, address name, uint32_t at,
                                    uint32_t length)
{
    uint64_t end = filter_forget(length, work->words[0]);

    for (uint32_t i = 0; i < LEXICAL_CHUNKS; i++) {
        uint32_t done = 8 * i, from = (at + done) & (FILTER_TEXT - 1);
        uint64_t text;

        if (done >= end)
            return true;
        text = *(const uint64_t *)((const uint8_t *)work->words + from);
        if ((text ^ eight_bytes(name + done)) & filter_mask(filter_forget(length - done, text)))
            return false;
    }
    return false;
}

/* What the last name of the text before `end` is. */
enum part { PART_NAME, PART_EMPTY, PART_DOT, PART_UP };

static __always_inline enum part part_before(const struct work *work, uint32_t end)
{
    uint32_t last = text_byte(work, end - 1);

    if (last == '/')
        return PART_EMPTY;
    if (last != '.')
        return PART_NAME;
    if (end == 1 || text_byte(work, end - 2) == '/')
        return PART_DOT;
    if (text_byte(work, end - 2) == '.' && (end == 2 || text_byte(work, end - 3) == '/'))
        return PART_UP;
    return PART_NAME;
}

/* Drops the last name of the text, for a ".." behind it. A function of its own, for
 * the verifier's sake. */
__noinline int lexical_drop(void)
{
    struct work *work = work_of(WORK_SYSCALL);
    uint32_t end;

    if (!work)
        return 0;
    end = work->text_end;
    for (uint32_t i = 0; i < FILTER_TEXT; i++) {
        if (end == 0 || text_byte(work, end - 1) == '/')
            break;
        end = (end - 1) & (2 * FILTER_TEXT - 1);
    }
    work->text_end = end;
    work->ups--;
    return 0;
}

/* One step of the walk; its state stands in the work area. 1: it is over. */
__noinline int lexical_step(void)
{
    struct work *work = work_of(WORK_SYSCALL);
    address dentry, mount, parent;
    uint32_t end, length;

    if (!work)
        return true;
    dentry = work->dentry;
    mount = work->mount;
    end = work->text_end;
    if (end == 0 || end > FILTER_TEXT)
        return true;
    switch (part_before(work, end)) {
    case PART_EMPTY:
        work->text_end = end - 1;
        work->odd = true;
        return false;
    case PART_DOT:
        work->odd = true;
        work->text_end = end - 1;
        return false;
    case PART_UP:
        work->odd = true;
        work->ups++;
        work->text_end = end - 2;
        return false;
    case PART_NAME:
        break;
    }
    if (work->ups) {
        lexical_drop();
        return false;
    }
    if (dentry == FOLLOW(vfsmount, mount, mnt_root)) {
        if ((dentry == work->root_dentry && mount == work->root_mount) ||
            !cross_mount(&work->mount, &work->dentry)) {
            work->differs = true;
            return true;
        }
        return false;
    }
    length = READ(dentry, dentry, d_name.len);
    parent = FOLLOW(dentry, dentry, d_parent);
    if (length > end || dentry == parent ||
        (length < end && text_byte(work, end - length - 1) != '/') ||
        !name_is(work, FOLLOW(dentry, dentry, d_name.name), end - length, length)) {
        work->differs = true;
        return true;
    }
    end -= length;
    work->text_end = end ? end - 1 : 0; /* with the slash before it */
    work->dentry = parent;
    return false;
}

/* The walk stands at a root; mounts on top of each other are one place. */
static __always_inline bool is_at(struct work *work, address mount, address dentry)
{
    for (uint32_t i = 0; i < 4; i++) {
        if (work->dentry == dentry && work->mount == mount)
            return true;
        if (work->dentry != FOLLOW(vfsmount, work->mount, mnt_root) ||
            !cross_mount(&work->mount, &work->dentry))
            return false;
    }
    return false;
}

/* It is the root of the whole mount namespace: no name is above it. */
static __always_inline bool is_outermost(address mount, address dentry)
{
    for (uint32_t i = 0; i < 4; i++) {
        if (dentry != FOLLOW(vfsmount, mount, mnt_root))
            return false;
        if (!cross_mount(&mount, &dentry))
            return true;
    }
    return false;
}

/* The directory `ups` levels above the one that relative paths start at. */
static __always_inline bool climb(struct work *work, address *mount, address *dentry)
{
    for (uint32_t i = 0; i < LEXICAL_STEPS && work->ups; i++) {
        if (*dentry == work->root_dentry && *mount == work->root_mount)
            return true; /* ".." of the root is the root */
        if (*dentry == FOLLOW(vfsmount, *mount, mnt_root)) {
            if (!cross_mount(mount, dentry))
                return false;
            continue;
        }
        *dentry = FOLLOW(dentry, *dentry, d_parent);
        work->ups--;
    }
    return !work->ups;
}

/* Where a path that is relative to a descriptor, or to the cwd, starts. */
static __always_inline bool start_of(address task, int32_t directory, address *mount,
                                     address *dentry)
{
    address file, fs;

    if (directory == AT_FDCWD) {
        fs = FOLLOW(task_struct, task, fs);
        if (!fs)
            return false;
        *mount = FOLLOW(fs_struct, fs, pwd.mnt);
        *dentry = FOLLOW(fs_struct, fs, pwd.dentry);
        return true;
    }
    file = file_of(task, directory);
    if (!file)
        return false;
    *mount = FOLLOW(file, file, f_path.mnt);
    *dentry = FOLLOW(file, file, f_path.dentry);
    return true;
}

/* Compares the text in work->words with the file behind the descriptor. */
__noinline uint32_t lexical_compare(int32_t number, int32_t directory)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct work *work = work_of(WORK_SYSCALL);
    address file = file_of((address)task, number), fs = FOLLOW(task_struct, (address)task, fs);
    address mount, dentry;

    if (!work || !file || !fs)
        return LEXICAL_DIFFERS;
    work->mount = FOLLOW(file, file, f_path.mnt);
    work->dentry = FOLLOW(file, file, f_path.dentry);
    work->root_mount = FOLLOW(fs_struct, fs, root.mnt);
    work->root_dentry = FOLLOW(fs_struct, fs, root.dentry);
    if (!is_outermost(work->root_mount, work->root_dentry))
        return LEXICAL_DIFFERS;
    work->text_end = work->text_length;
    work->ups = work->odd = work->differs = 0;
    for (uint32_t i = 0; i < LEXICAL_STEPS; i++)
        if (lexical_step())
            break;
    if (work->differs || work->text_end)
        return LEXICAL_DIFFERS;
    if (text_byte(work, 0) == '/') {
        if (!is_at(work, work->root_mount, work->root_dentry))
            return LEXICAL_DIFFERS;
        return work->odd ? LEXICAL_SAME_JOINED : LEXICAL_SAME;
    }
    if (!start_of((address)task, directory, &mount, &dentry) || !climb(work, &mount, &dentry) ||
        !is_at(work, mount, dentry))
        return LEXICAL_DIFFERS;
    return LEXICAL_SAME_JOINED;
}

enum { QUICK_STEPS = 16 };

/* The same of a name of QUICK_CHUNKS words at most, where each read is a call: by one. */
static __always_inline bool name_is_quickly(struct work *work, address name, uint32_t at,
                                            uint32_t length)
{
    bpf_probe_read_kernel(work->name, sizeof(work->name), (void *)name);
    for (uint32_t i = 0; i < QUICK_CHUNKS && 8 * i < length; i++) {
        uint32_t from = (at + 8 * i) & (FILTER_TEXT - 1);
        uint64_t text = *(const uint64_t *)((const uint8_t *)work->words + from);

        if ((text ^ work->name[i]) & filter_mask(length - 8 * i))
            return false;
    }
    return true;
}

static __always_inline bool is_same_by_loads(const struct work *work, struct task_struct *task,
                                             address file)
{
    address fs = FOLLOW(task_struct, (address)task, fs);
    address mount = FOLLOW(file, file, f_path.mnt), dentry = FOLLOW(file, file, f_path.dentry);
    address top = FOLLOW(vfsmount, mount, mnt_root);
    uint32_t end = length_anew(work);

    for (uint32_t i = 0; i < QUICK_STEPS; i++) {
        address name;
        uint32_t length, at;

        if (dentry == top) {
            if (!cross_mount(&mount, &dentry))
                return false;
            top = FOLLOW(vfsmount, mount, mnt_root);
            continue;
        }
        length = READ(dentry, dentry, d_name.len);
        name = FOLLOW(dentry, dentry, d_name.name);
        if (length >= end || length > 8 * QUICK_CHUNKS)
            return false;
        at = end - length;
        if (text_byte(work, at - 1) != '/')
            return false;
        for (uint32_t done = 0; done < 8 * QUICK_CHUNKS && done < length; done += 8) {
            uint64_t text = *(const uint64_t *)((const uint8_t *)work->words +
                                                ((at + done) & (FILTER_TEXT - 1)));

            if ((text ^ eight_bytes(name + done)) & filter_mask(length - done))
                return false;
        }
        dentry = FOLLOW(dentry, dentry, d_parent);
        end = at - 1;
        if (end == 0)
            return dentry == FOLLOW(fs_struct, fs, root.dentry) &&
                   mount == FOLLOW(fs_struct, fs, root.mnt) && is_outermost(mount, dentry);
    }
    return false;
}

/* The same where each read is a call. */
static __always_inline bool is_same_by_calls(struct work *work, struct task_struct *task,
                                             address file)
{
    address fs = FOLLOW(task_struct, (address)task, fs);
    struct standing at = standing_of(file);
    address top = FOLLOW(vfsmount, at.mount, mnt_root);
    uint32_t end = length_anew(work);

    for (uint32_t i = 0; i < QUICK_STEPS; i++) {
        struct link link;
        uint32_t length, from;

        if (at.dentry == top) {
            if (!cross_mount(&at.mount, &at.dentry))
                return false;
            top = FOLLOW(vfsmount, at.mount, mnt_root);
            continue;
        }
        link = link_of(at.dentry);
        length = link.hash_length >> 32;
        if (length >= end || length > 8 * QUICK_CHUNKS)
            return false;
        from = end - length;
        if (text_byte(work, from - 1) != '/' || !name_is_quickly(work, link.name, from, length))
            return false;
        at.dentry = link.parent;
        end = from - 1;
        if (end == 0)
            return at.dentry == FOLLOW(fs_struct, fs, root.dentry) &&
                   at.mount == FOLLOW(fs_struct, fs, root.mnt) && is_outermost(at.mount, at.dentry);
    }
    return false;
}

/* The usual case of the same, in one piece: an absolute path without anything to clean
 * or to follow. False says nothing. */
static __always_inline bool is_quickly_same(struct work *work, struct task_struct *task,
                                            address file)
{
    return direct_reads ? is_same_by_loads(work, task, file) : is_same_by_calls(work, task, file);
}
