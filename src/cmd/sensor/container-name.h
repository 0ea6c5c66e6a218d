/* Finding a container by the name that its runtime knows it by. */
#pragma once

#include "sensor/container/inquiry.h"
#include "sensor/respond/target.h"

/* NAME is a container's, POD/NAME or NAMESPACE/POD/NAME one in Kubernetes. The sandbox of a pod
 * has no name here: it bears its pod's.
 * Runtimes are asked about all containers that run, for at most so long; `inquiry`
 * NULL: none is. Texts in the arena. ERROR_NOT_FOUND; ERROR_INPUT: several have it. */
int container_named(struct view name, struct inquiry *inquiry, uint32_t wait_milliseconds,
                    struct arena *arena, struct response_target *ret, struct error *err);
