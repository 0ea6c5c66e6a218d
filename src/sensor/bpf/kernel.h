/* The kernel's types, as far as we read them.
 *
 * Only the fields that we read, in any order: each access is relocated when the
 * programs are loaded (CO-RE), against the types that the running kernel
 * describes in its BTF. So neither a generated vmlinux.h nor a kernel with BTF
 * is needed to build. Structs with a ___suffix are older or newer shapes
 * of the same type; the suffix does not count when fields are looked up.
 */
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "sensor/abi/event.h"

typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

typedef struct {
    int counter;
} atomic_t;
typedef struct {
    uint32_t val;
} kuid_t;
typedef struct {
    uint32_t val;
} kgid_t;

typedef struct {
    uint32_t words[2]; /* or one of 64 bits: only its address is taken */
} kernel_cap_t;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
    unsigned long r8, r9, r10, r11, r12, r13, r14, r15, bx, cx, dx, si, di, bp, ax, orig_ax;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
    uint64_t regs[31];
};
struct pt_regs {
    uint64_t regs[31];
    uint64_t orig_x0;
    int32_t syscallno;
};
#endif

struct thread_info {
    unsigned long flags;
    uint32_t status;
};

struct qstr {
    uint32_t len;
    uint64_t hash_len;
    const unsigned char *name;
};

struct hlist_bl_node {
    struct hlist_bl_node **pprev;
};

struct file_system_type {
    const char *name;
};

struct super_block {
    uint32_t s_dev;
    unsigned long s_magic;
    struct dentry *s_root;
    struct file_system_type *s_type;
};

struct timespec64 {
    int64_t tv_sec;
    long tv_nsec;
};

struct pipe_inode_info;

struct inode {
    unsigned short i_mode;
    kuid_t i_uid;
    kgid_t i_gid;
    struct super_block *i_sb;
    unsigned long i_ino;
    unsigned int i_nlink;
    uint32_t i_rdev;
    int64_t i_mtime_sec, i_ctime_sec; /* from 6.11 on */
    uint32_t i_mtime_nsec, i_ctime_nsec;
};

struct inode___middle { /* 6.6 and 6.7 to 6.10 */
    struct timespec64 __i_mtime, __i_ctime;
};

struct inode___old {
    struct timespec64 i_mtime, i_ctime;
};

struct dentry {
    unsigned int d_flags;
    struct hlist_bl_node d_hash;
    struct dentry *d_parent;
    struct qstr d_name;
    struct inode *d_inode;
    struct super_block *d_sb;
};

struct vfsmount {
    struct dentry *mnt_root;
    struct super_block *mnt_sb;
    int mnt_flags;
};

struct mount {
    struct mount *mnt_parent;
    struct dentry *mnt_mountpoint;
    struct vfsmount mnt;
};

struct path {
    struct vfsmount *mnt;
    struct dentry *dentry;
};

struct file {
    unsigned int f_mode;
    unsigned int f_flags;
    struct inode *f_inode;
    struct path f_path;
    void *private_data;
};

struct fdtable {
    unsigned int max_fds;
    struct file **fd;
};

struct files_struct {
    struct fdtable *fdt;
};

struct fs_struct {
    struct path root, pwd;
};

struct ns_common {
    unsigned int inum;
};

struct user_namespace {
    struct ns_common ns;
};

struct pid_namespace {
    struct task_struct *child_reaper;
    struct ns_common ns;
};

struct upid {
    int nr;
    struct pid_namespace *ns;
};

struct pid {
    unsigned int level;
    struct upid numbers[1];
};

struct mnt_namespace {
    struct ns_common ns;
    struct mount *root;
};

struct net {
    struct ns_common ns;
};

struct ipc_namespace {
    struct ns_common ns;
};

struct cgroup_namespace {
    struct ns_common ns;
};

struct nsproxy {
    struct ipc_namespace *ipc_ns;
    struct mnt_namespace *mnt_ns;
    struct net *net_ns;
    struct cgroup_namespace *cgroup_ns;
};

struct kernfs_node {
    struct kernfs_node *__parent; /* from 6.15 on */
    const char *name;
    uint64_t id;
};

struct kernfs_node___old {
    struct kernfs_node___old *parent;
};

struct cgroup_root {
    int hierarchy_id;
};

struct cgroup {
    struct kernfs_node *kn;
    struct cgroup_root *root;
};

struct cgroup_subsys_state {
    struct cgroup *cgroup;
};

struct css_set {
    struct cgroup_subsys_state *subsys[1];
    struct cgroup *dfl_cgrp;
};

