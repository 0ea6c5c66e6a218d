/* Processes as they were: what an event that waits looks at.
 *
 * A snapshot is a copy of a process with copies of its ancestors, never
 * changed; the program image and the container are the living ones, held by a
 * reference (images never change, and the container is what is waited for).
 * Snapshots are shared: as long as nothing about a process and its ancestors
 * changed, all events of it that wait look at the same one. One thread.
 */
#pragma once

#include "base/cleanup.h"
#include "sensor/state/process.h"

struct process_snapshots;
struct process_snapshot;

struct process_snapshots *process_snapshots_new(void); /* NULL without memory */
/* All snapshots must have been given back. */
void process_snapshots_free(struct process_snapshots *snapshots);
DEFINE_CLEANUP(struct process_snapshots, process_snapshots_free)

/* A reference to a snapshot of the process as it is now; NULL without memory. */
struct process_snapshot *process_snapshot_take(struct process_snapshots *snapshots,
                                               const struct process *process);
void process_snapshot_unref(struct process_snapshots *snapshots, struct process_snapshot *snapshot);
const struct process *process_snapshot_process(const struct process_snapshot *snapshot);
/* Memory of all snapshots that are held. */
size_t process_snapshots_bytes(const struct process_snapshots *snapshots);
