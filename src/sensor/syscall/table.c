#include <string.h>

#include "sensor/syscall/names.h"

/* ---- what rows are made of ---- */

#if defined(__x86_64__)
#define HERE(x86_64, arm64) (x86_64)
#define X86_CALL(call, x86_64, i386, ...) CALL(call, x86_64, i386, 0, __VA_ARGS__)
#define COMPAT(i386) (i386)
#elif defined(__aarch64__)
#define HERE(x86_64, arm64) (arm64)
#define X86_CALL(...)
#define COMPAT(i386) SYSCALL_NONE
#else
#error "no system call numbers for this machine"
#endif
#define NO SYSCALL_NONE

#define CALL(call, ...) CALL_AS(call, call, __VA_ARGS__)
/* `event`: what Falco calls it, where that is not the kernel's name. */
#define CALL_AS(call, event, x86_64, i386, arm64, kind, ...)                                       \
    [HERE(x86_64, arm64)] = {.name = #event,                                                       \
                             .kernel_name = #call,                                                 \
                             .number = HERE(x86_64, arm64),                                        \
                             .compat = COMPAT(i386),                                               \
                             KIND_##kind,                                                          \
                             __VA_ARGS__},

/* Category, and what overload does with it. */
#define KIND(text, importance) .category = text, .class = SENSOR_CLASS_##importance
#define KIND_FILE KIND("file", FILE)
#define KIND_IO KIND(NULL, FILE)
#define KIND_IO_READ KIND(NULL, FILE), .io = SYSCALL_IO_READ
#define KIND_IO_WRITE KIND(NULL, FILE), .io = SYSCALL_IO_WRITE
#define KIND_IO_URING KIND(NULL, OTHER)
#define KIND_NET KIND("net", NETWORK)
#define KIND_NET_READ KIND(NULL, NETWORK), .io = SYSCALL_IO_READ
#define KIND_NET_WRITE KIND(NULL, NETWORK), .io = SYSCALL_IO_WRITE
#define KIND_IPC KIND("IPC", OTHER)
#define KIND_IPC_NET KIND("IPC", NETWORK)
#define KIND_MEMORY KIND("memory", OTHER)
#define KIND_MEMORY_PRIVILEGED KIND("memory", PRIVILEGED)
#define KIND_PROCESS KIND("process", OTHER)
#define KIND_SIGNAL KIND("signal", OTHER)
#define KIND_SLEEP KIND("sleep", OTHER)
#define KIND_SYSTEM KIND("system", OTHER)
#define KIND_TIME KIND("time", OTHER)
#define KIND_USER KIND("user", OTHER)
#define KIND_WAIT KIND("wait", OTHER)
#define KIND_OTHER KIND("other", OTHER)
#define KIND_PRIVILEGED_FILE KIND("file", PRIVILEGED)
#define KIND_PRIVILEGED_OTHER KIND("other", PRIVILEGED)
#define KIND_PRIVILEGED_PROCESS KIND("process", PRIVILEGED)
#define KIND_PRIVILEGED_SYSTEM KIND("system", PRIVILEGED)
#define KIND_PRIVILEGED_USER KIND("user", PRIVILEGED)
/* Exec and fork: their events of their own keep the state, not the calls. */
#define KIND_SPAWN KIND("process", STATE)
#define KIND_STATE_PROCESS KIND("process", STATE), .state = true
#define KIND_STATE_USER KIND("user", STATE), .state = true

#define OPENS .shape = SHAPE_OPEN, .result = CAPTURE_RESULT_DESCRIPTOR
#define ON_FD .shape = SHAPE_DESCRIPTOR
#define DUPS .shape = SHAPE_DESCRIPTOR, .result = CAPTURE_RESULT_DESCRIPTOR
#define ACCEPTS .shape = SHAPE_DESCRIPTOR, .result = CAPTURE_RESULT_DESCRIPTOR
#define MAKES_SOCKET .shape = SHAPE_DESCRIPTOR, .result = CAPTURE_RESULT_DESCRIPTOR
#define MAKES_FD .result = CAPTURE_RESULT_DESCRIPTOR
#define CHANGES_DIRECTORY .result = CAPTURE_RESULT_CWD, .state = true
#define CHANGES_CREDENTIALS .result = CAPTURE_RESULT_CREDENTIALS
#define CHANGES_PROCESS .result = CAPTURE_RESULT_PROCESS
#define WAITS .waits = true

