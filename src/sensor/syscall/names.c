#include "sensor/syscall/names.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/keyctl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/prctl.h>
#include <linux/reboot.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* A constant under its own name. */
#define NAME(constant)                                                                             \
    {                                                                                              \
        constant, #constant, 0                                                                     \
    }
#define END                                                                                        \
    {                                                                                              \
        0, NULL, 0                                                                                 \
    }

/* The C library says 0, since it always asks for it; programs may pass the kernel's bit. */
#define KERNEL_O_LARGEFILE 0100000

const struct syscall_name syscall_open_flags[] = {
    {KERNEL_O_LARGEFILE, "O_LARGEFILE", 0},
    NAME(O_DIRECTORY),
    NAME(O_DIRECT),
    NAME(O_TRUNC),
    NAME(O_SYNC),
    NAME(O_NONBLOCK),
    NAME(O_EXCL),
    {O_DSYNC, "O_DSYNC", O_SYNC},
    NAME(O_APPEND),
    NAME(O_CREAT),
    {O_RDWR, "O_RDWR", O_ACCMODE},
    {O_WRONLY, "O_WRONLY", O_ACCMODE},
    {O_RDONLY, "O_RDONLY", O_ACCMODE},
    NAME(O_CLOEXEC),
    NAME(O_TMPFILE),
    NAME(O_NOFOLLOW),
    NAME(O_NOATIME),
    NAME(O_NOCTTY),
    NAME(O_PATH),
    NAME(O_ASYNC),
    END,
};

const struct syscall_name syscall_resolve_flags[] = {
    NAME(RESOLVE_BENEATH),
    NAME(RESOLVE_IN_ROOT),
    NAME(RESOLVE_NO_MAGICLINKS),
    NAME(RESOLVE_NO_SYMLINKS),
    NAME(RESOLVE_NO_XDEV),
    NAME(RESOLVE_CACHED),
    END,
};

const struct syscall_name syscall_mode_bits[] = {
    NAME(S_IXOTH), NAME(S_IWOTH), NAME(S_IROTH), NAME(S_IXGRP), NAME(S_IWGRP),
    NAME(S_IRGRP), NAME(S_IXUSR), NAME(S_IWUSR), NAME(S_IRUSR), NAME(S_ISVTX),
    NAME(S_ISGID), NAME(S_ISUID), END,
};

const struct syscall_name syscall_families[] = {
    NAME(AF_UNSPEC),
    NAME(AF_UNIX),
    NAME(AF_INET),
    NAME(AF_AX25),
    NAME(AF_IPX),
    NAME(AF_APPLETALK),
    NAME(AF_NETROM),
    NAME(AF_BRIDGE),
    NAME(AF_ATMPVC),
    NAME(AF_X25),
    NAME(AF_INET6),
    NAME(AF_ROSE),
    {12, "AF_DECnet", 0},
    NAME(AF_NETBEUI),
    NAME(AF_SECURITY),
    NAME(AF_KEY),
    NAME(AF_NETLINK),
    NAME(AF_PACKET),
    NAME(AF_ASH),
    NAME(AF_ECONET),
    NAME(AF_ATMSVC),
    NAME(AF_RDS),
    NAME(AF_SNA),
    NAME(AF_IRDA),
    NAME(AF_PPPOX),
    NAME(AF_WANPIPE),
    NAME(AF_LLC),
    NAME(AF_IB),
    NAME(AF_MPLS),
    NAME(AF_CAN),
    NAME(AF_TIPC),
    NAME(AF_BLUETOOTH),
    NAME(AF_IUCV),
    NAME(AF_RXRPC),
    NAME(AF_ISDN),
    NAME(AF_PHONET),
    NAME(AF_IEEE802154),
    NAME(AF_CAIF),
    NAME(AF_ALG),
    NAME(AF_NFC),
    NAME(AF_VSOCK),
    NAME(AF_KCM),
    NAME(AF_QIPCRTR),
    NAME(AF_SMC),
    NAME(AF_XDP),
    NAME(AF_MCTP),
    END,
};

/* The kind is in the low four bits. */
#define TYPE(constant)                                                                             \
    {                                                                                              \
        constant, #constant, 0xf                                                                   \
    }
