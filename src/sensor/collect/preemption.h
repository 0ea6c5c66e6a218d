/* Whether the kernel lets another task have the processor while one is in the kernel.
 *
 * Kernels with CONFIG_PREEMPT_DYNAMIC decide that when they boot (preempt=none, voluntary, full
 * or lazy), and tell what they decided in debugfs only, which may not be mounted, or be closed
 * (lockdown). Without that, the command line tells what was asked for, and the kernel's
 * configuration (/proc/config.gz, /boot/config-RELEASE) what it is without. Others are built for
 * one of them.
 */
#pragma once

#include "base/view.h"

/* What the kernel says of itself; empty: nothing. */
struct preemption_signs {
    struct view version; /* uname's: "#1 SMP PREEMPT_DYNAMIC Debian ..." */
    struct view modes;   /* /sys/kernel/debug/sched/preempt: "none (voluntary) full" */
    struct view options; /* /proc/cmdline */
    struct view config;  /* lines "CONFIG_NAME=y" */
};

enum preemption {
    PREEMPTION_SELDOM, /* where the kernel asks for it, or lazily, once in a tick */
    PREEMPTION_ALWAYS, /* at any moment */
    PREEMPTION_UNKNOWN,
};

enum preemption preemption_by(const struct preemption_signs *signs);
/* The same of the running kernel. */
enum preemption preemption_here(void);
