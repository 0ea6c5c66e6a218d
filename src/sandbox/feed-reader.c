#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "sandbox/feed-frame.h"
#include "sandbox/feed.h"

struct feed_reader {
    const char *slots;
    int filled, free;
    unsigned slot;     /* that is being read */
    size_t at, used;   /* in it; used 0: none is held */
    uint32_t path_len; /* of the file that is being read */
    char path[FEED_PATH_LIMIT];
};

int feed_reader_new(const struct worker *worker, struct feed_reader **ret, struct error *err)
{
    struct feed_reader *reader = calloc(1, sizeof(*reader));
    void *slots;

    if (!reader)
        return error_memory(err);
    slots = mmap(NULL, (size_t)FEED_SLOTS * FEED_SLOT_BYTES, PROT_READ, MAP_SHARED,
                 worker_fd(worker, FEED_FD_SLOTS), 0);
    if (slots == MAP_FAILED) {
        free(reader);
        return error_errno(err, "cannot map what a worker is fed with");
    }
    reader->slots = slots;
    reader->filled = worker_fd(worker, FEED_FD_FILLED);
    reader->free = worker_fd(worker, FEED_FD_FREE);
    *ret = reader;
    return 0;
}

void feed_reader_free(struct feed_reader *reader)
{
    if (!reader)
        return;
    munmap((void *)reader->slots, (size_t)FEED_SLOTS * FEED_SLOT_BYTES);
    free(reader);
}

/* Gives the slot that was read back. */
static int release(struct feed_reader *reader, struct error *err)
{
    int r = fd_write_all(reader->free, VIEW("f"), err);

    reader->slot = (reader->slot + 1) % FEED_SLOTS;
    reader->at = reader->used = 0;
    return r < 0 ? error_wrap(err, "the feed of a worker") : 0;
}

/* 1 when there is a slot to read, 0 at the end. */
static int await(struct feed_reader *reader, struct error *err)
{
    uint32_t used = 0;
    ssize_t n = fd_read_full(reader->filled, &used, sizeof(used), err);

    if (n < 0)
        return error_wrap(err, "the feed of a worker");
    if (n != sizeof(used))
        return error_set(err, ERROR_IO, "the feed of a worker broke off");
    if (used > FEED_SLOT_BYTES)
        return error_set(err, ERROR_INTERNAL, "the feed of a worker is damaged");
    reader->used = used;
    return used != 0;
}

static int take_frame(struct feed_reader *reader, struct feed_piece *ret, struct error *err)
{
    const char *slot = reader->slots + (size_t)reader->slot * FEED_SLOT_BYTES;
    size_t left = reader->used - reader->at, rest;
    struct feed_frame frame;

    if (left < sizeof(frame))
        return error_set(err, ERROR_INTERNAL, "the feed of a worker is damaged");
    memcpy(&frame, slot + reader->at, sizeof(frame));
    rest = left - sizeof(frame);
    if (frame.path_len > FEED_PATH_LIMIT || frame.path_len > rest ||
        frame.len > rest - frame.path_len)
        return error_set(err, ERROR_INTERNAL, "the feed of a worker is damaged");
    slot += reader->at + sizeof(frame);
    if (frame.flags & FEED_FRAME_FIRST) {
        memcpy(reader->path, slot, frame.path_len);
        reader->path_len = frame.path_len;
    }
    *ret = (struct feed_piece){
        .path = view_from(reader->path, reader->path_len),
        .tag = frame.tag,
        .size = frame.size,
        .offset = frame.offset,
        .bytes = view_from(slot + frame.path_len, frame.len),
        .first = frame.flags & FEED_FRAME_FIRST,
        .last = frame.flags & FEED_FRAME_LAST,
    };
    reader->at += sizeof(frame) + frame.path_len + frame.len;
    reader->at = (reader->at + FEED_FRAME_ALIGN - 1) & ~(size_t)(FEED_FRAME_ALIGN - 1);
    return 1;
}

int feed_next(struct feed_reader *reader, struct feed_piece *ret, struct error *err)
{
    int r = 1;

    if (reader->used && reader->at >= reader->used)
        r = release(reader, err) < 0 ? ERROR_IO : 1;
    if (r == 1 && reader->used == 0)
        r = await(reader, err);
    return r == 1 ? take_frame(reader, ret, err) : r;
}