const struct syscall_name syscall_socket_types[] = {
    TYPE(SOCK_STREAM),    TYPE(SOCK_DGRAM),
    TYPE(SOCK_RAW),       TYPE(SOCK_RDM),
    TYPE(SOCK_SEQPACKET), TYPE(SOCK_DCCP),
    TYPE(SOCK_PACKET),    NAME(SOCK_NONBLOCK),
    NAME(SOCK_CLOEXEC),   END,
};

const struct syscall_name syscall_socket_levels[] = {
    NAME(SOL_SOCKET),        {6, "SOL_TCP", 0},
    {17, "SOL_UDP", 0},      {0, "SOL_IP", 0},
    {41, "SOL_IPV6", 0},     {58, "SOL_ICMPV6", 0},
    {255, "SOL_RAW", 0},     {263, "SOL_PACKET", 0},
    {270, "SOL_NETLINK", 0}, END,
};

/* Of SOL_SOCKET. */
const struct syscall_name syscall_socket_options[] = {
    NAME(SO_DEBUG),
    NAME(SO_REUSEADDR),
    NAME(SO_TYPE),
    NAME(SO_ERROR),
    NAME(SO_DONTROUTE),
    NAME(SO_BROADCAST),
    NAME(SO_SNDBUF),
    NAME(SO_RCVBUF),
    NAME(SO_SNDBUFFORCE),
    NAME(SO_RCVBUFFORCE),
    NAME(SO_KEEPALIVE),
    NAME(SO_OOBINLINE),
    NAME(SO_NO_CHECK),
    NAME(SO_PRIORITY),
    NAME(SO_LINGER),
    NAME(SO_BSDCOMPAT),
    NAME(SO_REUSEPORT),
    NAME(SO_PASSCRED),
    NAME(SO_PEERCRED),
    NAME(SO_RCVLOWAT),
    NAME(SO_SNDLOWAT),
    NAME(SO_RCVTIMEO),
    NAME(SO_SNDTIMEO),
    NAME(SO_SECURITY_AUTHENTICATION),
    NAME(SO_SECURITY_ENCRYPTION_TRANSPORT),
    NAME(SO_SECURITY_ENCRYPTION_NETWORK),
    NAME(SO_BINDTODEVICE),
    NAME(SO_ATTACH_FILTER),
    NAME(SO_DETACH_FILTER),
    NAME(SO_PEERNAME),
    NAME(SO_TIMESTAMP),
    NAME(SO_ACCEPTCONN),
    NAME(SO_PEERSEC),
    NAME(SO_PASSSEC),
    NAME(SO_TIMESTAMPNS),
    NAME(SO_MARK),
    NAME(SO_TIMESTAMPING),
    NAME(SO_PROTOCOL),
    NAME(SO_DOMAIN),
    NAME(SO_RXQ_OVFL),
    NAME(SO_WIFI_STATUS),
    NAME(SO_PEEK_OFF),
    NAME(SO_NOFCS),
    NAME(SO_LOCK_FILTER),
    NAME(SO_SELECT_ERR_QUEUE),
    NAME(SO_BUSY_POLL),
    NAME(SO_MAX_PACING_RATE),
    NAME(SO_BPF_EXTENSIONS),
    NAME(SO_INCOMING_CPU),
    NAME(SO_ATTACH_BPF),
    NAME(SO_ATTACH_REUSEPORT_CBPF),
    NAME(SO_ATTACH_REUSEPORT_EBPF),
    NAME(SO_CNX_ADVICE),
    NAME(SO_MEMINFO),
    NAME(SO_INCOMING_NAPI_ID),
    NAME(SO_COOKIE),
    NAME(SO_PEERGROUPS),
    NAME(SO_ZEROCOPY),
    NAME(SO_TXTIME),
    NAME(SO_BINDTOIFINDEX),
    NAME(SO_DETACH_REUSEPORT_BPF),
    END,
};

const struct syscall_name syscall_message_flags[] = {
    NAME(MSG_OOB),          NAME(MSG_PEEK),
    NAME(MSG_DONTROUTE),    NAME(MSG_CTRUNC),
    NAME(MSG_PROXY),        NAME(MSG_TRUNC),
    NAME(MSG_DONTWAIT),     NAME(MSG_EOR),
    NAME(MSG_WAITALL),      NAME(MSG_FIN),
    NAME(MSG_SYN),          NAME(MSG_CONFIRM),
    NAME(MSG_RST),          NAME(MSG_ERRQUEUE),
    NAME(MSG_NOSIGNAL),     NAME(MSG_MORE),
    NAME(MSG_WAITFORONE),   NAME(MSG_BATCH),
    NAME(MSG_ZEROCOPY),     NAME(MSG_FASTOPEN),
    NAME(MSG_CMSG_CLOEXEC), END,
};

