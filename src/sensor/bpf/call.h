/* A system call that returned: its number and arguments. */
#pragma once

#include "sensor/bpf/work.h"

/* Calls that are not like the others. */
#if defined(__TARGET_ARCH_x86)
enum {
    CALL_CONNECT = 42,
    CALL_RECVFROM = 45,
    CALL_CLONE = 56,
    CALL_FORK = 57,
    CALL_VFORK = 58,
    CALL_EXECVE = 59,
    CALL_RECVMMSG = 299,
    CALL_SENDMMSG = 307,
    CALL_EXECVEAT = 322,
    CALL_CLONE3 = 435,
};
#else
enum {
    CALL_CONNECT = 203,
    CALL_RECVFROM = 207,
    CALL_CLONE = 220,
    CALL_FORK = 0xfff3, /* not there */
    CALL_VFORK = 0xfff4,
    CALL_EXECVE = 221,
    CALL_RECVMMSG = 243,
    CALL_SENDMMSG = 269,
    CALL_EXECVEAT = 281,
    CALL_CLONE3 = 435,
};
#endif
enum { CLONE_THREAD = 0x10000 };

struct call {
    uint32_t number; /* as a 64-bit call; FILTER_CALLS: not one we know */
    uint32_t flags;  /* SENSOR_COMPAT, CALL_PACKED */
};

/* What a program is given, by its place: as one instruction, since the compiler would
 * compute the address first, which the verifier refuses. */
#define GIVEN(ctx, place)                                                                          \
    ({                                                                                             \
        uint64_t given_;                                                                           \
        asm volatile("%0 = *(u64 *)(%1 + %2)" : "=r"(given_) : "r"(ctx), "i"(8 * (place)));        \
        given_;                                                                                    \
    })

/* The registers that the process made the call with, ... */
static __always_inline struct pt_regs *registers_of(uint64_t *ctx)
{
    if (hook == HOOK_REFUSAL)
        return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
    return (struct pt_regs *)GIVEN(ctx, 0);
}

/* ... and what it returns. */
static __always_inline long result_of(uint64_t *ctx)
{
    if (hook == HOOK_TABLE)
        return GIVEN(ctx, 2);
    if (hook != HOOK_REFUSAL)
        return GIVEN(ctx, 1);
#if defined(__TARGET_ARCH_x86)
    return registers_of(ctx)->ax;
#else
    return registers_of(ctx)->regs[0];
#endif
}

/* The arguments lie in memory: socketcall(), which is many calls in one. */
enum { CALL_PACKED = 1 << 8 };

#if defined(__TARGET_ARCH_x86)
enum { CALL_SOCKETCALL32 = 102, SOCKETCALLS = 21 };

static __always_inline struct call socketcall(struct pt_regs *regs)
{
    uint32_t which = regs->bx;

    return (struct call){which < SOCKETCALLS ? socket_calls[which] : FILTER_CALLS,
                         SENSOR_COMPAT | CALL_PACKED};
}
#endif

/* A 64-bit process may make 32-bit calls, and those of x32, too. */
static __always_inline struct call call_of(struct task_struct *task, struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
    uint32_t number = regs->orig_ax;

    if (task->thread_info.status & TS_COMPAT && number == CALL_SOCKETCALL32)
        return socketcall(regs);
    if (task->thread_info.status & TS_COMPAT)
        return (struct call){number < FILTER_CALLS ? compat_calls[number] : FILTER_CALLS,
                             SENSOR_COMPAT};
    if (number >= X32_SYSCALL_BIT) {
        number &= ~X32_SYSCALL_BIT;
        if (number >= FILTER_CALLS)
            number =
                number < FILTER_CALLS + X32_CALLS ? x32_calls[number - FILTER_CALLS] : FILTER_CALLS;
    }
    return (struct call){number, 0};
#else
    return (struct call){regs->syscallno, 0};
#endif
}

#if defined(__TARGET_ARCH_x86)
/* As many as the call has: the first numbers of sendto() are all that send() has. */
static __always_inline void unpack_arguments(uint64_t to[6], struct pt_regs *regs)
{
    enum { SEND = 9, RECV = 10 };
    uint32_t which = regs->bx, packed[6] = {};

    bpf_probe_read_user(packed, sizeof(packed), (void *)(uint64_t)(uint32_t)regs->cx);
    for (uint32_t i = 0; i < 6; i++)
        to[i] = i >= 4 && (which == SEND || which == RECV) ? 0 : packed[i];
}
#endif

/* False: whatever the kind of the process is, nobody asks for this call. */
static __always_inline bool is_interesting(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
    uint32_t number = regs->orig_ax;

    if (number >= FILTER_CALLS) {
        bool is_known = (number & ~X32_SYSCALL_BIT) < FILTER_CALLS; /* to a hook of its own */

        return number & X32_SYSCALL_BIT && !(hook == HOOK_TABLE && is_known);
    }
#else
    uint32_t number = regs->syscallno;

    if (number >= FILTER_CALLS)
        return false;
#endif
    return interest[index_to(number, FILTER_CALLS - 1)];
}

/* Of a call with CALL_PACKED or SENSOR_COMPAT it is another. */
static __always_inline uint64_t first_argument(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
    return regs->di;
#else
    return regs->orig_x0;
#endif
}

static __always_inline void call_arguments(uint64_t to[6], struct pt_regs *regs, uint32_t flags)
{
#if defined(__TARGET_ARCH_x86)
    if (flags & CALL_PACKED) {
        unpack_arguments(to, regs);
        return;
    }
    if (flags & SENSOR_COMPAT) {
        to[0] = (uint32_t)regs->bx;
        to[1] = (uint32_t)regs->cx;
        to[2] = (uint32_t)regs->dx;
        to[3] = (uint32_t)regs->si;
        to[4] = (uint32_t)regs->di;
        to[5] = (uint32_t)regs->bp;
        return;
    }
    to[0] = regs->di;
    to[1] = regs->si;
    to[2] = regs->dx;
    to[3] = regs->r10;
    to[4] = regs->r8;
    to[5] = regs->r9;
#else
    to[0] = regs->orig_x0;
    to[1] = regs->regs[1];
    to[2] = regs->regs[2];
    to[3] = regs->regs[3];
    to[4] = regs->regs[4];
    to[5] = regs->regs[5];
#endif
}
