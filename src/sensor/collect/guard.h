/* Programs that the kernel itself refuses: BPF at security hooks (LSM).
 *
 * For the processes of a cgroup, and of those below it, execution of files is denied (EPERM)
 * that the container's image did not bring: of the upper layer of an overlay, in memory only
 * (memfd), or changed after the container began. Nobody has to answer, so nothing can hang,
 * and files on mounts that come later are judged, too.
 *
 * The programs are pinned below GUARD_DIRECTORY and outlive who made them; a rule goes with
 * its cgroup, the programs with the last rule that is taken back. Calls from several
 * processes take turns.
 *
 * Needs a kernel with BPF among its security modules (/sys/kernel/security/lsm lists
 * "bpf"), CAP_BPF, CAP_PERFMON, and CAP_SYS_ADMIN before 6.7 or so for the links.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "sensor/bpf/guard.h"

#define GUARD_DIRECTORY "/sys/fs/bpf/plimsoll"

/* Whether the kernel lists BPF among its security modules. */
bool guard_is_listed(void);
/* 0: rules can be set. Loads the programs, and leaves nothing behind. ERROR_UNSUPPORTED:
 * not by this kernel, or no BPF file system is mounted. */
int guard_check(struct error *err);

/* `*ret_new` false: the cgroup had a rule, which stays. ERROR_INPUT: one with fewer flags. */
int guard_set(uint64_t cgroup, const struct guard_rule *rule, bool *ret_new, struct error *err);
/* Fine when there is none. */
int guard_clear(uint64_t cgroup, struct error *err);