const struct syscall_name syscall_shutdown_ways[] = {
    NAME(SHUT_RD),
    NAME(SHUT_WR),
    NAME(SHUT_RDWR),
    END,
};

const struct syscall_name syscall_ptrace_requests[] = {
    {0, "PTRACE_TRACEME", 0},
    {1, "PTRACE_PEEKTEXT", 0},
    {2, "PTRACE_PEEKDATA", 0},
    {3, "PTRACE_PEEKUSR", 0},
    {4, "PTRACE_POKETEXT", 0},
    {5, "PTRACE_POKEDATA", 0},
    {6, "PTRACE_POKEUSR", 0},
    {7, "PTRACE_CONT", 0},
    {8, "PTRACE_KILL", 0},
    {9, "PTRACE_SINGLESTEP", 0},
    {12, "PTRACE_GETREGS", 0},
    {13, "PTRACE_SETREGS", 0},
    {14, "PTRACE_GETFPREGS", 0},
    {15, "PTRACE_SETFPREGS", 0},
    {16, "PTRACE_ATTACH", 0},
    {17, "PTRACE_DETACH", 0},
    {18, "PTRACE_GETFPXREGS", 0},
    {19, "PTRACE_SETFPXREGS", 0},
    {21, "PTRACE_OLDSETOPTIONS", 0},
    {24, "PTRACE_SYSCALL", 0},
    {25, "PTRACE_GET_THREAD_AREA", 0},
    {26, "PTRACE_SET_THREAD_AREA", 0},
    {30, "PTRACE_ARCH_PRCTL", 0},
    {31, "PTRACE_SYSEMU", 0},
    {32, "PTRACE_SYSEMU_SINGLESTEP", 0},
    {33, "PTRACE_SINGLEBLOCK", 0},
    {0x4200, "PTRACE_SETOPTIONS", 0},
    {0x4201, "PTRACE_GETEVENTMSG", 0},
    {0x4202, "PTRACE_GETSIGINFO", 0},
    {0x4203, "PTRACE_SETSIGINFO", 0},
    {0x4204, "PTRACE_GETREGSET", 0},
    {0x4205, "PTRACE_SETREGSET", 0},
    {0x4206, "PTRACE_SEIZE", 0},
    {0x4207, "PTRACE_INTERRUPT", 0},
    {0x4208, "PTRACE_LISTEN", 0},
    {0x4209, "PTRACE_PEEKSIGINFO", 0},
    {0x420a, "PTRACE_GETSIGMASK", 0},
    {0x420b, "PTRACE_SETSIGMASK", 0},
    {0x420c, "PTRACE_SECCOMP_GET_FILTER", 0},
    {0x420d, "PTRACE_SECCOMP_GET_METADATA", 0},
    {0x420e, "PTRACE_GET_SYSCALL_INFO", 0},
    {0x420f, "PTRACE_GET_RSEQ_CONFIGURATION", 0},
    {0x4210, "PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG", 0},
    {0x4211, "PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG", 0},
    {0x4212, "PTRACE_SET_SYSCALL_INFO", 0},
    END,
};

const struct syscall_name syscall_bpf_commands[] = {
    NAME(BPF_MAP_CREATE),
    NAME(BPF_MAP_LOOKUP_ELEM),
    NAME(BPF_MAP_UPDATE_ELEM),
    NAME(BPF_MAP_DELETE_ELEM),
    NAME(BPF_MAP_GET_NEXT_KEY),
    NAME(BPF_PROG_LOAD),
    NAME(BPF_OBJ_PIN),
    NAME(BPF_OBJ_GET),
    NAME(BPF_PROG_ATTACH),
    NAME(BPF_PROG_DETACH),
    {10, "BPF_PROG_TEST_RUN", 0},
    NAME(BPF_PROG_GET_NEXT_ID),
    NAME(BPF_MAP_GET_NEXT_ID),
    NAME(BPF_PROG_GET_FD_BY_ID),
    NAME(BPF_MAP_GET_FD_BY_ID),
    NAME(BPF_OBJ_GET_INFO_BY_FD),
    NAME(BPF_PROG_QUERY),
    NAME(BPF_RAW_TRACEPOINT_OPEN),
    NAME(BPF_BTF_LOAD),
    NAME(BPF_BTF_GET_FD_BY_ID),
    NAME(BPF_TASK_FD_QUERY),
    NAME(BPF_MAP_LOOKUP_AND_DELETE_ELEM),
    NAME(BPF_MAP_FREEZE),
    NAME(BPF_BTF_GET_NEXT_ID),
    NAME(BPF_MAP_LOOKUP_BATCH),
    NAME(BPF_MAP_LOOKUP_AND_DELETE_BATCH),
    NAME(BPF_MAP_UPDATE_BATCH),
    NAME(BPF_MAP_DELETE_BATCH),
    NAME(BPF_LINK_CREATE),
    NAME(BPF_LINK_UPDATE),
    NAME(BPF_LINK_GET_FD_BY_ID),
    NAME(BPF_LINK_GET_NEXT_ID),
    NAME(BPF_ENABLE_STATS),
    NAME(BPF_ITER_CREATE),
    NAME(BPF_LINK_DETACH),
    NAME(BPF_PROG_BIND_MAP),
    {36, "BPF_TOKEN_CREATE", 0},
    {37, "BPF_PROG_STREAM_READ_BY_FD", 0},
    END,
};

