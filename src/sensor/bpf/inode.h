/* What an inode tells: its times, the layer of an overlay that it is from, whether it is in
 * memory only.
 */
#pragma once

#include "sensor/bpf/read.h"

/* The first 8 bytes of a name. */
#define NAME8(a, b, c, d, e, f, g, h)                                                              \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 |              \
     (uint64_t)(e) << 32 | (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | (uint64_t)(h) << 56)

static __always_inline bool is_memfd(address dentry, address super)
{
    uint64_t magic = READ(super_block, super, s_magic), name = 0;

    if ((magic != TMPFS_MAGIC && magic != HUGETLBFS_MAGIC) ||
        FOLLOW(dentry, dentry, d_parent) != dentry)
        return false;
    bpf_probe_read_kernel(&name, sizeof(name), (void *)FOLLOW(dentry, dentry, d_name.name));
    return (name & 0xffffffffffffULL) == NAME8('m', 'e', 'm', 'f', 'd', ':', 0, 0);
}

/* An overlay's inode is embedded before the dentry of its upper layer. */
static __always_inline uint32_t overlay_layer(address inode, address super)
{
    address upper = 0;

    if (READ(super_block, super, s_magic) != OVERLAYFS_SUPER_MAGIC)
        return SENSOR_LAYER_NONE;
    bpf_probe_read_kernel(&upper, sizeof(upper),
                          (void *)(inode + bpf_core_type_size(struct inode)));
    return upper ? SENSOR_LAYER_UPPER : SENSOR_LAYER_LOWER;
}

static __always_inline int64_t nanoseconds(int64_t seconds, uint32_t rest)
{
    return seconds * 1000000000LL + rest;
}

static __always_inline int64_t inode_ctime(address inode)
{
    if (bpf_core_field_exists(struct inode, i_ctime_sec))
        return nanoseconds(READ(inode, inode, i_ctime_sec),
                           READ(inode, inode, i_ctime_nsec) & ~I_CTIME_QUERIED);
    if (bpf_core_field_exists(struct inode___middle, __i_ctime))
        return nanoseconds(READ(inode___middle, inode, __i_ctime.tv_sec),
                           READ(inode___middle, inode, __i_ctime.tv_nsec));
    return nanoseconds(READ(inode___old, inode, i_ctime.tv_sec),
                       READ(inode___old, inode, i_ctime.tv_nsec));
}

static __always_inline int64_t inode_mtime(address inode)
{
    if (bpf_core_field_exists(struct inode, i_mtime_sec))
        return nanoseconds(READ(inode, inode, i_mtime_sec), READ(inode, inode, i_mtime_nsec));
    if (bpf_core_field_exists(struct inode___middle, __i_mtime))
        return nanoseconds(READ(inode___middle, inode, __i_mtime.tv_sec),
                           READ(inode___middle, inode, __i_mtime.tv_nsec));
    return nanoseconds(READ(inode___old, inode, i_mtime.tv_sec),
                       READ(inode___old, inode, i_mtime.tv_nsec));
}
