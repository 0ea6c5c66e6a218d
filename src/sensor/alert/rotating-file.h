/* A file of lines that is rotated by size: PATH, PATH.1 (the last), ... PATH.KEEP.
 *
 * A line is there whole or not at all: what a full disk cut is taken back, and a
 * line that a crash cut is ended before the next. One thread.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum { ROTATING_KEEP_LIMIT = 1000 };

struct rotating_file;

/* Made when it is not there, readable by owner and group; must be a regular file.
 * `keep`: files besides PATH, 0: what is full is emptied. */
int rotating_file_open(const char *path, uint64_t limit, unsigned keep, struct rotating_file **ret,
                       struct error *err);
void rotating_file_close(struct rotating_file *file);
DEFINE_CLEANUP(struct rotating_file, rotating_file_close)

/* `line` with its line feed. */
int rotating_file_write(struct rotating_file *file, struct view line, struct error *err);
/* Opens PATH again. On failure goes on with what was open. */
int rotating_file_reopen(struct rotating_file *file, struct error *err);
