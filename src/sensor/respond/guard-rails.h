/* What no action may touch, whatever a policy says: the first process, kernel threads,
 * the sensor itself, and, unless it is allowed, processes of the host.
 */
#pragma once

#include "sensor/respond/action.h"
#include "sensor/respond/living-process.h"

/* 0, or ERROR_DENIED with the reason. */
int guard_rails_process(const struct response_context *context,
                        const struct response_target *target, const struct living_process *process,
                        struct error *err);
/* A directory of a cgroup: not one that the sensor is in itself. */
int guard_rails_cgroup(struct view path, struct error *err);
