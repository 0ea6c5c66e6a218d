/* Which process of a container is its command: what the runtime started it for, and not what
 * it executes in it later, such as probes and people's shells.
 *
 * That is process 1 where the container has a process namespace of its own. In a pod whose
 * containers share theirs, and in one that has the host's, it is any number; then it is
 * the first process that runs a program in a container whose cgroup was seen to be made. Hooks
 * of the runtime run before it, as children of the process that waits to become it, and a
 * runtime that runs itself anew on the way still has the mounts of who started it. Of a
 * container that was there before the sensor it is the oldest process.
 *
 * A command stays one when it runs something else, and its container has no other until
 * it is empty.
 */
#pragma once

#include "sensor/state/process-table.h"

/* The process has run a program. */
void container_command_exec(const struct process_table *table, struct process *process);
/* A snapshot has told of the process. */
void container_command_snapshot(const struct process_table *table, struct process *process);
