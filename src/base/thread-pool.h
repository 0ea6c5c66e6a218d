/* A fixed number of threads that run tasks in the order they were added.
 *
 * Tasks must not add tasks that they then wait for. pool_wait() returns when
 * all tasks added so far have ended; pool_free() waits too.
 */
#pragma once

#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"

struct pool;

int pool_new(size_t threads, struct pool **ret, struct error *err);
void pool_free(struct pool *pool);
DEFINE_CLEANUP(struct pool, pool_free)

int pool_add(struct pool *pool, void (*run)(void *task), void *task, struct error *err);
void pool_wait(struct pool *pool);
/* The processors this process may run on, at least 1. */
size_t pool_processors(void);