struct cred {
    kuid_t uid, suid, euid, fsuid;
    kgid_t gid, sgid, egid, fsgid;
    unsigned int securebits;
    struct user_namespace *user_ns;
    kernel_cap_t cap_inheritable, cap_permitted, cap_effective, cap_bset, cap_ambient;
};

struct percpu_counter {
    int64_t count;
};

struct mm_struct {
    unsigned long total_vm;
    unsigned long arg_start, arg_end, env_start, env_end;
    struct file *exe_file;
    struct percpu_counter rss_stat[4]; /* from 6.2 on */
};

typedef struct {
    int64_t counter;
} atomic_long_t;

struct mm_rss_stat {
    atomic_long_t count[4];
};

struct mm_struct___old {
    struct mm_rss_stat rss_stat;
};

struct tty_driver {
    int major;
    int minor_start;
};

struct tty_struct {
    struct tty_driver *driver;
    int index;
};

struct rlimit {
    unsigned long rlim_cur;
};

struct signal_struct {
    atomic_t live;
    int nr_threads;
    int group_exit_code;
    struct pid *pids[4]; /* PIDTYPE_* */
    struct tty_struct *tty;
    struct rlimit rlim[16];
};

struct seccomp {
    int mode;
};

struct task_struct {
    struct thread_info thread_info;
    unsigned int flags;
    unsigned int ptrace;
    int exit_code;
    unsigned long atomic_flags;
    int pid, tgid;
    struct task_struct *real_parent, *group_leader;
    struct pid *thread_pid;
    uint64_t start_boottime;
    const struct cred *cred;
    char comm[SENSOR_COMM_SIZE];
    struct fs_struct *fs;
    struct files_struct *files;
    struct nsproxy *nsproxy;
    struct signal_struct *signal;
    struct seccomp seccomp;
    kuid_t loginuid;
    struct css_set *cgroups;
    struct mm_struct *mm;
    uint64_t self_exec_id;
};

struct linux_binprm {
    struct file *file;
    const char *filename;
    const char *fdpath;
};

struct in6_addr {
    uint8_t bytes[16]; /* never relocated: only its address is taken */
};

struct sock_common {
    uint32_t skc_daddr, skc_rcv_saddr;
    uint16_t skc_dport, skc_num;
    unsigned short skc_family;
    unsigned char skc_state;
    struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};

struct sock {
    struct sock_common __sk_common;
    uint16_t sk_protocol, sk_type;
    uint32_t sk_max_ack_backlog;
    struct socket *sk_socket;
};

struct mptcp_sock {
    struct sock *first;
};

struct socket {
    short type;
    int state;
    struct file *file;
    struct sock *sk;
};

struct sockaddr_un {
    unsigned short sun_family;
};

struct unix_address {
    int len;
    struct sockaddr_un name[1];
};

struct unix_sock {
    struct unix_address *addr;
    struct sock *peer;
};

struct seq_file;

struct bpf_iter_meta {
    struct seq_file *seq;
};

struct bpf_iter__task {
    struct bpf_iter_meta *meta;
    struct task_struct *task;
};

#pragma clang attribute pop

/* Constants of the kernel that its BTF does not hold. */
enum {
    I_CTIME_QUERIED = 0x80000000, /* in i_ctime_nsec: the time was asked for */
    TS_COMPAT = 2,                /* x86: thread_info.status */
    X32_SYSCALL_BIT = 0x40000000,
    DCACHE_OP_HASH = 1, /* dentry.d_flags: its file system makes hashes of names */
    PF_KTHREAD = 0x00200000,
    PFA_NO_NEW_PRIVS = 0, /* bit of atomic_flags */
    RLIMIT_NOFILE = 7,
    PIDTYPE_PGID = 2,
    PIDTYPE_SID = 3,
    S_IFMT = 0170000,
    S_IFSOCK = 0140000,
    S_IFREG = 0100000,
    S_IFBLK = 0060000,
    S_IFDIR = 0040000,
    S_IFCHR = 0020000,
    S_IFIFO = 0010000,
    OVERLAYFS_SUPER_MAGIC = 0x794c7630,
    TMPFS_MAGIC = 0x01021994,
    HUGETLBFS_MAGIC = 0x958458f6,
    PIPEFS_MAGIC = 0x50495045,
    PID_FS_MAGIC = 0x50494446,
    AF_UNIX = 1,
    AF_INET = 2,
    AF_INET6 = 10,
    SOCK_STREAM = 1,
    SOCK_DGRAM = 2,
    IPPROTO_MPTCP = 262,
    TCP_ESTABLISHED = 1,
    TCP_SYN_SENT = 2,
    TCP_LISTEN = 10,
    AT_FDCWD = -100,
};
