/* What the sensor gives up once its programs are in the kernel.
 *
 * To be called after probe_open() and before threads are started: capabilities
 * belong to threads. What stays is what the work needs: reading maps and
 * taking snapshots (CAP_BPF, CAP_PERFMON), reading of /proc (CAP_SYS_PTRACE,
 * CAP_DAC_READ_SEARCH), memory that is locked and more descriptors (CAP_SYS_RESOURCE), and,
 * for responses only, what they do (CAP_KILL, CAP_NET_ADMIN, CAP_SYS_ADMIN,
 * CAP_DAC_OVERRIDE). No new privileges can be had, and calls that no part uses (other
 * programs, modules, mounts, kexec, ptrace, keys, clocks, ...) are refused by the kernel
 * from then on.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* On failure the process may have given up some of them, and should end. */
int privileges_drop(bool responds, struct error *err);
