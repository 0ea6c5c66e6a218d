/* Takes a process's powers away, for good.
 *
 * Two steps, so that what is costly is paid once: the zygote gives up its
 * user, capabilities and file system (Landlock), and every worker then adds
 * its rlimits and the seccomp filter. Both steps refuse to go on without
 * seccomp; Landlock is used where the kernel has it.
 */
#pragma once

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Under AddressSanitizer memory limits and deadly calls are left out: its
 * shadow exceeds any limit, and its reports need more of the system. */
#if defined(__SANITIZE_ADDRESS__)
#define CONFINE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONFINE_SANITIZED 1
#endif
#endif
#ifndef CONFINE_SANITIZED
#define CONFINE_SANITIZED 0
#endif

enum { CONFINE_FILTER_LIMIT = 1024 }; /* BPF instructions */

struct confinement {
    int landlock_abi; /* 0: this kernel has none */
    bool changed_user;
    size_t filter_len;
    struct sock_filter filter[CONFINE_FILTER_LIMIT]; /* compiled once, loaded by each worker */
};

/* No new privileges, user 65534 when started as root, no capabilities, no
 * file system, no core dumps. Descriptors that are open stay usable. */
int confine_zygote(struct confinement *ret, struct error *err);

struct confine_limits {
    uint64_t memory;      /* bytes of data beyond what is mapped now; 0: no limit */
    unsigned cpu_seconds; /* 0: no limit */
};

/* rlimits and the system calls of a parser: reading, writing and seeking what
 * is open, memory without execution, time, randomness, exit. Calls that
 * libraries try innocently get EPERM; those no parser ever makes (exec, fork,
 * sockets, mounts, ...) kill the process. */
int confine_worker(const struct confinement *confinement, const struct confine_limits *limits,
                   struct error *err);