const struct syscall_name syscall_clone_flags[] = {
    NAME(CLONE_FILES),
    NAME(CLONE_FS),
    NAME(CLONE_IO),
    NAME(CLONE_NEWIPC),
    NAME(CLONE_NEWNET),
    NAME(CLONE_NEWNS),
    NAME(CLONE_NEWPID),
    NAME(CLONE_NEWUTS),
    NAME(CLONE_PARENT),
    NAME(CLONE_PARENT_SETTID),
    NAME(CLONE_PTRACE),
    NAME(CLONE_SIGHAND),
    NAME(CLONE_SYSVSEM),
    NAME(CLONE_THREAD),
    NAME(CLONE_UNTRACED),
    NAME(CLONE_VM),
    NAME(CLONE_NEWUSER),
    NAME(CLONE_CHILD_CLEARTID),
    NAME(CLONE_CHILD_SETTID),
    NAME(CLONE_SETTLS),
    NAME(CLONE_DETACHED),
    NAME(CLONE_VFORK),
    NAME(CLONE_NEWCGROUP),
    NAME(CLONE_PIDFD),
    {0x100000000, "CLONE_CLEAR_SIGHAND", 0},
    {0x200000000, "CLONE_INTO_CGROUP", 0},
    END,
};

const struct syscall_name syscall_mount_flags[] = {
    {1, "RDONLY", 0},
    {2, "NOSUID", 0},
    {4, "NODEV", 0},
    {8, "NOEXEC", 0},
    {16, "SYNCHRONOUS", 0},
    {32, "REMOUNT", 0},
    {64, "MANDLOCK", 0},
    {128, "DIRSYNC", 0},
    {256, "NOSYMFOLLOW", 0},
    {1024, "NOATIME", 0},
    {2048, "NODIRATIME", 0},
    {4096, "BIND", 0},
    {8192, "MOVE", 0},
    {16384, "REC", 0},
    {32768, "SILENT", 0},
    {1 << 16, "POSIXACL", 0},
    {1 << 17, "UNBINDABLE", 0},
    {1 << 18, "PRIVATE", 0},
    {1 << 19, "SLAVE", 0},
    {1 << 20, "SHARED", 0},
    {1 << 21, "RELATIME", 0},
    {1 << 22, "KERNMOUNT", 0},
    {1 << 23, "I_VERSION", 0},
    {1 << 24, "STRICTATIME", 0},
    {1 << 25, "LAZYTIME", 0},
    END,
};

const struct syscall_name syscall_unmount_flags[] = {
    {1, "FORCE", 0}, {2, "DETACH", 0}, {4, "EXPIRE", 0}, {8, "NOFOLLOW", 0}, END,
};

const struct syscall_name syscall_at_flags[] = {
    NAME(AT_EMPTY_PATH),
    NAME(AT_SYMLINK_NOFOLLOW),
    NAME(AT_SYMLINK_FOLLOW),
    NAME(AT_NO_AUTOMOUNT),
    {0x8000, "AT_RECURSIVE", 0},
    {0x200, "AT_EACCESS", 0},
    END,
};

const struct syscall_name syscall_unlink_flags[] = {NAME(AT_REMOVEDIR), END};