/* Arguments: position, name, and what else it takes. */
#define ARGUMENTS(...)                                                                             \
    .arguments = (const struct syscall_argument[])                                                 \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
#define ARGUMENT(position, name, capture, notation, width, names)                                  \
    {                                                                                              \
        name, position, CAPTURE_##capture, NOTATION_##notation, width, names, NULL                 \
    }
#define RESULT(name, notation) ARGUMENT(SYSCALL_RESULT, name, NONE, notation, 64, NULL)
#define RES RESULT("res", ERROR)
#define RES_FD(name) RESULT(name, DESCRIPTOR)
#define FD_NEW(name) RESULT(name, DESCRIPTOR)
#define HEX_RESULT(name) RESULT(name, HEX)
#define UID_RESULT(name) RESULT(name, UID)
#define GID_RESULT(name) RESULT(name, GID)
#define FD(position, name) ARGUMENT(position, name, DESCRIPTOR, DESCRIPTOR, 32, NULL)
#define DIRFD(position, name) ARGUMENT(position, name, DIRFD, DIRFD, 32, NULL)
#define PATH(position, name) ARGUMENT(position, name, PATH, PATH, 64, NULL)
#define CWD_PATH(position, name) ARGUMENT(position, name, PATH_CWD, PATH, 64, NULL)
#define RAW_PATH(position, name) ARGUMENT(position, name, PATH_RAW, RAW_PATH, 64, NULL)
#define TEXT(position, name) ARGUMENT(position, name, TEXT, TEXT, 64, NULL)
#define ADDRESS(position, name) ARGUMENT(position, name, ADDRESS, ADDRESS, 64, NULL)
#define PEER(position, name) ARGUMENT(position, name, ADDRESS, TUPLE, 64, NULL)
#define TUPLE(name) ARGUMENT(SYSCALL_RESULT, name, NONE, TUPLE, 64, NULL)
#define DATA(position, name) ARGUMENT(position, name, DATA, BUFFER, 64, NULL)
#define MESSAGE(position, name) ARGUMENT(position, name, MESSAGE, BUFFER, 64, NULL)
#define NUMBER(position, name) ARGUMENT(position, name, NONE, NUMBER, 32, NULL)
#define UNSIGNED(position, name) ARGUMENT(position, name, NONE, UNSIGNED, 32, NULL)
#define SIZE(position, name) ARGUMENT(position, name, NONE, UNSIGNED, 64, NULL)
#define HEX(position, name) ARGUMENT(position, name, NONE, HEX, 64, NULL)
#define OCTAL(position, name) ARGUMENT(position, name, NONE, OCTAL, 32, NULL)
#define MODE(position, name) ARGUMENT(position, name, NONE, MODE, 32, syscall_mode_bits)
#define UID(position, name) ARGUMENT(position, name, NONE, UID, 32, NULL)
#define GID(position, name) ARGUMENT(position, name, NONE, GID, 32, NULL)
#define PID(position, name) ARGUMENT(position, name, NONE, PID, 32, NULL)
#define SIGNAL_NUMBER(position, name) ARGUMENT(position, name, NONE, SIGNAL, 32, NULL)
#define ENUM(position, name, table) ARGUMENT(position, name, NONE, ENUM, 32, syscall_##table)
#define FLAGS(position, name, table) ARGUMENT(position, name, NONE, FLAGS, 32, syscall_##table)
#define CAPABILITIES(set, name)                                                                    \
    {                                                                                              \
        name, set, CAPTURE_NONE, NOTATION_CAPABILITIES, 64, syscall_capabilities, NULL             \
    }
#define FIELD(name, field)                                                                         \
    {                                                                                              \
        name, SYSCALL_RESULT, CAPTURE_NONE, NOTATION_FIELD, 64, NULL, field                        \
    }
