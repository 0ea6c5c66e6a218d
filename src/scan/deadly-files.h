/* Files that ended a worker, which the runs after it leave out.
 *
 * A worker notes the file it looks into (worker_note()); when a fault, a limit
 * or the time ended it, that file is to blame. `active` are those that the
 * running workers were told to leave out; who starts workers sets it to
 * `count`. Several workers of one round may die of the same file. Paths live in
 * the arena. One thread at a time.
 */
#pragma once

#include "base/arena.h"
#include "base/view.h"

struct deadly_files {
    struct view *paths;
    size_t count, active;
};

/* Whether a worker that ended with `status` died of the file it noted. */
bool deadly_files_blame(int status, const char *note);
/* Adds that file; false when another run makes no sense: the worker did not die
 * of a file, was told to leave it out, or there would be more than `limit`. */
bool deadly_files_add(struct deadly_files *files, int status, const char *note, size_t limit,
                      struct arena *arena);
bool deadly_files_hold(const struct deadly_files *files, struct view path);
