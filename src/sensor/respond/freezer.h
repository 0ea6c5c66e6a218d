/* Freezing a container's cgroup: all its processes stand still until it is thawed.
 *
 * Version 2 has cgroup.freeze in every cgroup; version 1 has a freezer hierarchy of
 * its own, which hybrid machines use.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "sensor/respond/action.h"

enum { FREEZER_WAIT = 2000 }; /* milliseconds for all processes to stand still */

/* The directory of the container's cgroup that can be frozen. ERROR_UNSUPPORTED: the
 * machine has no freezer. */
int freezer_directory(const struct response_target *target, struct buf *ret, struct error *err);
/* Whether all its processes stand still. */
bool freezer_is_set(struct view directory);
/* ERROR_TIMEOUT: some process does not stand still; it was thawed again. */
int freezer_set(struct view directory, bool frozen, struct error *err);