const struct syscall_name syscall_rename_flags[] = {
    {1, "RENAME_NOREPLACE", 0},
    {2, "RENAME_EXCHANGE", 0},
    {4, "RENAME_WHITEOUT", 0},
    END,
};

const struct syscall_name syscall_prctl_options[] = {
    NAME(PR_GET_DUMPABLE),
    NAME(PR_SET_DUMPABLE),
    NAME(PR_GET_KEEPCAPS),
    NAME(PR_SET_KEEPCAPS),
    NAME(PR_SET_NAME),
    NAME(PR_GET_NAME),
    NAME(PR_GET_PDEATHSIG),
    NAME(PR_SET_PDEATHSIG),
    NAME(PR_SET_SECCOMP),
    NAME(PR_GET_SECCOMP),
    NAME(PR_CAPBSET_READ),
    NAME(PR_CAPBSET_DROP),
    NAME(PR_GET_SECUREBITS),
    NAME(PR_SET_SECUREBITS),
    NAME(PR_MCE_KILL),
    NAME(PR_SET_MM),
    NAME(PR_SET_CHILD_SUBREAPER),
    NAME(PR_GET_CHILD_SUBREAPER),
    NAME(PR_SET_NO_NEW_PRIVS),
    NAME(PR_GET_NO_NEW_PRIVS),
    NAME(PR_GET_TID_ADDRESS),
    NAME(PR_SET_THP_DISABLE),
    NAME(PR_GET_THP_DISABLE),
    NAME(PR_CAP_AMBIENT),
    NAME(PR_SET_PTRACER),
    NAME(PR_GET_UNALIGN),
    NAME(PR_SET_UNALIGN),
    NAME(PR_GET_TIMING),
    NAME(PR_SET_TIMING),
    NAME(PR_GET_TSC),
    NAME(PR_SET_TSC),
    NAME(PR_SET_TIMERSLACK),
    NAME(PR_GET_TIMERSLACK),
    NAME(PR_TASK_PERF_EVENTS_DISABLE),
    NAME(PR_TASK_PERF_EVENTS_ENABLE),
    NAME(PR_MCE_KILL_GET),
    NAME(PR_GET_SPECULATION_CTRL),
    NAME(PR_SET_SPECULATION_CTRL),
    NAME(PR_SET_IO_FLUSHER),
    NAME(PR_GET_IO_FLUSHER),
    NAME(PR_SET_SYSCALL_USER_DISPATCH),
    NAME(PR_SCHED_CORE),
    NAME(PR_SET_VMA),
    {65, "PR_SET_MDWE", 0},
    {66, "PR_GET_MDWE", 0},
    END,
};

const struct syscall_name syscall_protections[] = {
    NAME(PROT_READ),
    NAME(PROT_WRITE),
    NAME(PROT_EXEC),
    NAME(PROT_GROWSDOWN),
    NAME(PROT_GROWSUP),
    {8, "PROT_SEM", 0},
    {0, "PROT_NONE", UINT64_MAX},
    END,
};

const struct syscall_name syscall_map_flags[] = {
    {1, "MAP_SHARED", 0xf}, {2, "MAP_PRIVATE", 0xf},   {3, "MAP_SHARED_VALIDATE", 0xf},
    NAME(MAP_FIXED),        NAME(MAP_ANONYMOUS),       NAME(MAP_32BIT),
    NAME(MAP_NORESERVE),    NAME(MAP_POPULATE),        NAME(MAP_NONBLOCK),
    NAME(MAP_GROWSDOWN),    NAME(MAP_DENYWRITE),       NAME(MAP_EXECUTABLE),
    NAME(MAP_LOCKED),       NAME(MAP_STACK),           NAME(MAP_HUGETLB),
    NAME(MAP_SYNC),         NAME(MAP_FIXED_NOREPLACE), END,
};

const struct syscall_name syscall_access_modes[] = {
    {0, "F_OK", UINT64_MAX}, {4, "R_OK", 0}, {2, "W_OK", 0}, {1, "X_OK", 0}, END,
};

