/* What the kernel side tells: one record an event, the same bytes in the ring
 * buffer, in a capture file and in memory. Shared by BPF and user space, so it
 * includes nothing but fixed-size integers and may use no pointer.
 *
 * A record is a struct sensor_event, then parameters (struct sensor_parameter
 * with their bytes), each padded to 8 bytes with zeros. Integers are
 * little-endian. Records are at most SENSOR_EVENT_LIMIT bytes; what does not
 * fit is cut, and the parameter says so.
 *
 * Self-contained by design: there is no descriptor table in user space. An
 * event that is about a descriptor carries what the kernel says this
 * descriptor is at that moment (its path, or its socket's addresses), and one
 * about a path carries the path as given and, where it is relative, the
 * directory it is relative to. So nothing can be missed or go stale between
 * open and use, and a million descriptors cost nothing.
 *
 * What a process *is* (program, arguments, credentials, terminal, namespaces,
 * cgroup) changes rarely and is not repeated: events that change it (fork,
 * exec, exit, set*id, capset, setsid, chdir, cgroup moves, ...) are always
 * sent, through a ring of their own that the others can't fill, and
 * sensor/state keeps it. `sequence` of these events shows a gap; then state is
 * read anew from the kernel's task iterator.
 */
#pragma once

#ifdef __BPF__
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
typedef signed int int32_t;
typedef signed long long int64_t;
#else
#include <stdint.h>
#endif

enum {
    SENSOR_EVENT_LIMIT = 32 * 1024, /* bytes of a record */
    SENSOR_PATH_LIMIT = 4096,       /* with the NUL, as the kernel's PATH_MAX */
    SENSOR_ARGUMENTS_LIMIT = 4096,  /* bytes of argv kept */
    SENSOR_ENVIRONMENT_LIMIT = 4096,
    SENSOR_DATA_LIMIT = 80, /* bytes of a read or written buffer, as Falco's snaplen */
    SENSOR_COMM_SIZE = 16,
    SENSOR_CGROUP_LIMIT = 512, /* bytes of a cgroup's path */
};

enum sensor_event_kind {
    SENSOR_SYSCALL = 1, /* a system call returned; the result and raw arguments are set */
    SENSOR_EXEC,        /* a new program runs: PROCESS, EXE, ARGUMENTS, ENVIRONMENT, ... */
    SENSOR_FORK,        /* a new process (no thread): told by the parent, `other` is the child */
    SENSOR_EXIT,        /* the last thread of a process is gone; `result` is the wait status */
    SENSOR_RENAME,      /* the process (its main thread) changed its name: COMM */
    SENSOR_CGROUP_MAKE, /* a cgroup: `arguments[0]` its id, [1] the hierarchy's id; CGROUP */
    SENSOR_CGROUP_REMOVE,
    SENSOR_CGROUP_ENTER, /* process `other` moved to that cgroup */
    SENSOR_PROCESS,      /* a process that was there at the start, or is read again */
    SENSOR_KIND_COUNT,

    /* Made in user space; only in capture files and between our own parts. */
    SENSOR_HOST = 0x100, /* first record of a capture: HOST */
    SENSOR_CONTAINER,    /* what the runtime said about a container: CONTAINER (JSON) */
    SENSOR_USER,         /* a user's or group's name: NAME */
    SENSOR_RESOLVED,     /* an address of a domain name that rules ask for: NAME, ADDRESS */
    SENSOR_LOST,         /* events lost here: LOST */
};

enum sensor_event_flag {
    SENSOR_STATE = 1 << 0,   /* changes what sensor/state keeps; from the state ring */
    SENSOR_COMPAT = 1 << 1,  /* a 32-bit system call; `number` is already the 64-bit one */
    SENSOR_CUT = 1 << 2,     /* some parameter was cut or could not be read */
    SENSOR_RULES = 1 << 3,   /* some rule may match it: it passed the filter */
    SENSOR_URING = 1 << 4,   /* of SENSOR_SYSCALL: done through io_uring, as that call does it */
    SENSOR_ASSUMED = 1 << 5, /* of SENSOR_URING: told when it began, as if it had worked */
};

/* 96 bytes. */
struct sensor_event {
    uint32_t size;   /* of the whole record */
    uint16_t kind;   /* enum sensor_event_kind */
    uint16_t number; /* of the system call, in the table of the machine (x86-64: unistd_64) */
    uint64_t time;   /* nanoseconds since boot, CLOCK_BOOTTIME */
    uint32_t pid;    /* of the process (tgid), in the initial namespace */
    uint32_t tid;
    uint32_t sequence; /* of SENSOR_STATE events: counts on each processor */
    uint16_t cpu;
    uint8_t flags;
    uint8_t parameter_count;
    int64_t result; /* of the call; of SENSOR_EXIT the wait status */
    uint32_t other; /* the other process, see the kinds; else 0 */
    uint32_t reserved;
    uint64_t arguments[6]; /* raw */
};

