/* The filter's decision over a recorded call, in user space.
 *
 * What the kernel side has at hand when it decides is worked out again from the
 * record; the decision itself is the same code (abi/filter-decide.h).
 */
#pragma once

#include "sensor/abi/filter.h"
#include "sensor/state/process.h"

/* Whether the filter holds the event back. `process` did it; NULL: not known, so it
 * may be in a container and have any name; `mask`: its groups
 * (process-groups.h). Only finished system calls are ever held
 * back, and none that keep state. */
bool filter_record_drops(const struct filter *filter, const struct sensor_event *event,
                         const struct process *process, uint64_t mask);
/* What a descriptor is to the filter. `descriptor` NULL: nothing is known of it; `socket`
 * NULL: not of a socket. */
enum filter_descriptor filter_record_kind(const struct sensor_descriptor *descriptor,
                                          const struct sensor_socket *socket);
