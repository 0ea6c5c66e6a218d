/* The kernel's functions that single system calls end in.
 *
 * On x86-64 a call of a 64-bit process goes through `long __x64_sys_NAME(const struct
 * pt_regs *)` (arch/x86/include/asm/syscall_wrapper.h; calls without arguments are an alias
 * of __do_sys_NAME), all those of 32-bit processes through ia32_sys_call() (from 6.9 on,
 * and in older kernels that were mended against branch history injection), and what seccomp
 * refuses ends in __secure_computing(). They are found in the kernel's own description of
 * its types (BTF), and the list of its symbols tells whether one is missing there.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"
#include "sensor/abi/filter.h"

struct btf;

struct call_function {
    uint32_t id;        /* of the function in the kernel's BTF; 0: this kernel has none */
    uint32_t prototype; /* of its type: programs of different ones can't call one another */
};

struct call_functions {
    struct call_function calls[FILTER_CALLS]; /* by the numbers of 64-bit calls */
    struct call_function table;               /* of 32-bit calls */
    struct call_function x32_table;
    struct call_function refusal;
    bool refusal_takes_nothing; /* from 6.15 on */
};

/* ERROR_UNSUPPORTED, with the reason: some call could not be seen by them. */
int call_functions_find(const struct btf *btf, struct call_functions *ret, struct error *err);

/* Takes one symbol that the kernel has; true: only link-time optimization names functions so. It
 * puts small calls into x64_sys_call(), and nobody runs the functions that are left. */
bool call_functions_are_inlined(struct view symbol);

/* Takes one symbol that the kernel has; false: it is a call's, and was not found. */
bool call_functions_cover(const struct call_functions *functions, struct view symbol);
