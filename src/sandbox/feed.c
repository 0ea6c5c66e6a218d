#include "sandbox/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "sandbox/feed-frame.h"

struct feed {
    char *slots;
    int fds[FEED_FDS];    /* the worker's ends; closed once it must have them */
    int filled, free;     /* ours */
    unsigned slot;        /* that is being filled */
    unsigned free_slots;  /* besides it */
    size_t used;          /* bytes of complete frames in it */
    size_t body;          /* offset of the open frame's bytes */
    bool open;            /* a frame is being filled */
    struct feed_frame at; /* the open frame: the worker can write to the slot's */
};

static size_t aligned(size_t offset)
{
    return (offset + FEED_FRAME_ALIGN - 1) & ~(size_t)(FEED_FRAME_ALIGN - 1);
}

static int make_pipe(int *ret_reader, int *ret_writer, struct error *err)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, "cannot feed a worker");
    *ret_reader = ends[0];
    *ret_writer = ends[1];
    return 0;
}

static int make_slots(struct feed *feed, struct error *err)
{
    size_t size = (size_t)FEED_SLOTS * FEED_SLOT_BYTES;
    int fd = memfd_create("plimsoll-feed", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    feed->fds[FEED_FD_SLOTS] = fd;
    /* Sealed: a worker that could shrink it would fault its owner. */
    if (fd < 0 || ftruncate(fd, (off_t)size) < 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
        return error_errno(err, "cannot feed a worker");
    feed->slots = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (feed->slots != MAP_FAILED)
        return 0;
    feed->slots = NULL;
    return error_errno(err, "cannot feed a worker");
}

int feed_new(struct feed **ret, struct error *err)
{
    struct feed *feed = calloc(1, sizeof(*feed));
    int r;

    if (!feed)
        return error_memory(err);
    *feed = (struct feed){.fds = {-1, -1, -1}, .filled = -1, .free = -1};
    feed->free_slots = FEED_SLOTS - 1;
    r = make_slots(feed, err);
    if (r == 0)
        r = make_pipe(&feed->fds[FEED_FD_FILLED], &feed->filled, err);
    if (r == 0)
        r = make_pipe(&feed->free, &feed->fds[FEED_FD_FREE], err);
    if (r < 0) {
        feed_free(feed);
        return r;
    }
    *ret = feed;
    return 0;
}

static void close_worker_ends(struct feed *feed)
{
    for (size_t i = 0; i < FEED_FDS; i++) {
        close_p(&feed->fds[i]);
        feed->fds[i] = -1;
    }
}

void feed_free(struct feed *feed)
{
    if (!feed)
        return;
    close_worker_ends(feed);
    close_p(&feed->filled);
    close_p(&feed->free);
    if (feed->slots)
        munmap(feed->slots, (size_t)FEED_SLOTS * FEED_SLOT_BYTES);
    free(feed);
}

const int *feed_fds(const struct feed *feed)
{
    return feed->fds;
}

static int gone(struct error *err)
{
    return error_set(err, ERROR_CRASH, "the worker ended before it had read everything");
}

static int tell_filled(struct feed *feed, uint32_t used, struct error *err)
{
    if (fd_write_all(feed->filled, view_from(&used, sizeof(used)), NULL) < 0)
        return gone(err);
    return 0;
}

/* Waits until the worker has given back at least one slot. */
static int await_slot(struct feed *feed, struct error *err)
{
    char given[FEED_SLOTS];
    ssize_t n;

    do
        n = read(feed->free, given, sizeof(given));
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return gone(err);
    feed->free_slots += (unsigned)n;
    return 0;
}

/* Hands the slot over and goes on with the next. */
static int turn(struct feed *feed, struct error *err)
{
    int r = tell_filled(feed, (uint32_t)feed->used, err);

    if (r == 0 && feed->free_slots == 0)
        r = await_slot(feed, err);
    if (r < 0)
        return r;
    feed->free_slots--;
    feed->slot = (feed->slot + 1) % FEED_SLOTS;
    feed->used = 0;
    return 0;
}

static char *slot_bytes(const struct feed *feed)
{
    return feed->slots + (size_t)feed->slot * FEED_SLOT_BYTES;
}

static void open_frame(struct feed *feed, struct view path)
{
    feed->body = feed->used + sizeof(struct feed_frame) + path.len;
    feed->at.path_len = (uint32_t)path.len;
    feed->at.len = 0;
    if (path.len)
        memcpy(slot_bytes(feed) + feed->used + sizeof(struct feed_frame), path.ptr, path.len);
    feed->open = true;
}

static void close_frame(struct feed *feed)
{
    memcpy(slot_bytes(feed) + feed->used, &feed->at, sizeof(feed->at));
    feed->used = aligned(feed->body + feed->at.len);
    feed->at.offset += feed->at.len;
    feed->at.flags &= ~(uint32_t)FEED_FRAME_FIRST;
    feed->open = false;
}

int feed_begin(struct feed *feed, struct view path, uint64_t size, uint32_t tag, struct error *err)
{
    size_t head = sizeof(struct feed_frame) + path.len;
    size_t wanted = size < FEED_PIECE_MIN ? FEED_PIECE_MIN : (size_t)size;

    if (path.len > FEED_PATH_LIMIT)
        return error_set(err, ERROR_LIMIT, "a path is longer than %d bytes", FEED_PATH_LIMIT);
    close_worker_ends(feed);
    if (size > FEED_SLOT_BYTES - head)
        wanted = FEED_PIECE_MIN; /* it comes in pieces anyhow */
    if (feed->used && wanted > FEED_SLOT_BYTES - feed->used - head) {
        int r = turn(feed, err);

        if (r < 0)
            return r;
    }
    feed->at = (struct feed_frame){.size = size, .tag = tag, .flags = FEED_FRAME_FIRST};
    open_frame(feed, path);
    return 0;
}

int feed_room(struct feed *feed, char **ret, size_t *ret_len, struct error *err)
{
    if (feed->body + feed->at.len == FEED_SLOT_BYTES) {
        int r;

        close_frame(feed);
        r = turn(feed, err);
        if (r < 0)
            return r;
        open_frame(feed, VIEW_EMPTY);
    }
    *ret = slot_bytes(feed) + feed->body + feed->at.len;
    *ret_len = FEED_SLOT_BYTES - feed->body - feed->at.len;
    return 0;
}

void feed_fill(struct feed *feed, size_t len)
{
    feed->at.len += (uint32_t)len;
}

int feed_end_file(struct feed *feed, struct error *err)
{
    feed->at.flags |= FEED_FRAME_LAST;
    close_frame(feed);
    if (FEED_SLOT_BYTES - feed->used < sizeof(struct feed_frame) + FEED_PATH_LIMIT + FEED_PIECE_MIN)
        return turn(feed, err);
    return 0;
}

int feed_finish(struct feed *feed, struct error *err)
{
    int r = 0;

    close_worker_ends(feed);
    if (feed->used)
        r = tell_filled(feed, (uint32_t)feed->used, err);
    feed->used = 0;
    return r < 0 ? r : tell_filled(feed, 0, err);
}

/* The bytes of `fd` into the open file. A regular file of the size that was
 * announced needs no further read to find its end. */
static int fill_from(struct feed *feed, int fd, uint64_t limit, uint64_t *total,
                     struct error *reading, struct error *err)
{
    uint64_t size = feed->at.size;

    *total = 0;
    while (*total < limit && (*total == 0 || *total != size)) {
        size_t room;
        ssize_t n;
        char *at;
        int r = feed_room(feed, &at, &room, err);

        if (r < 0)
            return r;
        n = read(fd, at, room < limit - *total ? room : (size_t)(limit - *total));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            error_errno(reading, "cannot read");
        if (n <= 0)
            return 0;
        feed_fill(feed, (size_t)n);
        *total += (uint64_t)n;
    }
    return 0;
}

int feed_text(struct feed *feed, struct view path, struct view text, uint32_t tag,
              struct error *err)
{
    int r = feed_begin(feed, path, text.len, tag, err);

    while (r == 0 && text.len) {
        char *room;
        size_t len;

        r = feed_room(feed, &room, &len, err);
        if (r < 0)
            return r;
        if (len > text.len)
            len = text.len;
        memcpy(room, text.ptr, len);
        feed_fill(feed, len);
        text = view_sub(text, len, text.len);
    }
    return r < 0 ? r : feed_end_file(feed, err);
}

int feed_file(struct feed *feed, struct view path, int fd, uint64_t limit, uint32_t tag,
              uint64_t *ret_len, struct error *err)
{
    int64_t size = fd_size(fd);
    struct error reading = ERROR_INIT;
    uint64_t total = 0;
    int r = feed_begin(feed, path, size < 0 ? 0 : (uint64_t)size, tag, err);

    if (r == 0)
        r = fill_from(feed, fd, limit, &total, &reading, err);
    if (r == 0)
        r = feed_end_file(feed, err);
    if (r < 0)
        return r;
    if (error_is_set(&reading)) {
        if (err)
            *err = reading;
        return reading.kind;
    }
    *ret_len = total;
    return 0;
}
