/* The guard: programs at security hooks that refuse what a container's image did not
 * bring. An object of its own, since few kernels have BPF among their security modules.
 *
 * Licence: see sensor.bpf.c.
 */
#include "sensor/bpf/guard.h"
#include "sensor/bpf/hierarchy.h"
#include "sensor/bpf/inode.h"

enum {
    CGROUP_DEPTH = 256, /* that a container's rule reaches down */
    PROT_EXEC = 4,
    EPERM = 1,
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, GUARD_CONTAINERS);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, uint64_t); /* id of a cgroup */
    __type(value, struct guard_rule);
} guard_rules SEC(".maps");

/* The rule of the innermost cgroup that has one. */
static __always_inline const struct guard_rule *rule_of(address task)
{
    address node = FOLLOW(cgroup, cgroup_of(task), kn);

    for (uint32_t i = 0; i < CGROUP_DEPTH && node; i++) {
        uint64_t id = READ(kernfs_node, node, id);
        const struct guard_rule *rule = bpf_map_lookup_elem(&guard_rules, &id);

        if (rule)
            return rule;
        node = node_parent(node);
    }
    return NULL;
}

/* A runtime's process that is in the cgroup and not yet in the container's mounts runs
 * the runtime's own program, which may be a copy in memory. */
static __always_inline bool is_outside(const struct guard_rule *rule, address task)
{
    address set = FOLLOW(task_struct, task, nsproxy);
    uint32_t mounts = set ? READ(mnt_namespace, FOLLOW(nsproxy, set, mnt_ns), ns.inum) : 0;

    return !mounts || mounts == rule->runtimes[0] || mounts == rule->runtimes[1];
}

static __always_inline const struct guard_rule *current_rule(void)
{
    address task = bpf_get_current_task();
    const struct guard_rule *rule = rule_of(task);

    return rule && !is_outside(rule, task) ? rule : NULL;
}

static __always_inline bool is_foreign(const struct guard_rule *rule, struct file *file)
{
    address inode = FOLLOW(file, (address)file, f_inode);
    address dentry = FOLLOW(file, (address)file, f_path.dentry);
    address super = FOLLOW(inode, inode, i_sb);
    bool is_own = READ(super_block, super, s_dev) == rule->device;
    uint32_t layer = overlay_layer(inode, super);

    if (layer == SENSOR_LAYER_UPPER || is_memfd(dentry, super))
        return true;
    if (layer == SENSOR_LAYER_LOWER && is_own)
        return false;
    if (!is_own && rule->flags & GUARD_ROOT_ONLY)
        return true;
    return inode_ctime(inode) > rule->began;
}

/* Also asked for the interpreter that a script names in its first line. */
SEC("lsm/bprm_check_security")
int BPF_PROG(guard_program, struct linux_binprm *bprm, int before)
{
    const struct guard_rule *rule;

    if (before)
        return before;
    rule = current_rule();
    return rule && is_foreign(rule, bprm->file) ? -EPERM : 0;
}

/* The process runs the dynamic loader itself ("ld-linux-x86-64.so.2", "ld-musl-...",
 * musl's "libc.so"), to which a program can be given as an argument. */
static __always_inline bool is_loader(address task)
{
    address mm = FOLLOW(task_struct, task, mm), file = mm ? FOLLOW(mm_struct, mm, exe_file) : 0;
    address dentry = file ? FOLLOW(file, file, f_path.dentry) : 0;
    uint64_t name = 0;

    if (!dentry)
        return false;
    bpf_probe_read_kernel(&name, sizeof(name), (void *)FOLLOW(dentry, dentry, d_name.name));
    return (name & 0xffffff) == NAME8('l', 'd', '-', 0, 0, 0, 0, 0) ||
           (name & 0xffffffff) == NAME8('l', 'i', 'b', 'c', 0, 0, 0, 0);
}

/* What the loader maps to run it. Libraries of other programs are let pass: they may have
 * been made after the start for good reasons, and no program comes with them. */
SEC("lsm/mmap_file")
int BPF_PROG(guard_mapping, struct file *file, unsigned long asked, unsigned long protection,
             unsigned long flags, int before)
{
    const struct guard_rule *rule;

    if (before || !file || !(protection & PROT_EXEC))
        return before;
    rule = current_rule();
    return rule && is_loader(bpf_get_current_task()) && is_foreign(rule, file) ? -EPERM : 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(guard_forget, struct cgroup *cgroup, const char *path)
{
    uint64_t id = cgroup->kn->id;

    if (cgroup->root->hierarchy_id == cgroup_hierarchy)
        bpf_map_delete_elem(&guard_rules, &id);
    return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