enum sensor_parameter_kind {
    SENSOR_PATH = 1,   /* a path argument as the program gave it; `index` its argument */
    SENSOR_DIRECTORY,  /* the directory a relative path starts at; `index` as its path */
    SENSOR_FILE,       /* full path, from the root of the mount namespace, of the file that was
                          opened or is behind the descriptor */
    SENSOR_DESCRIPTOR, /* struct sensor_descriptor; `index` its argument, or
                          SENSOR_INDEX_RESULT for the descriptor that was returned */
    SENSOR_SOCKET,     /* struct sensor_socket of that descriptor */
    SENSOR_ADDRESS,    /* struct sensor_socket: the address argument (connect, sendto, bind);
                          only `family`, remote address and port or `path` are set */
    SENSOR_DATA,       /* first bytes of a buffer that was read or written */
    SENSOR_EXE,        /* full path of the executable */
    SENSOR_FILENAME,   /* the executable's path as given to exec */
    SENSOR_ARGUMENTS,  /* argv, each with its NUL */
    SENSOR_ENVIRONMENT,
    SENSOR_CWD,
    SENSOR_ROOT,              /* root directory when it is not the mount namespace's */
    SENSOR_CGROUP,            /* path of the cgroup in its hierarchy */
    SENSOR_PROCESS_PARAMETER, /* struct sensor_process */
    SENSOR_CREDENTIALS,       /* struct sensor_credentials after the call, of the calling thread;
                                 of calls that do not change them when its may differ from
                                 those of the main thread, which are the process's */
    SENSOR_STDIO,             /* three struct sensor_descriptor: 0, 1, 2 */
    SENSOR_STDIO_SOCKET,      /* struct sensor_socket of descriptor `index`, when it is one */
    SENSOR_COMM,              /* SENSOR_COMM_SIZE bytes */
    SENSOR_TEXT,              /* a text argument that is no path (mount's type, prctl's name) */
    SENSOR_HOST_PARAMETER,    /* struct sensor_host, then the host's name */
    SENSOR_CONTAINER_PARAMETER,
    SENSOR_NAME,
    SENSOR_LOST_PARAMETER, /* struct sensor_lost */
    SENSOR_FLAGS,          /* u64 read behind a pointer argument: open_how.flags, clone_args.flags;
                              `index` its argument */
    SENSOR_MODE,           /* u64, the same: open_how.mode */
    SENSOR_PARAMETER_COUNT,
};

enum { SENSOR_INDEX_RESULT = 0xff };

struct sensor_parameter {
    uint8_t kind;
    uint8_t index;
    uint16_t flags;  /* enum sensor_parameter_flag */
    uint32_t length; /* of the bytes behind, without padding; texts have no NUL */
};

enum sensor_parameter_flag {
    SENSOR_PARAMETER_CUT = 1 << 0,
    SENSOR_PARAMETER_FAULT = 1 << 1,   /* the memory could not be read */
    SENSOR_PARAMETER_DELETED = 1 << 2, /* of files: unlinked */
};

/* What a descriptor is. */
enum sensor_descriptor_type {
    SENSOR_FD_NONE,
    SENSOR_FD_FILE,
    SENSOR_FD_DIRECTORY,
    SENSOR_FD_CHARACTER, /* a device, a terminal */
    SENSOR_FD_BLOCK,
    SENSOR_FD_PIPE,
    SENSOR_FD_SOCKET,
    SENSOR_FD_EVENTFD,
    SENSOR_FD_EPOLL,
    SENSOR_FD_INOTIFY,
    SENSOR_FD_SIGNALFD,
    SENSOR_FD_TIMERFD,
    SENSOR_FD_USERFAULTFD,
    SENSOR_FD_BPF,
    SENSOR_FD_MEMFD,
    SENSOR_FD_PIDFD,
    SENSOR_FD_IO_URING,
    SENSOR_FD_OTHER, /* another anonymous inode */
};

enum sensor_layer { SENSOR_LAYER_NONE, SENSOR_LAYER_UPPER, SENSOR_LAYER_LOWER };

struct sensor_descriptor { /* 40 bytes */
    int32_t number;
    uint8_t type;        /* enum sensor_descriptor_type */
    uint8_t layer;       /* enum sensor_layer: where an overlay keeps it */
    uint16_t mode;       /* st_mode */
    uint32_t open_flags; /* O_* */
    uint32_t device;     /* major << 20 | minor */
    uint64_t inode;
    uint32_t uid; /* owner */
    uint32_t reserved;
    uint64_t peer; /* of pipes and unix sockets: inode of the other end; else 0 */
};

