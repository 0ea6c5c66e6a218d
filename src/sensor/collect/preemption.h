/* Whether the kernel lets another task have the processor while one is in the kernel.
 *
 * Kernels with CONFIG_PREEMPT_DYNAMIC decide that when they boot (preempt=none, voluntary, full
 * or lazy), and tell what they decided in debugfs only. Without that, the command line tells what
 * was asked for. Others are built for one of them.
 */
#pragma once

#include "base/view.h"

/* What the kernel says of itself; empty: nothing. */
struct preemption_signs {
    struct view modes;   /* /sys/kernel/debug/sched/preempt: "none (voluntary) full" */
    struct view version; /* uname's: "#1 SMP PREEMPT_DYNAMIC Debian ..." */
    struct view options; /* /proc/cmdline */
};

/* At any moment, that is. (Lazily, once in a tick, does not count.) */
bool preemption_is_full(const struct preemption_signs *signs);
/* The same of the running kernel. */
bool preemption_is_full_here(void);
