#include "sensor/alert/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/file.h>

#include "base/clock.h"
#include "base/fd.h"
#include "sensor/alert/spool-position.h"
#include "sensor/alert/spool-queue.h"
#include "sensor/alert/spool-segments.h"

enum {
    SEGMENTS_OF_LIMIT = 16,
    SPENT_LIMIT = 64 << 10, /* bytes of a delivered segment that may stay open */
};

/* Where a record of the last peek stands. */
struct peeked {
    uint64_t sequence;
    uint64_t segment, end; /* `first` of its segment, offset behind it; 0: in memory */
};

struct spool {
    pthread_mutex_t lock;
    uint64_t limit, segment_limit;
    struct spool_segments segments;
    struct spool_position position; /* position.next: the first that waits */
    uint64_t offset;                /* in the first segment, of what waits */
    uint64_t end;                   /* sequence of the next record added */
    struct spool_queue queue;       /* behind all that is on disk */
    uint64_t retry_at;              /* of a disk that failed, clock_now_ns() */
    uint64_t lost;
    uint64_t holes; /* of `lost`: sequences not passed yet */
    struct buf record;
    struct peeked peeked[SPOOL_BATCH];
    size_t peeked_count;
};

/* ---- Opening ---- */

static int open_directory(const char *path, int *ret_fd, struct error *err)
{
    _cleanup_close_ int fd = -1;

    if (fd_make_directories(path, 0700, err) < 0)
        return err ? err->kind : ERROR_IO;
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "cannot open %s", path);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
        error_set(err, ERROR_USAGE, "the spool %s is in use", path);
        error_hint(err, "give each sensor a spool directory of its own, and each sink an address");
        return ERROR_USAGE;
    }
    *ret_fd = take_fd(&fd);
    return 0;
}

static int open_files(struct spool *spool, const char *path, struct error *err)
{
    int directory = -1, result;

    result = open_directory(path, &directory, err);
    if (result < 0)
        return result;
    result = spool_position_open(directory, &spool->position, err);
    if (result < 0) {
        close(directory);
        return result;
    }
    return spool_segments_open(directory, &spool->segments, err);
}

int spool_open(const char *path, uint64_t limit, struct spool **ret, struct error *err)
{
    _cleanup_(spool_close_p) struct spool *spool = calloc(1, sizeof(*spool));
    uint64_t segment = limit / SEGMENTS_OF_LIMIT;

    if (!spool)
        return error_memory(err);
    pthread_mutex_init(&spool->lock, NULL);
    spool->position = SPOOL_POSITION_INIT;
    spool->segments = (struct spool_segments){.directory = -1, .write_fd = -1, .read_fd = -1};
    spool->limit = limit < SPOOL_LIMIT_LEAST ? SPOOL_LIMIT_LEAST : limit;
    spool->segment_limit = segment < SPOOL_SEGMENT_LEAST   ? SPOOL_SEGMENT_LEAST
                           : segment > SPOOL_SEGMENT_LIMIT ? SPOOL_SEGMENT_LIMIT
                                                           : segment;
    spool->record = BUF_INIT(SPOOL_RECORD_HEAD + SPOOL_RECORD_LIMIT);
    spool->offset = SPOOL_MAGIC_SIZE;
    if (open_files(spool, path, err) < 0) {
        error_wrap(err, "spool %s", path);
        return err ? err->kind : ERROR_IO;
    }
    if (spool->segments.count && spool->position.next == 0)
        spool->position.next = spool->segments.all[0].first;
    spool->end = spool->position.next;
    for (size_t i = 0; i < spool->segments.count; i++)
        if (spool->segments.all[i].end > spool->end)
            spool->end = spool->segments.all[i].end;
    *ret = take_ptr(&spool);
    return 0;
}

static void drop_first_segment(struct spool *spool)
{
    spool_segments_drop(&spool->segments);
    spool->offset = SPOOL_MAGIC_SIZE;
}

void spool_close(struct spool *spool)
{
    if (!spool)
        return;
    if (spool->position.next == spool->end)
        while (spool->segments.count)
            drop_first_segment(spool);
    spool_segments_done(&spool->segments);
    spool_position_done(&spool->position);
    while (spool->queue.count)
        spool_queue_drop(&spool->queue);
    buf_done(&spool->record);
    pthread_mutex_destroy(&spool->lock);
    free(spool);
}

