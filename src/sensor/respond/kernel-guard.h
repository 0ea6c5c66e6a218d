/* A guard in the kernel that refuses programs which a container's image did not bring.
 *
 * collect/guard.h says what is refused, and where that is possible. It is set for the
 * container's own cgroup, with all cgroups below it.
 */
#pragma once

#include "base/error.h"
#include "sensor/respond/living-process.h"

/* `first` is the container's first process, `id` the container's. With `root_only` files
 * of other mounts than its root are refused, however old. `*ret_cgroup` 0: there is such a
 * guard already. ERROR_INPUT: one that refuses less. ERROR_UNSUPPORTED: not on this machine. */
int kernel_guard_start(const struct living_process *first, struct view id, bool root_only,
                       bool dry_run, uint64_t *ret_cgroup, struct error *err);
/* Fine when it is gone. */
int kernel_guard_stop(uint64_t cgroup, struct error *err);