enum sensor_socket_flag {
    SENSOR_SOCKET_LISTENS = 1 << 0,
    SENSOR_SOCKET_CONNECTED = 1 << 1,
    SENSOR_SOCKET_SERVER = 1 << 2,   /* this end was accepted, or listens */
    SENSOR_SOCKET_CLIENT = 1 << 3,   /* this end connected */
    SENSOR_SOCKET_NEW_PEER = 1 << 4, /* of datagrams: another peer than the time before */
};

struct sensor_socket {                /* 48 bytes, then the path of unix sockets */
    uint16_t family;                  /* AF_* */
    uint16_t type;                    /* SOCK_* */
    uint16_t protocol;                /* IPPROTO_* */
    uint16_t flags;                   /* enum sensor_socket_flag */
    uint16_t local_port, remote_port; /* host order */
    uint8_t local[16], remote[16];    /* IPv4 in the first four bytes */
    uint32_t reserved;
    char path[]; /* AF_UNIX: the name; abstract ones begin with '@' */
};

struct sensor_credentials { /* 80 bytes */
    uint32_t uid, euid, suid, fsuid;
    uint32_t gid, egid, sgid, fsgid;
    uint32_t loginuid; /* UINT32_MAX: none */
    uint32_t securebits;
    uint64_t permitted, effective, inheritable, bounding, ambient;
};

enum sensor_process_flag {
    SENSOR_EXE_MEMFD = 1 << 0,
    SENSOR_EXE_UPPER = 1 << 1, /* in the upper layer of an overlay */
    SENSOR_EXE_LOWER = 1 << 2,
    SENSOR_EXE_WRITABLE = 1 << 3, /* the process may write it */
    SENSOR_EXE_DELETED = 1 << 4,
    SENSOR_KERNEL_THREAD = 1 << 5,
    SENSOR_SECCOMP = 1 << 6,
    SENSOR_NO_NEW_PRIVILEGES = 1 << 7,
    SENSOR_EXECVEAT = 1 << 8,
    SENSOR_TRACED = 1 << 9,
};

struct sensor_process {   /* of SENSOR_EXEC, SENSOR_FORK (the child), SENSOR_PROCESS */
    uint32_t pid, parent; /* in the initial namespace */
    uint32_t vpid, vparent, vpgid, vsid; /* in the process's own */
    uint32_t pgid, sid;
    uint32_t tty;   /* device number, 20 bits of minor number first; 0: none */
    uint32_t flags; /* enum sensor_process_flag */
    uint64_t start; /* nanoseconds since boot: with the pid, who it is */
    uint64_t parent_start;
    uint64_t cgroup; /* id, in the hierarchy that tells containers */
    uint32_t pid_namespace, mount_namespace, net_namespace, user_namespace;
    uint32_t cgroup_namespace, ipc_namespace;
    uint64_t exe_inode;
    uint32_t exe_device, exe_uid;
    int64_t exe_ctime, exe_mtime; /* nanoseconds since 1970 */
    uint64_t namespace_start;     /* start of the first process of the pid namespace */
    uint32_t exe_mode;
    uint32_t thread_count;
    uint64_t memory_size, memory_resident, memory_swapped; /* KiB */
    uint32_t descriptor_limit;
    uint32_t exec_id; /* the kernel's count of execs; with pid and start names this program */
    char comm[SENSOR_COMM_SIZE];
};

struct sensor_host {
    uint64_t boot_time; /* nanoseconds since 1970 of CLOCK_BOOTTIME's zero */
    uint32_t machine;   /* ELF EM_* */
    uint32_t processors;
    uint32_t pid_namespace, mount_namespace; /* the host's own */
};

/* Classes of events, in the order in which overload loses them: the last first. */
enum sensor_class {
    SENSOR_CLASS_STATE,      /* exec, fork, exit, privileges, cgroups */
    SENSOR_CLASS_PRIVILEGED, /* ptrace, bpf, mount, modules, setns, unshare, ... */
    SENSOR_CLASS_NETWORK,
    SENSOR_CLASS_FILE,
    SENSOR_CLASS_OTHER,
    SENSOR_CLASS_COUNT,
};

struct sensor_lost {
    uint64_t count[SENSOR_CLASS_COUNT];
};

_Static_assert(sizeof(struct sensor_event) == 96, "layout of events");
_Static_assert(sizeof(struct sensor_parameter) == 8, "layout of parameters");
_Static_assert(sizeof(struct sensor_descriptor) == 40, "layout of descriptors");
_Static_assert(sizeof(struct sensor_socket) == 48, "layout of sockets");
_Static_assert(sizeof(struct sensor_credentials) == 80, "layout of credentials");