/* ---- What is lost ---- */

/* Records are passed that nobody took; some of them may be counted already. */
static void pass_lost(struct spool *spool, uint64_t count)
{
    uint64_t counted = count < spool->holes ? count : spool->holes;

    spool->holes -= counted;
    spool->lost += count - counted;
}

static void note_hole(struct spool *spool)
{
    spool->lost++;
    spool->holes++;
}

static void make_room(struct spool *spool, size_t length)
{
    struct spool_segments *segments = &spool->segments;

    while (segments->count && segments->bytes + length > spool->limit) {
        uint64_t end = segments->all[0].end;

        drop_first_segment(spool);
        if (end <= spool->position.next)
            continue;
        pass_lost(spool, end - spool->position.next);
        spool_position_set(&spool->position, end);
    }
}

/* ---- Adding ---- */

static bool write_record(struct spool *spool, uint64_t sequence, struct view payload)
{
    buf_reset(&spool->record);
    spool_record_write(&spool->record, sequence, payload);
    if (spool->record.failed)
        return false;
    make_room(spool, spool->record.len);
    if (spool_segments_append(&spool->segments, sequence, buf_view(&spool->record),
                              spool->segment_limit, NULL) == 0)
        return true;
    spool->retry_at = clock_now_ns() + (uint64_t)SPOOL_RETRY_MILLISECONDS * 1000000;
    return false;
}

/* Brings to disk what had to stay in memory, when the disk works again. */
static void empty_queue(struct spool *spool)
{
    if (spool->queue.count && clock_now_ns() < spool->retry_at)
        return;
    while (spool->queue.count) {
        const struct queued_record *first = spool->queue.first;

        if (!write_record(spool, first->sequence, view_from(first->payload, first->length)))
            return;
        spool_queue_drop(&spool->queue);
    }
}

static int keep_in_memory(struct spool *spool, uint64_t sequence, struct view payload,
                          struct error *err)
{
    while (spool->queue.count && spool->queue.bytes + payload.len > SPOOL_MEMORY_LIMIT) {
        spool_queue_drop(&spool->queue);
        note_hole(spool);
    }
    if (spool_queue_add(&spool->queue, sequence, payload))
        return 0;
    note_hole(spool);
    return error_memory(err);
}

int spool_add(struct spool *spool, struct view payload, struct error *err)
{
    uint64_t sequence;
    int result = 0;

    if (payload.len > SPOOL_RECORD_LIMIT)
        return error_set(err, ERROR_LIMIT, "an alert of more than %d bytes", SPOOL_RECORD_LIMIT);
    pthread_mutex_lock(&spool->lock);
    sequence = spool->end++;
    empty_queue(spool);
    if (spool->queue.count || !write_record(spool, sequence, payload))
        result = keep_in_memory(spool, sequence, payload, err);
    pthread_mutex_unlock(&spool->lock);
    return result;
}

/* ---- Taking ---- */

struct peeking {
    struct spool *spool;
    struct spool_batch *batch;
    size_t count, bytes;
    uint64_t next; /* sequences below it are done with */
    size_t starts[SPOOL_BATCH];
};

static bool is_enough(const struct peeking *p)
{
    return p->batch->count == p->count || (p->batch->count && p->batch->bytes.len >= p->bytes);
}

static void take(struct peeking *p, uint64_t sequence, uint64_t segment, uint64_t end,
                 size_t length)
{
    struct spool *spool = p->spool;

    spool->peeked[spool->peeked_count++] = (struct peeked){sequence, segment, end};
    /* The buffer may move while it grows: its place is added at the end. */
    p->starts[p->batch->count] = p->batch->bytes.len - length;
    p->batch->payloads[p->batch->count++] = (struct view){NULL, length};
    p->next = sequence + 1;
}

/* Negative: a segment can't be read now, and what is behind it must wait. */
static int peek_disk(struct peeking *p)
{
    struct spool *spool = p->spool;
    uint64_t offset = spool->offset;

    for (size_t i = 0; i < spool->segments.count && !is_enough(p);) {
        struct buf *bytes = &p->batch->bytes;
        size_t before = bytes->len;
        struct spool_record record;
        int result = spool_segments_read(&spool->segments, i, offset, bytes, &record);

        if (result < 0)
            return result;
        if (result == 0) {
            i++;
            offset = SPOOL_MAGIC_SIZE;
            continue;
        }
        offset = record.end;
        if (record.sequence < p->next)
            bytes->len = before;
        else
            take(p, record.sequence, spool->segments.all[i].first, offset, record.payload.len);
    }
    return 0;
}

