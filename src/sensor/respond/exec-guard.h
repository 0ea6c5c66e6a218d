/* A guard that refuses programs which came into a container after its start.
 *
 * A process of its own answers fanotify's permission events (FAN_OPEN_EXEC_PERM) on
 * all the container's mounts: a file that changed (its ctime, which nobody but who
 * sets the clock can forge) after the container's first process began is not executed.
 * What the image and its volumes brought is older. The guard outlives who started it,
 * and ends with the container. When it is killed the kernel lets everything pass, and
 * so it does itself when an answer takes GUARD_ANSWER_LIMIT: a guard never hangs a
 * container.
 *
 * Not covered: mounts that come later (who may mount in the container is its root),
 * files that exist in memory only (memfd), and scripts given to an interpreter.
 */
#pragma once

#include "base/error.h"
#include "sensor/respond/living-process.h"

enum {
    GUARD_ANSWER_LIMIT = 500, /* milliseconds */
    GUARD_MOUNTS_LIMIT = 1024,
};

/* `first` is the container's first process, `id` the container's. `*ret_guard` 0: there
 * is a guard already. ERROR_UNSUPPORTED: the kernel has no permission events. */
int exec_guard_start(const struct living_process *first, struct view id, bool dry_run,
                     struct living_process *ret_guard, struct error *err);
/* Ends it; fine when it has ended. */
int exec_guard_stop(uint32_t pid, uint64_t start, struct error *err);