const struct syscall_name syscall_fcntl_commands[] = {
    NAME(F_DUPFD),
    NAME(F_GETFD),
    NAME(F_SETFD),
    NAME(F_GETFL),
    NAME(F_SETFL),
    NAME(F_GETLK),
    NAME(F_SETLK),
    NAME(F_SETLKW),
    NAME(F_SETOWN),
    NAME(F_GETOWN),
    NAME(F_SETSIG),
    NAME(F_GETSIG),
    NAME(F_SETOWN_EX),
    NAME(F_GETOWN_EX),
    {36, "F_OFD_GETLK", 0},
    {37, "F_OFD_SETLK", 0},
    {38, "F_OFD_SETLKW", 0},
    NAME(F_SETLEASE),
    NAME(F_GETLEASE),
    NAME(F_NOTIFY),
    NAME(F_DUPFD_CLOEXEC),
    NAME(F_SETPIPE_SZ),
    NAME(F_GETPIPE_SZ),
    NAME(F_ADD_SEALS),
    NAME(F_GET_SEALS),
    NAME(F_GET_RW_HINT),
    NAME(F_SET_RW_HINT),
    NAME(F_GET_FILE_RW_HINT),
    NAME(F_SET_FILE_RW_HINT),
    END,
};

const struct syscall_name syscall_seek_origins[] = {
    {0, "SEEK_SET", 0},  {1, "SEEK_CUR", 0},  {2, "SEEK_END", 0},
    {3, "SEEK_DATA", 0}, {4, "SEEK_HOLE", 0}, END,
};

const struct syscall_name syscall_lock_operations[] = {
    NAME(LOCK_SH), NAME(LOCK_EX), NAME(LOCK_NB), NAME(LOCK_UN), END,
};

#define OPERATION(constant)                                                                        \
    {                                                                                              \
        constant, #constant, FUTEX_CMD_MASK                                                        \
    }
const struct syscall_name syscall_futex_operations[] = {
    OPERATION(FUTEX_WAIT),
    OPERATION(FUTEX_WAKE),
    OPERATION(FUTEX_FD),
    OPERATION(FUTEX_REQUEUE),
    OPERATION(FUTEX_CMP_REQUEUE),
    OPERATION(FUTEX_WAKE_OP),
    OPERATION(FUTEX_LOCK_PI),
    OPERATION(FUTEX_UNLOCK_PI),
    OPERATION(FUTEX_TRYLOCK_PI),
    OPERATION(FUTEX_WAIT_BITSET),
    OPERATION(FUTEX_WAKE_BITSET),
    OPERATION(FUTEX_WAIT_REQUEUE_PI),
    OPERATION(FUTEX_CMP_REQUEUE_PI),
    OPERATION(FUTEX_LOCK_PI2),
    NAME(FUTEX_PRIVATE_FLAG),
    NAME(FUTEX_CLOCK_REALTIME),
    END,
};

