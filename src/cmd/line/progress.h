/* A progress line on standard error: only on a terminal, only when the work
 * takes longer than PROGRESS_DELAY_MS, rewritten in place, erased at the end.
 *
 * progress_set() may be called from any thread, as often as one likes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

enum {
    PROGRESS_DELAY_MS = 2000,
    PROGRESS_INTERVAL_MS = 100,
};

struct progress;

/* NULL when `width` is 0 (no terminal) or without memory; all functions take NULL. */
struct progress *progress_start(size_t width);
/* `what` is a literal in the language of the process; `total` 0: not known. */
void progress_set(struct progress *progress, const char *what, uint64_t done, uint64_t total);
/* Erases the line and frees. */
void progress_stop(struct progress *progress);
DEFINE_CLEANUP(struct progress, progress_stop)

enum { PROGRESS_LINE_LIMIT = 256 };
/* The line for the given state, cut to `width`. */
void progress_format(char to[static PROGRESS_LINE_LIMIT], size_t width, const char *what,
                     uint64_t done, uint64_t total, uint64_t seconds);
