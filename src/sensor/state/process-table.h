/* All processes, kept from the events that change them.
 *
 * Memory is bounded: PROCESS_TABLE_LIMIT living processes; ended ones stay while a
 * child, or an event that waits, refers to them (process-entry.h says how many). A
 * process that appears without its fork (a gap) is made from what the event tells,
 * marked, and counted. A pid that is used again is another process: its start
 * differs. Feeding is idempotent: a snapshot record of a process that is known renews
 * it, and events that are older than the record change nothing.
 *
 * Cgroups go to the container table on the way, those of processes as well as those
 * that are made and removed; it must be told of one hierarchy only, since ids
 * count in each. The table, and the container table below it, outlive all references
 * to their processes. One thread.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "sensor/state/process.h"

enum { PROCESS_TABLE_LIMIT = 1 << 18 };

struct process_table;
struct container_table;

int process_table_new(struct container_table *containers, struct process_table **ret,
                      struct error *err);
void process_table_free(struct process_table *table);
DEFINE_CLEANUP(struct process_table, process_table_free)

/* Applies an event to the state, before rules look at it; an exit, and a cgroup's
 * removal, are applied by process_table_finish() after they did. Returns the process
 * that did it: the event's process, of SENSOR_FORK the parent, of SENSOR_PROCESS the
 * one that is told of. NULL only without memory, for kinds that no process makes
 * (SENSOR_HOST and above), and for cgroups that nobody known made or moved. */
struct process *process_table_apply(struct process_table *table, const struct sensor_event *event);
void process_table_finish(struct process_table *table, const struct sensor_event *event);
struct process *process_table_find(const struct process_table *table, uint32_t pid);
/* Between these two every process that no SENSOR_PROCESS record named is taken
 * as ended (its end was missed): not at once, since events from before `time` may
 * still come, but when the first later one does. */
void process_table_begin_snapshot(struct process_table *table);
void process_table_end_snapshot(struct process_table *table, uint64_t time);

struct process_table_counts {
    uint64_t processes; /* living */
    uint64_t kept;      /* ended, still referred to */
    uint64_t made_up;   /* appeared without a fork */
    uint64_t evicted, missed_ends;
    uint64_t bytes; /* of all this, containers not included */
};
struct process_table_counts process_table_counts(const struct process_table *table);
