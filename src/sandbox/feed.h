/* Many files on their way to one worker, without a copy in between.
 *
 * The owner reads files straight into slots of memory that it shares with the
 * worker; the worker looks at a slot's files while the owner fills the next.
 * So a tree of any size passes through a confined worker at the speed of
 * reading it. Files larger than a slot come in pieces, in order.
 *
 * A worker that dies has left the path it was at in its note
 * (worker_note()); the owner may start over without that file.
 *
 * Slots are a memfd; two pipes say "filled" and "free". The worker treats a
 * slot's bytes as untrusted (they are file contents) and its frames as the
 * owner's. The owner reads nothing that the worker can write but one byte a slot.
 *
 * A file that fits into a slot comes in one piece. A worker should keep what it
 * has to say until the feed's end, or be read by another thread meanwhile: one
 * thread that feeds a worker which waits for its reply to be read waits forever.
 *
 * One thread at a time for each end. The program must ignore SIGPIPE.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"
#include "sandbox/sandbox.h"

enum {
    FEED_SLOTS = 4,
    FEED_SLOT_BYTES = 1 << 20, /* small enough to stay in the cache between the two */
    FEED_FDS = 3,              /* of a job's SANDBOX_FDS_LIMIT */
    FEED_PATH_LIMIT = 4096,
    FEED_PIECE_MIN = 4 << 10, /* bytes of a piece that is not the last of its file */
};

/* ---- In the program ---- */

struct feed;

int feed_new(struct feed **ret, struct error *err);
void feed_free(struct feed *feed);
DEFINE_CLEANUP(struct feed, feed_free)
/* The descriptors to start the job with, FEED_FDS of them. */
const int *feed_fds(const struct feed *feed);
/* Begins a file: its path as the worker is to know it, its size as far as
 * known, and a number of the owner's for it. Waits for a free slot as needed.
 *
 * ERROR_CRASH, from this and the functions below, says that the worker is gone
 * (sandbox_job_finish() says why) and nothing else; the feed is then of no use
 * any more. The job must have been started before the first call. */
int feed_begin(struct feed *feed, struct view path, uint64_t size, uint32_t tag, struct error *err);
/* Room for the next bytes of the file, at least one; fill it and say how many
 * bytes it took. */
int feed_room(struct feed *feed, char **ret, size_t *ret_len, struct error *err);
void feed_fill(struct feed *feed, size_t len);
/* begin, read `fd` to its end (at most `limit` bytes), end. Bytes read in
 * `*ret_len`. When reading fails the worker has a file that ends there, the error
 * is returned (never ERROR_CRASH), and the feed goes on. */
int feed_file(struct feed *feed, struct view path, int fd, uint64_t limit, uint32_t tag,
              uint64_t *ret_len, struct error *err);
/* begin, the text, end. */
int feed_text(struct feed *feed, struct view path, struct view text, uint32_t tag,
              struct error *err);
int feed_end_file(struct feed *feed, struct error *err);
/* No more files: the worker's feed_next() then gives 0. */
int feed_finish(struct feed *feed, struct error *err);

/* ---- In a worker ---- */

struct feed_reader;

struct feed_piece {
    struct view path;
    uint32_t tag;
    uint64_t size;     /* as announced */
    uint64_t offset;   /* of these bytes in the file */
    struct view bytes; /* in the slot: valid until the next call */
    bool first, last;  /* of the file; both for most files */
};

int feed_reader_new(const struct worker *worker, struct feed_reader **ret, struct error *err);
void feed_reader_free(struct feed_reader *reader);
DEFINE_CLEANUP(struct feed_reader, feed_reader_free)
/* 1 with a piece, 0 at the end, negative for trouble. */
int feed_next(struct feed_reader *reader, struct feed_piece *ret, struct error *err);
