/* What the guard's programs and collect/guard share. Plain data.
 *
 * Its maps and programs stay in the kernel when the sensor ends, under names with
 * GUARD_LAYOUT: a later version with another layout does not use them.
 */
#pragma once

#include "sensor/abi/event.h"

enum {
    GUARD_LAYOUT = 1,
    GUARD_CONTAINERS = 4096,
};

enum guard_flag {
    GUARD_ROOT_ONLY = 1 << 0, /* files of other mounts are refused, however old */
};

/* What may not be executed by processes of a cgroup and of those below it. */
struct guard_rule {
    uint32_t device;      /* of the container's root directory, as the kernel numbers it */
    uint32_t flags;       /* enum guard_flag */
    int64_t began;        /* the container, in nanoseconds since 1970: what changed later is new */
    uint32_t runtimes[2]; /* mount namespaces: processes in them are not the container's yet */
};
