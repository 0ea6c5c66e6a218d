/* The journal of actions: what was done, to whom, why, and how to undo it.
 *
 * A file of JSON lines, each synced before the action is done (intent) and after
 * (outcome), so that a crash between the two is seen and `plimsoll-sensor undo`
 * works after a restart. Readable by people; docs/formats/journal.md.
 *
 * Several programs may write to one journal: each line is one append. Where the file was
 * rotated, the next action begins a new one. A line that
 * could not be written (a full disk) is kept and written before the next, up to
 * JOURNAL_BACKLOG_LIMIT; who asks decides whether to act without. Any thread.
 */
#pragma once

#include "base/arena.h"
#include "base/cleanup.h"
#include "sensor/respond/action.h"

struct journal;

enum {
    JOURNAL_ID_SIZE = 32,
    JOURNAL_TEXT_LIMIT = 4096,      /* bytes of one text of an entry; longer ones are cut */
    JOURNAL_LINE_LIMIT = 256 << 10, /* of a line that is read */
    JOURNAL_FILE_LIMIT = 64 << 20,  /* of a file that is read */
    JOURNAL_BACKLOG_LIMIT = 1 << 20,
};

enum journal_state {
    JOURNAL_INTENDED, /* and, when nothing follows, perhaps done: the program ended between */
    JOURNAL_DONE,
    JOURNAL_FAILED,
    JOURNAL_UNDONE,
};

struct journal_entry {
    struct view id; /* "20261121T130501-482913": sorts by time */
    int64_t time;   /* nanoseconds since 1970 */
    struct view action;
    struct response_target target;
    struct view who; /* "rule Reverse shell", or "user root (uid 0)" */
    struct view why; /* the alert's output, or what the person said */
    bool dry_run;
    enum journal_state state;
    struct view outcome; /* the error, when it failed */
    struct view undo;    /* what undoing needs */
    struct view undone_by;
    int64_t settled; /* when `state` came about; 0: it is the first */
};

/* Makes the file, 0600, and its directory. */
int journal_open(const char *path, struct journal **ret, struct error *err);
void journal_close(struct journal *journal); /* NULL is fine */
DEFINE_CLEANUP(struct journal, journal_close)

/* Writes the intent: `id`, `time` and `state` are set by it, the id into `id` too. On
 * failure the id is valid all the same. */
int journal_intend(struct journal *journal, struct journal_entry *entry,
                   char id[static JOURNAL_ID_SIZE], struct error *err);
/* Writes what became of it: `state`, `outcome`, `undo`, `undone_by` of the entry. */
int journal_settle(struct journal *journal, const struct journal_entry *entry, struct error *err);

/* Writes what waits; 0 when nothing does. journal_close() does so, too. */
int journal_flush(struct journal *journal, struct error *err);

/* All entries, each in its last state, in order of time. Lines that are no entries
 * (a crash in the middle of one) are counted and left. */
int journal_read(const char *path, struct arena *arena, struct journal_entry **ret,
                 size_t *ret_count, size_t *ret_broken, struct error *err);
/* One of them. ERROR_NOT_FOUND. */
int journal_find(const char *path, struct view id, struct arena *arena, struct journal_entry *ret,
                 struct error *err);
const char *journal_state_name(enum journal_state state); /* "done" */
