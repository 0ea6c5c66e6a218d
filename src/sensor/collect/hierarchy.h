/* Which cgroup hierarchy tells containers on this machine.
 *
 * With cgroup v2 alone there is one. Where controllers of v1 are mounted (v1 and
 * hybrid hosts), runtimes make their cgroups below each of those, so the first of a
 * fixed list of controllers is taken: one that runtimes always use.
 */
#pragma once

#include <stdint.h>

#include "base/error.h"
#include "sensor/collect/probe.h"

struct cgroup_hierarchy {
    char controller[32]; /* of v1; empty: v2 */
    int32_t id;          /* the kernel's number of it; 0: v2 */
    char mount[256];     /* where it is mounted; empty: nowhere */
};

int cgroup_hierarchy_find(struct cgroup_hierarchy *ret, struct error *err);
/* Index of its controller in the kernel's tables; -1: cgroup v2. */
struct btf;
int32_t cgroup_hierarchy_subsystem(const struct cgroup_hierarchy *hierarchy, const struct btf *btf);

/* Makes a SENSOR_CGROUP_MAKE of each cgroup in it, parents first. */
int cgroup_hierarchy_walk(const struct cgroup_hierarchy *hierarchy, probe_each *each, void *context,
                          struct error *err);