static void peek_memory(struct peeking *p)
{
    for (struct queued_record *r = p->spool->queue.first; r && !is_enough(p); r = r->next) {
        if (r->sequence < p->next)
            continue;
        buf_add(&p->batch->bytes, view_from(r->payload, r->length));
        if (p->batch->bytes.failed)
            return;
        take(p, r->sequence, 0, 0, r->length);
    }
}

void spool_peek(struct spool *spool, size_t count, size_t bytes, struct spool_batch *ret)
{
    struct peeking p = {spool,
                        ret,
                        count < SPOOL_BATCH ? count : SPOOL_BATCH,
                        bytes < SPOOL_RECORD_LIMIT ? bytes : SPOOL_RECORD_LIMIT,
                        0,
                        {0}};

    buf_reset(&ret->bytes);
    ret->count = 0;
    pthread_mutex_lock(&spool->lock);
    p.next = spool->position.next;
    spool->peeked_count = 0;
    if (peek_disk(&p) == 0) {
        peek_memory(&p);
        /* Nothing is left of what should be there. */
        if (ret->count == 0 && !ret->bytes.failed && spool->queue.count == 0 &&
            spool->position.next < spool->end) {
            pass_lost(spool, spool->end - spool->position.next);
            spool_position_set(&spool->position, spool->end);
        }
    }
    pthread_mutex_unlock(&spool->lock);
    for (size_t i = 0; i < ret->count; i++)
        ret->payloads[i].ptr = ret->bytes.ptr + p.starts[i];
}

void spool_batch_done(struct spool_batch *batch)
{
    buf_done(&batch->bytes);
}

static void drop_delivered(struct spool *spool)
{
    struct spool_segments *segments = &spool->segments;

    while (segments->count && segments->all[0].end <= spool->position.next &&
           (segments->count > 1 || segments->bytes > SPENT_LIMIT))
        drop_first_segment(spool);
    while (spool->queue.count && spool->queue.first->sequence < spool->position.next)
        spool_queue_drop(&spool->queue);
}

static void acknowledge_one(struct spool *spool, const struct peeked *peeked, uint64_t *next)
{
    if (peeked->sequence < *next) {
        /* Given up for room while it was under way, and now it arrived. */
        spool->lost--;
        return;
    }
    pass_lost(spool, peeked->sequence - *next);
    *next = peeked->sequence + 1;
    if (spool->segments.count && peeked->segment == spool->segments.all[0].first)
        spool->offset = peeked->end;
}

void spool_acknowledge(struct spool *spool, size_t count)
{
    uint64_t next;

    pthread_mutex_lock(&spool->lock);
    next = spool->position.next;
    if (count > spool->peeked_count)
        count = spool->peeked_count;
    for (size_t i = 0; i < count; i++)
        acknowledge_one(spool, &spool->peeked[i], &next);
    spool->peeked_count -= count;
    memmove(spool->peeked, spool->peeked + count, spool->peeked_count * sizeof(*spool->peeked));
    if (next != spool->position.next)
        spool_position_set(&spool->position, next);
    drop_delivered(spool);
    pthread_mutex_unlock(&spool->lock);
}

/* ---- Syncing and counting ---- */

void spool_sync(struct spool *spool)
{
    bool any = false;

    for (;;) {
        _cleanup_close_ int fd = -1;

        pthread_mutex_lock(&spool->lock);
        empty_queue(spool);
        fd = spool_segments_take_dirty(&spool->segments);
        pthread_mutex_unlock(&spool->lock);
        if (fd < 0)
            break;
        fdatasync(fd);
        any = true;
    }
    if (any)
        fsync(spool->segments.directory);
}

struct spool_counts spool_counts(struct spool *spool)
{
    struct spool_counts counts;

    pthread_mutex_lock(&spool->lock);
    counts.waiting = spool->end - spool->position.next - spool->holes;
    counts.in_memory = spool->queue.count;
    counts.lost = spool->lost;
    counts.bytes = spool->segments.bytes;
    pthread_mutex_unlock(&spool->lock);
    return counts;
}
