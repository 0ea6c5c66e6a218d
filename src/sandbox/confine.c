#include "sandbox/confine.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

enum {
    NOBODY = 65534,
    WORKER_FILES = 64,
};

static int drop_capabilities(struct error *err)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0}};

    if (syscall(SYS_capset, &header, none) < 0)
        return error_errno(err, "cannot drop capabilities");
    return 0;
}

/* A user namespace may lack the user; the capabilities go in any case. */
static int drop_user(bool *ret_changed, struct error *err)
{
    *ret_changed = false;
    if (geteuid() == 0 && setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
        setresuid(NOBODY, NOBODY, NOBODY) == 0)
        *ret_changed = true;
    return drop_capabilities(err);
}

/* A ruleset that handles every access this kernel knows and allows none. */
static int restrict_file_system(int *ret_abi, struct error *err)
{
    static const uint64_t handled_by_abi[] = {
        0,
        LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
            LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |
            LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
            LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
            LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
            LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
        1ULL << 13, /* ABI 2: refer */
        1ULL << 14, /* ABI 3: truncate */
        0,          /* ABI 4: network, see seccomp */
        1ULL << 15, /* ABI 5: device ioctl */
    };
    struct landlock_ruleset_attr rules = {0};
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    _cleanup_close_ int fd = -1;

    *ret_abi = 0;
    if (abi < 1)
        return 0;
    for (long i = 0; i < (long)(sizeof(handled_by_abi) / sizeof(handled_by_abi[0])) && i <= abi;
         i++)
        rules.handled_access_fs |= handled_by_abi[i];
    fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
    if (fd < 0 || syscall(SYS_landlock_restrict_self, fd, 0) < 0)
        return error_errno(err, "cannot close the file system to workers (Landlock)");
    *ret_abi = (int)abi;
    return 0;
}

static int set_limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard, struct error *err)
{
    struct rlimit limit = {soft, hard};

    if (setrlimit(resource, &limit) < 0)
        return error_errno(err, "cannot limit a worker");
    return 0;
}

static int set_limits(const struct confine_limits *limits, struct error *err)
{
    int r = set_limit(RLIMIT_FSIZE, 0, 0, err);

    if (r == 0)
        r = set_limit(RLIMIT_NOFILE, WORKER_FILES, WORKER_FILES, err);
    if (r == 0 && limits->cpu_seconds)
        r = set_limit(RLIMIT_CPU, limits->cpu_seconds, limits->cpu_seconds + 1, err);
    /* The zygote is small: what is mapped now is within the slack. */
    if (r == 0 && limits->memory && !CONFINE_SANITIZED)
        r = set_limit(RLIMIT_DATA, limits->memory, limits->memory, err);
    return r;
}

static const int allowed_calls[] = {
    SCMP_SYS(read),          SCMP_SYS(readv),        SCMP_SYS(pread64),
    SCMP_SYS(preadv),        SCMP_SYS(write),        SCMP_SYS(writev),
    SCMP_SYS(close),         SCMP_SYS(fstat),        SCMP_SYS(lseek),
    SCMP_SYS(munmap),        SCMP_SYS(mremap),       SCMP_SYS(madvise),
    SCMP_SYS(brk),           SCMP_SYS(futex),        SCMP_SYS(sched_yield),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),   SCMP_SYS(rt_sigreturn),
    SCMP_SYS(getpid),        SCMP_SYS(gettid),       SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),  SCMP_SYS(sigaltstack),  SCMP_SYS(restart_syscall),
    SCMP_SYS(poll),          SCMP_SYS(ppoll),
};

/* No parser makes these; a process that does has been taken over. */
static const int deadly_calls[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(setuid),
    SCMP_SYS(setresuid),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
};

static int add_rules(scmp_filter_ctx filter)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(allowed_calls) / sizeof(allowed_calls[0]); i++)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0);
    for (size_t i = 0;
         r == 0 && !CONFINE_SANITIZED && i < sizeof(deadly_calls) / sizeof(deadly_calls[0]); i++)
        r = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly_calls[i], 0);
    /* Memory may be mapped and protected, but never be executable. */
    if (r == 0)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (r == 0)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return r;
}

/* Compiling takes longer than forking, so the zygote does it for all. */
static int compile_filter(struct confinement *to, struct error *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    _cleanup_close_ int fd = memfd_create("plimsoll-filter", MFD_CLOEXEC);
    ssize_t size;
    int r;

    if (!filter || fd < 0) {
        seccomp_release(filter);
        return error_memory(err);
    }
    r = add_rules(filter);
    if (r == 0)
        r = seccomp_export_bpf(filter, fd);
    seccomp_release(filter);
    if (r < 0)
        return error_set(err, ERROR_UNSUPPORTED, "cannot make the system call filter: %s",
                         strerror(-r));
    size = pread(fd, to->filter, sizeof(to->filter), 0);
    if (size <= 0 || (size_t)size == sizeof(to->filter))
        return error_set(err, ERROR_INTERNAL, "the system call filter is too large");
    to->filter_len = (size_t)size / sizeof(to->filter[0]);
    return 0;
}

int confine_zygote(struct confinement *ret, struct error *err)
{
    static const struct rlimit none = {0, 0};
    int r;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || setrlimit(RLIMIT_CORE, &none) < 0)
        return error_errno(err, "cannot give up privileges");
    r = compile_filter(ret, err);
    if (r == 0)
        r = restrict_file_system(&ret->landlock_abi, err);
    if (r == 0)
        r = drop_user(&ret->changed_user, err);
    if (r < 0)
        return r;
    /* Workers of one user must not read each other's memory. */
    if (!CONFINE_SANITIZED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return error_errno(err, "cannot give up privileges");
    return 0;
}

int confine_worker(const struct confinement *confinement, const struct confine_limits *limits,
                   struct error *err)
{
    struct sock_fprog program = {(unsigned short)confinement->filter_len,
                                 (struct sock_filter *)confinement->filter};
    int r = set_limits(limits, err);

    if (r < 0)
        return r;
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0) {
        error_errno(err, "cannot confine a worker (seccomp)");
        error_hint(err, "allow seccomp filters where this program runs; untrusted bytes are not "
                        "read without them");
        return ERROR_UNSUPPORTED;
    }
    return 0;
}