/* Read behind the pointer that the argument is. */
#define FLAGS_BEHIND(position, name, capture, table)                                               \
    ARGUMENT(position, name, capture, FLAGS, 64, syscall_##table)
#define MODE_BEHIND(position, name, capture) ARGUMENT(position, name, capture, OCTAL, 64, NULL)

#define DEVICE FIELD("dev", "fd.dev")
#define INODE FIELD("ino", "fd.ino")
#define PROCESS_ARGUMENTS                                                                          \
    FIELD("exe", "proc.exe"), FIELD("args", "proc.args"), FIELD("tid", "thread.tid"),              \
        FIELD("pid", "proc.pid"), FIELD("ptid", "proc.ppid"), FIELD("cwd", "proc.cwd"),            \
        FIELD("fdlimit", "proc.fdlimit"), FIELD("vm_size", "proc.vmsize"),                         \
        FIELD("vm_rss", "proc.vmrss"), FIELD("vm_swap", "proc.vmswap"),                            \
        FIELD("comm", "proc.name"), FIELD("cgroups", "thread.cgroups")
#define EXEC_ARGUMENTS                                                                             \
    PROCESS_ARGUMENTS, FIELD("env", "proc.env"), FIELD("tty", "proc.tty"),                         \
        FIELD("vpgid", "proc.vpgid"), FIELD("loginuid", "user.loginuid"), EXE_FLAGS,               \
        CAPABILITIES(0, "cap_inheritable"), CAPABILITIES(1, "cap_permitted"),                      \
        CAPABILITIES(2, "cap_effective"), FIELD("exe_ino", "proc.exe_ino"),                        \
        FIELD("exe_ino_ctime", "proc.exe_ino.ctime"),                                              \
        FIELD("exe_ino_mtime", "proc.exe_ino.mtime"), FIELD("uid", "user.uid"),                    \
        FIELD("trusted_exepath", "proc.exepath"), FIELD("pgid", "proc.pgid"),                      \
        FIELD("gid", "group.gid")
#define EXE_FLAGS ARGUMENT(SYSCALL_RESULT, "flags", NONE, EXE_FLAGS, 64, syscall_exe_flags)
#define FORK_ARGUMENTS                                                                             \
    PROCESS_ARGUMENTS, FIELD("uid", "user.uid"), FIELD("gid", "group.gid"),                        \
        FIELD("vtid", "thread.vtid"), FIELD("vpid", "proc.vpid")

/* ---- the table ---- */

static const struct syscall table[] = {
#include "sensor/syscall/file-calls.inc"
#include "sensor/syscall/memory-calls.inc"
#include "sensor/syscall/net-calls.inc"
#include "sensor/syscall/process-calls.inc"
#include "sensor/syscall/system-calls.inc"
};

enum { TABLE_SIZE = sizeof(table) / sizeof(table[0]) };
_Static_assert((int)TABLE_SIZE <= (int)FILTER_CALLS, "the filter has room for all calls");

const struct syscall syscall_process_exit = {
    .name = "procexit",
    .kernel_name = "procexit",
    .number = SYSCALL_NONE,
    .compat = SYSCALL_NONE,
    KIND_SPAWN,
    ARGUMENTS(RESULT("status", NUMBER), RESULT("ret", EXIT_CODE), RESULT("sig", EXIT_SIGNAL),
              RESULT("core", EXIT_CORE)),
};

const struct syscall *syscall_by_number(unsigned number)
{
    return number < TABLE_SIZE && table[number].name ? &table[number] : NULL;
}

const struct syscall *syscall_by_name(struct view name)
{
    for (size_t i = 0; i < TABLE_SIZE; i++)
        if (table[i].name && view_eq(name, view_of(table[i].name)))
            return &table[i];
    return NULL;
}

const struct syscall *syscall_at(size_t i)
{
    for (size_t number = 0; number < TABLE_SIZE; number++)
        if (table[number].name && i-- == 0)
            return &table[number];
    return NULL;
}

const struct syscall_argument *syscall_argument(const struct syscall *call, struct view name)
{
    for (const struct syscall_argument *a = call->arguments; a->name; a++)
        if (view_eq(name, view_of(a->name)))
            return a;
    return NULL;
}

/* ---- 32-bit calls ---- */

/* Those that only 32-bit x86 has, and the call that does the same. */
static const struct {
    uint16_t number;
    const char *same;
} compat_only[] = {
    {7, "wait4"},
    {18, "stat"},
    {22, "umount2"},
    {28, "fstat"},
    {48, "rt_sigaction"},
    {67, "rt_sigaction"},
    {72, "rt_sigsuspend"},
    {73, "rt_sigpending"},
    {84, "lstat"},
    {89, "getdents"},
    {119, "rt_sigreturn"},
    {126, "rt_sigprocmask"},
    {140, "lseek"},
    {142, "select"},
    {191, "getrlimit"},
    {192, "mmap"},
    {193, "truncate"},
    {194, "ftruncate"},
    {195, "stat"},
    {196, "lstat"},
    {197, "fstat"},
    {198, "lchown"},
    {199, "getuid"},
    {200, "getgid"},
    {201, "geteuid"},
    {202, "getegid"},
    {203, "setreuid"},
    {204, "setregid"},
    {205, "getgroups"},
    {206, "setgroups"},
    {207, "fchown"},
    {208, "setresuid"},
    {209, "getresuid"},
    {210, "setresgid"},
    {211, "getresgid"},
    {212, "chown"},
    {213, "setuid"},
    {214, "setgid"},
    {215, "setfsuid"},
    {216, "setfsgid"},
    {221, "fcntl"},
    {239, "sendfile"},
    {268, "statfs"},
    {269, "fstatfs"},
    {272, "fadvise64"},
    {403, "clock_gettime"},
    {404, "clock_settime"},
    {405, "clock_adjtime"},
    {406, "clock_getres"},
    {407, "clock_nanosleep"},
    {408, "timer_gettime"},
    {409, "timer_settime"},
    {410, "timerfd_gettime"},
    {411, "timerfd_settime"},
    {412, "utimensat"},
    {413, "pselect6"},
    {414, "ppoll"},
    {416, "io_pgetevents"},
    {417, "recvmmsg"},
    {418, "mq_timedsend"},
    {419, "mq_timedreceive"},
    {421, "rt_sigtimedwait"},
    {422, "futex"},
    {423, "sched_rr_get_interval"},
};

unsigned syscall_from_compat(unsigned number)
{
    if (number >= SYSCALL_NONE)
        return SYSCALL_NONE;
    for (size_t i = 0; i < TABLE_SIZE; i++)
        if (table[i].name && table[i].compat == number)
            return table[i].number;
    for (size_t i = 0; COMPAT(0) == 0 && i < sizeof(compat_only) / sizeof(compat_only[0]); i++)
        if (compat_only[i].number == number)
            return syscall_by_name(view_of(compat_only[i].same))->number;
    return SYSCALL_NONE;
}

/* ---- the capture plan ---- */

static uint8_t place_of_descriptor(const struct syscall *call)
{
    if (call->result == CAPTURE_RESULT_DESCRIPTOR)
        return FILTER_PLACE_RESULT;
    for (const struct syscall_argument *a = call->arguments; a->name; a++)
        if (a->capture == CAPTURE_DESCRIPTOR)
            return a->position;
    return FILTER_PLACE_NONE;
}

void syscall_plan(struct filter_call calls[FILTER_CALLS])
{
    memset(calls, 0, FILTER_CALLS * sizeof(calls[0]));
    for (size_t i = 0; i < FILTER_CALLS; i++) {
        const struct syscall *call = syscall_by_number((unsigned)i);

        calls[i].descriptor = FILTER_PLACE_NONE;
        calls[i].class = SENSOR_CLASS_OTHER;
        if (!call)
            continue;
        calls[i].wanted = call->state ? FILTER_FOR_STATE : FILTER_IGNORE;
        calls[i].shape = call->shape;
        calls[i].class = call->class;
        calls[i].result = call->result;
        calls[i].descriptor = place_of_descriptor(call);
        for (const struct syscall_argument *a = call->arguments; a->name; a++)
            if (a->capture != CAPTURE_NONE)
                calls[i].arguments[a->position] = a->capture;
    }
}
