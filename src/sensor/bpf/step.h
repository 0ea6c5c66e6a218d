/* Steps from a file towards the root of the mount namespace.
 *
 * Where a read is a call of a helper, fields that lie side by side are read by one; whether they
 * do is known when the programs are loaded.
 */
#pragma once

#include "sensor/bpf/read.h"

/* A field lies so many bytes behind another. */
#define IS_BEHIND(type, first, bytes, field)                                                       \
    (bpf_core_field_offset(struct type, field) ==                                                  \
     bpf_core_field_offset(struct type, first) + (bytes))

#define READ_FROM(to, type, at, first)                                                             \
    bpf_probe_read_kernel((to), sizeof(*(to)), (void *)FIELD(type, at, first))

/* Where a file is. */
struct standing {
    address mount, dentry;
};

static __always_inline struct standing standing_of(address file)
{
    struct standing is;

    if (!direct_reads && IS_BEHIND(file, f_path.mnt, 8, f_path.dentry)) {
        READ_FROM(&is, file, file, f_path.mnt);
        return is;
    }
    is.mount = FOLLOW(file, file, f_path.mnt);
    is.dentry = FOLLOW(file, file, f_path.dentry);
    return is;
}

/* The directory that a dentry is in, and its name there. */
struct link {
    address parent;
    uint64_t hash_length; /* the name's hash, salted with the directory; above it its length */
    address name;
};

static __always_inline struct link link_of(address dentry)
{
    struct link is;

    if (!direct_reads && IS_BEHIND(dentry, d_parent, 8, d_name.hash_len) &&
        IS_BEHIND(dentry, d_parent, 16, d_name.name)) {
        READ_FROM(&is, dentry, dentry, d_parent);
        return is;
    }
    is.parent = FOLLOW(dentry, dentry, d_parent);
    is.hash_length = READ(dentry, dentry, d_name.hash_len);
    is.name = FOLLOW(dentry, dentry, d_name.name);
    return is;
}

/* Where a mount, a struct mount, is mounted. */
struct crossing {
    address above, mountpoint;
};

static __always_inline struct crossing crossing_of(address mount)
{
    struct crossing is;

    if (!direct_reads && IS_BEHIND(mount, mnt_parent, 8, mnt_mountpoint)) {
        READ_FROM(&is, mount, mount, mnt_parent);
        return is;
    }
    is.above = FOLLOW(mount, mount, mnt_parent);
    is.mountpoint = FOLLOW(mount, mount, mnt_mountpoint);
    return is;
}

/* Up from a file system's root, to where it is mounted. False: it is not mounted. */
static __always_inline bool cross_mount(address *mount, address *dentry)
{
    address outer = *mount - bpf_core_field_offset(struct mount, mnt);
    struct crossing crossing = crossing_of(outer);

    if (crossing.above == outer)
        return false;
    *dentry = crossing.mountpoint;
    *mount = FIELD(mount, crossing.above, mnt);
    return true;
}
