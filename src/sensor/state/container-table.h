/* Containers by id, and cgroups by id.
 *
 * A cgroup's path says whether it belongs to a container
 * (state/cgroup-path.h); the kernel tells of a cgroup when it is made, before a
 * process is in it, so a container is known from its first event. What the
 * runtime says comes later from another thread's queue (container/inquiry.h), or
 * from a capture file; container_table_settle() takes it in.
 *
 * A container stays while it has a cgroup, or something refers to it. Tables that
 * are full make room: for a container by one without processes, for a cgroup by one
 * of the host or of an empty container; where there is none the new one is
 * refused, and counted. The table outlives all references. One thread.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "sensor/abi/event.h"
#include "sensor/state/container.h"

enum { CONTAINER_TABLE_LIMIT = 1 << 14, CGROUP_TABLE_LIMIT = 1 << 17 };

struct container_table;

int container_table_new(struct container_table **ret, struct error *err);
void container_table_free(struct container_table *table);
DEFINE_CLEANUP(struct container_table, container_table_free)

/* Called for each container seen for the first time, and again when it comes back
 * after all its cgroups were gone (a restart): asks the runtime. */
typedef void container_found(struct container *container, void *context);
void container_table_on_found(struct container_table *table, container_found *found, void *context);

/* SENSOR_CGROUP_MAKE, _REMOVE, and cgroups named by processes. process_table_apply()
 * and process_table_finish() call them. */
void container_table_cgroup(struct container_table *table, uint64_t id, struct view path,
                            uint64_t time);
void container_table_cgroup_removed(struct container_table *table, uint64_t id);
/* The container of a cgroup; NULL: the host, or `*ret_known` false: never heard of. */
struct container *container_table_of_cgroup(struct container_table *table, uint64_t id,
                                            bool *ret_known);
struct container *container_table_find(const struct container_table *table, struct view id);
/* What a runtime answered, as JSON of container_metadata_write(), is set into
 * the container, in place of what was known before; an empty text: no runtime knows
 * it. ERROR_NOT_FOUND: no such container (any more); ERROR_INPUT, ERROR_LIMIT: what
 * is wrong with the answer. */
int container_table_settle(struct container_table *table, struct view id,
                           enum container_runtime runtime, struct view json, struct error *err);
size_t container_table_count(const struct container_table *table);
struct container *container_table_at(const struct container_table *table, size_t i);

struct container_table_counts {
    uint64_t containers, cgroups;
    uint64_t refused; /* containers and cgroups that there was no room for */
    uint64_t evicted; /* containers and cgroups that made room */
};
struct container_table_counts container_table_counts(const struct container_table *table);

/* SENSOR_CONTAINER records, for captures: `arguments[0]` is the runtime, NAME the id,
 * CONTAINER what it said, empty when none knows the container. */
struct buf;
void container_record_write(const struct container *container, uint64_t time, struct buf *to);
/* Settles what such a record tells. */
int container_table_settle_record(struct container_table *table, const struct sensor_event *event,
                                  struct error *err);
