/* System calls as data: numbers, names, arguments, what capturing them takes.
 *
 * One table, the truth for the names of evt.type, for evt.arg.* and evt.args
 * (names, order and notation of arguments are Falco's; calls it does not
 * describe have the kernel's names), for what the kernel side captures, and for
 * the filter. Numbers are those of the machine this is built for; 32-bit calls
 * of x86 are translated to them. The rows are in *-calls.inc, by subject.
 * Source of numbers: the kernel's tables (asm/unistd_64.h, unistd_32.h,
 * asm-generic/unistd.h); of argument names: driver/event_table.c of
 * falcosecurity/libs, and the kernel's own SYSCALL_DEFINEs.
 */
#pragma once

#include "base/view.h"
#include "sensor/abi/filter.h"

/* How people read an argument. */
enum syscall_notation {
    NOTATION_NUMBER,
    NOTATION_UNSIGNED,
    NOTATION_HEX,
    NOTATION_DESCRIPTOR, /* "<f>/etc/passwd", "<4t>10.0.0.1:80->..." */
    NOTATION_DIRFD,      /* "AT_FDCWD", or as a descriptor */
    NOTATION_PATH,       /* absolute, joined and cleaned */
    NOTATION_RAW_PATH,   /* as given */
    NOTATION_TEXT,
    NOTATION_ADDRESS,
    NOTATION_BUFFER,
    NOTATION_ERROR, /* result: 0, or ENOENT */
    NOTATION_ENUM,  /* one name of `names` */
    NOTATION_FLAGS, /* names of `names`, joined by | */
    NOTATION_MODE,  /* S_ISUID|S_IRUSR|... */
    NOTATION_UID,
    NOTATION_GID,
    NOTATION_PID,
    NOTATION_SIGNAL,
    NOTATION_TIME,
    NOTATION_OCTAL,        /* the mode of a file that is opened */
    NOTATION_TUPLE,        /* both ends of the socket that the event is about */
    NOTATION_EXE_FLAGS,    /* what the executable is: EXE_WRITABLE|EXE_UPPER_LAYER|... */
    NOTATION_CAPABILITIES, /* of the credentials after the call; see `position` */
    NOTATION_EXIT_CODE, /* parts of a wait status: exit code, signal, whether a core was dumped */
    NOTATION_EXIT_SIGNAL,
    NOTATION_EXIT_CORE,
    NOTATION_FIELD, /* the value of the field `field` */
};

struct syscall_name {
    uint64_t value;
    const char *name; /* "O_TRUNC" */
    uint64_t mask;    /* the bits of a flag that are compared with `value`; 0: those of `value` */
};

struct syscall_argument {
    const char *name;                 /* as Falco has it: "filename", "flags"; NULL ends the list */
    uint8_t position;                 /* of the raw argument, 0..5; SYSCALL_RESULT: the result; of
                                         NOTATION_CAPABILITIES 0 inheritable, 1 permitted, 2 effective */
    uint8_t capture;                  /* enum capture_argument */
    uint8_t notation;                 /* enum syscall_notation */
    uint8_t width;                    /* bits of the raw value: 32 or 64 */
    const struct syscall_name *names; /* of ENUM and FLAGS, ended by a NULL name */
    const char *field;                /* of NOTATION_FIELD: "proc.exe" */
};

enum { SYSCALL_RESULT = 0xff };

/* Direction of the bytes that a call moves. */
enum syscall_io { SYSCALL_IO_NONE, SYSCALL_IO_READ, SYSCALL_IO_WRITE };

struct syscall {
    const char *name;        /* evt.type: "pread" */
    const char *kernel_name; /* syscall.type: "pread64" */
    const char *category;    /* evt.category: "file", "net", "process", ...; NULL: what the
                                descriptor is decides */
    uint16_t number;         /* on this machine */
    uint16_t compat;         /* its 32-bit number; SYSCALL_NONE */
    uint8_t class;           /* enum sensor_class */
    uint8_t shape;           /* enum filter_shape; of SHAPE_DESCRIPTOR with a descriptor as result
                                that one is meant, when the call succeeded */
    uint8_t result;          /* enum capture_result */
    uint8_t io;              /* enum syscall_io */
    bool state;              /* always captured */
    bool waits;              /* evt.is_wait */
    const struct syscall_argument *arguments; /* in evt.args' order, ended by a NULL name */
};

/* procexit, the event of a process that ended; `number` is SYSCALL_NONE. */
extern const struct syscall syscall_process_exit;

enum { SYSCALL_NONE = 0xffff };

/* NULL: unknown. */
const struct syscall *syscall_by_number(unsigned number);
/* By the name of evt.type. */
const struct syscall *syscall_by_name(struct view name);
/* All, in the order of numbers. */
const struct syscall *syscall_at(size_t i); /* NULL past the last */
/* The argument of that name, or NULL. */
const struct syscall_argument *syscall_argument(const struct syscall *call, struct view name);
/* 64-bit number of a 32-bit call, or SYSCALL_NONE. Calls that only 32-bit programs
 * have (stat64, setuid32, mmap2) are the 64-bit call that does the same; those without a
 * successor are none, and so are two that are many calls in one: socketcall, which the
 * kernel side takes apart (bpf/call.h), and ipc, which is not captured. */
unsigned syscall_from_compat(unsigned number);
/* Fills capture plans of all calls (`arguments`, `result`, `shape`, `class`,
 * `wanted` of those that keep state; `group` none) for a filter. */
void syscall_plan(struct filter_call calls[FILTER_CALLS]);
/* "ENOENT", or NULL. */
const char *syscall_error_name(unsigned number);
const char *syscall_signal_name(unsigned number);
