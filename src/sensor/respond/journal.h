/* The journal of actions: what was done, to whom, why, and how to undo it.
 *
 * A file of JSON lines, each synced before the action is done (intent) and after
 * (outcome), so that a crash between the two is seen and `plimsoll-sensor undo`
 * works after a restart. Readable by people; docs/formats/journal.md.
 */
#pragma once

#include "base/arena.h"
#include "base/cleanup.h"
#include "sensor/respond/action.h"

struct journal;

struct journal_entry {
    struct view id;      /* "20261121T130501-1": sorts by time */
    int64_t time;        /* nanoseconds since 1970 */
    struct view action;
    struct response_target target;
    struct view who;     /* "rule Reverse shell", or "user root (uid 0)" */
    struct view why;     /* the alert's output, or what the person said */
    bool dry_run;
    enum { JOURNAL_INTENDED, JOURNAL_DONE, JOURNAL_FAILED, JOURNAL_UNDONE } state;
    struct view outcome; /* the error, when it failed */
    struct view undo;
};

int journal_open(const char *path, struct journal **ret, struct error *err);
void journal_close(struct journal *journal);
DEFINE_CLEANUP(struct journal, journal_close)
/* All entries, each in its last state, in order of time. Lines that are no entries
 * (a crash in the middle of one) are counted and left. */
int journal_read(const char *path, struct arena *arena, struct journal_entry **ret,
                 size_t *ret_count, size_t *ret_broken, struct error *err);
