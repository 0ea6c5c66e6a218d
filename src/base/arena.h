/* An arena: memory that lives and dies together, one per scan, request or
 * event batch.
 *
 * Allocation is a pointer bump, 16-byte aligned and zeroed; there is no free
 * for one object. The arena has a limit in bytes; past it, or without memory,
 * allocations return NULL (copies the empty view) and the arena is
 * sticky-failed, so that a run of allocations may be checked once. One thread
 * at a time.
 */
#pragma once

#include <stdarg.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

struct arena;

struct arena *arena_new(size_t limit); /* NULL without memory */
void arena_free(struct arena *arena);
void arena_reset(struct arena *arena); /* everything in it is gone; keeps one block */
/* It was filled, and stays: pages of it that hold nothing go back to the system. */
void arena_settle(struct arena *arena);
DEFINE_CLEANUP(struct arena, arena_free)
#define _cleanup_arena_ _cleanup_(arena_free_p)

void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size); /* checks count * size */
struct view arena_copy(struct arena *arena, struct view bytes);
char *arena_cstr(struct arena *arena, struct view bytes); /* with a NUL behind it */
struct view arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Makes room for one more element behind `*array` (an arena allocation with
 * `*count` elements of `size`), doubling as needed; returns it zeroed. */
void *arena_push(struct arena *arena, void *array, size_t *count, size_t size);

size_t arena_used(const struct arena *arena);
int arena_failed(const struct arena *arena, const char *what, struct error *err);