const struct syscall_name syscall_limits[] = {
    {RLIMIT_CPU, "RLIMIT_CPU", 0},
    {RLIMIT_FSIZE, "RLIMIT_FSIZE", 0},
    {RLIMIT_DATA, "RLIMIT_DATA", 0},
    {RLIMIT_STACK, "RLIMIT_STACK", 0},
    {RLIMIT_CORE, "RLIMIT_CORE", 0},
    {RLIMIT_RSS, "RLIMIT_RSS", 0},
    {RLIMIT_NPROC, "RLIMIT_NPROC", 0},
    {RLIMIT_NOFILE, "RLIMIT_NOFILE", 0},
    {RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK", 0},
    {RLIMIT_AS, "RLIMIT_AS", 0},
    {RLIMIT_LOCKS, "RLIMIT_LOCKS", 0},
    {RLIMIT_SIGPENDING, "RLIMIT_SIGPENDING", 0},
    {RLIMIT_MSGQUEUE, "RLIMIT_MSGQUEUE", 0},
    {RLIMIT_NICE, "RLIMIT_NICE", 0},
    {RLIMIT_RTPRIO, "RLIMIT_RTPRIO", 0},
    {RLIMIT_RTTIME, "RLIMIT_RTTIME", 0},
    END,
};

const struct syscall_name syscall_splice_flags[] = {
    NAME(SPLICE_F_MOVE), NAME(SPLICE_F_NONBLOCK), NAME(SPLICE_F_MORE), NAME(SPLICE_F_GIFT), END,
};

const struct syscall_name syscall_memfd_flags[] = {
    NAME(MFD_CLOEXEC),         NAME(MFD_ALLOW_SEALING), NAME(MFD_HUGETLB),
    {8, "MFD_NOEXEC_SEAL", 0}, {16, "MFD_EXEC", 0},     END,
};

const struct syscall_name syscall_module_flags[] = {
    {1, "MODULE_INIT_IGNORE_MODVERSIONS", 0},
    {2, "MODULE_INIT_IGNORE_VERMAGIC", 0},
    {4, "MODULE_INIT_COMPRESSED_FILE", 0},
    END,
};

const struct syscall_name syscall_userfault_flags[] = {
    NAME(O_CLOEXEC),
    NAME(O_NONBLOCK),
    {1, "UFFD_USER_MODE_ONLY", 0},
    END,
};

const struct syscall_name syscall_seccomp_operations[] = {
    NAME(SECCOMP_SET_MODE_STRICT),
    NAME(SECCOMP_SET_MODE_FILTER),
    NAME(SECCOMP_GET_ACTION_AVAIL),
    NAME(SECCOMP_GET_NOTIF_SIZES),
    END,
};

const struct syscall_name syscall_io_uring_flags[] = {
    {1, "IORING_ENTER_GETEVENTS", 0},        {2, "IORING_ENTER_SQ_WAKEUP", 0},
    {4, "IORING_ENTER_SQ_WAIT", 0},          {8, "IORING_ENTER_EXT_ARG", 0},
    {16, "IORING_ENTER_REGISTERED_RING", 0}, END,
};

const struct syscall_name syscall_io_uring_operations[] = {
    {0, "IORING_REGISTER_BUFFERS", 0},
    {1, "IORING_UNREGISTER_BUFFERS", 0},
    {2, "IORING_REGISTER_FILES", 0},
    {3, "IORING_UNREGISTER_FILES", 0},
    {4, "IORING_REGISTER_EVENTFD", 0},
    {5, "IORING_UNREGISTER_EVENTFD", 0},
    {6, "IORING_REGISTER_FILES_UPDATE", 0},
    {7, "IORING_REGISTER_EVENTFD_ASYNC", 0},
    {8, "IORING_REGISTER_PROBE", 0},
    {9, "IORING_REGISTER_PERSONALITY", 0},
    {10, "IORING_UNREGISTER_PERSONALITY", 0},
    {11, "IORING_REGISTER_RESTRICTIONS", 0},
    {12, "IORING_REGISTER_ENABLE_RINGS", 0},
    {13, "IORING_REGISTER_FILES2", 0},
    {14, "IORING_REGISTER_FILES_UPDATE2", 0},
    {15, "IORING_REGISTER_BUFFERS2", 0},
    {16, "IORING_REGISTER_BUFFERS_UPDATE", 0},
    {17, "IORING_REGISTER_IOWQ_AFF", 0},
    {18, "IORING_UNREGISTER_IOWQ_AFF", 0},
    {19, "IORING_REGISTER_IOWQ_MAX_WORKERS", 0},
    {20, "IORING_REGISTER_RING_FDS", 0},
    {21, "IORING_UNREGISTER_RING_FDS", 0},
    END,
};

const struct syscall_name syscall_epoll_operations[] = {
    NAME(EPOLL_CTL_ADD),
    NAME(EPOLL_CTL_DEL),
    NAME(EPOLL_CTL_MOD),
    END,
};

const struct syscall_name syscall_keyctl_operations[] = {
    NAME(KEYCTL_GET_KEYRING_ID),
    NAME(KEYCTL_JOIN_SESSION_KEYRING),
    NAME(KEYCTL_UPDATE),
    NAME(KEYCTL_REVOKE),
    NAME(KEYCTL_CHOWN),
    NAME(KEYCTL_SETPERM),
    NAME(KEYCTL_DESCRIBE),
    NAME(KEYCTL_CLEAR),
    NAME(KEYCTL_LINK),
    NAME(KEYCTL_UNLINK),
    NAME(KEYCTL_SEARCH),
    NAME(KEYCTL_READ),
    NAME(KEYCTL_INSTANTIATE),
    NAME(KEYCTL_NEGATE),
    NAME(KEYCTL_SET_REQKEY_KEYRING),
    NAME(KEYCTL_SET_TIMEOUT),
    NAME(KEYCTL_ASSUME_AUTHORITY),
    NAME(KEYCTL_GET_SECURITY),
    NAME(KEYCTL_SESSION_TO_PARENT),
    NAME(KEYCTL_REJECT),
    NAME(KEYCTL_INSTANTIATE_IOV),
    NAME(KEYCTL_INVALIDATE),
    NAME(KEYCTL_GET_PERSISTENT),
    END,
};

const struct syscall_name syscall_pidfd_flags[] = {
    {O_NONBLOCK, "PIDFD_NONBLOCK", 0},
    {O_EXCL, "PIDFD_THREAD", 0},
    END,
};

const struct syscall_name syscall_close_range_flags[] = {
    {2, "CLOSE_RANGE_UNSHARE", 0},
    {4, "CLOSE_RANGE_CLOEXEC", 0},
    END,
};

const struct syscall_name syscall_new_descriptor_flags[] = {
    NAME(O_CLOEXEC),
    NAME(O_NONBLOCK),
    NAME(O_DIRECT),
    END,
};

const struct syscall_name syscall_lock_memory_flags[] = {
    NAME(MCL_CURRENT),
    NAME(MCL_FUTURE),
    NAME(MCL_ONFAULT),
    END,
};

const struct syscall_name syscall_fsconfig_commands[] = {
    {0, "FSCONFIG_SET_FLAG", 0},        {1, "FSCONFIG_SET_STRING", 0},
    {2, "FSCONFIG_SET_BINARY", 0},      {3, "FSCONFIG_SET_PATH", 0},
    {4, "FSCONFIG_SET_PATH_EMPTY", 0},  {5, "FSCONFIG_SET_FD", 0},
    {6, "FSCONFIG_CMD_CREATE", 0},      {7, "FSCONFIG_CMD_RECONFIGURE", 0},
    {8, "FSCONFIG_CMD_CREATE_EXCL", 0}, END,
};

const struct syscall_name syscall_reboot_commands[] = {
    NAME(LINUX_REBOOT_CMD_RESTART),
    NAME(LINUX_REBOOT_CMD_HALT),
    NAME(LINUX_REBOOT_CMD_CAD_ON),
    NAME(LINUX_REBOOT_CMD_CAD_OFF),
    NAME(LINUX_REBOOT_CMD_POWER_OFF),
    NAME(LINUX_REBOOT_CMD_RESTART2),
    NAME(LINUX_REBOOT_CMD_SW_SUSPEND),
    NAME(LINUX_REBOOT_CMD_KEXEC),
    END,
};

const struct syscall_name syscall_capabilities[] = {
    NAME(CAP_CHOWN),
    NAME(CAP_DAC_OVERRIDE),
    NAME(CAP_DAC_READ_SEARCH),
    NAME(CAP_FOWNER),
    NAME(CAP_FSETID),
    NAME(CAP_KILL),
    NAME(CAP_SETGID),
    NAME(CAP_SETUID),
    NAME(CAP_SETPCAP),
    NAME(CAP_LINUX_IMMUTABLE),
    NAME(CAP_NET_BIND_SERVICE),
    NAME(CAP_NET_BROADCAST),
    NAME(CAP_NET_ADMIN),
    NAME(CAP_NET_RAW),
    NAME(CAP_IPC_LOCK),
    NAME(CAP_IPC_OWNER),
    NAME(CAP_SYS_MODULE),
    NAME(CAP_SYS_RAWIO),
    NAME(CAP_SYS_CHROOT),
    NAME(CAP_SYS_PTRACE),
    NAME(CAP_SYS_PACCT),
    NAME(CAP_SYS_ADMIN),
    NAME(CAP_SYS_BOOT),
    NAME(CAP_SYS_NICE),
    NAME(CAP_SYS_RESOURCE),
    NAME(CAP_SYS_TIME),
    NAME(CAP_SYS_TTY_CONFIG),
    NAME(CAP_MKNOD),
    NAME(CAP_LEASE),
    NAME(CAP_AUDIT_WRITE),
    NAME(CAP_AUDIT_CONTROL),
    NAME(CAP_SETFCAP),
    NAME(CAP_MAC_OVERRIDE),
    NAME(CAP_MAC_ADMIN),
    NAME(CAP_SYSLOG),
    NAME(CAP_WAKE_ALARM),
    NAME(CAP_BLOCK_SUSPEND),
    NAME(CAP_AUDIT_READ),
    NAME(CAP_PERFMON),
    NAME(CAP_BPF),
    NAME(CAP_CHECKPOINT_RESTORE),
    END,
};

const struct syscall_name syscall_exe_flags[] = {
    {SENSOR_EXE_WRITABLE, "EXE_WRITABLE", 0},
    {SENSOR_EXE_UPPER, "EXE_UPPER_LAYER", 0},
    {SENSOR_EXE_MEMFD, "EXE_FROM_MEMFD", 0},
    {SENSOR_EXE_LOWER, "EXE_LOWER_LAYER", 0},
    END,
};
