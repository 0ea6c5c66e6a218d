#include "scan/secret-lane.h"

#include <errno.h>

#include "base/hash.h"
#include "base/text.h"
#include "scan/secret-scan.h"

enum { NAMES_LIMIT = 256 << 20 /* bytes of the paths that may be read again */ };

/* A file that the worker has been given. */
struct given {
    struct view path; /* with a NUL behind it */
    uint32_t number;
};

struct secret_lane {
    struct secret_lane_options options;
    struct feed *feed;
    struct sandbox_job *job; /* NULL: none is running */
    struct arena *names;
    struct given *given; /* to this worker, in order; in `names` */
    size_t given_count;
    struct arena *skip_names; /* live as long as the lane */
    struct hash_map *skips;   /* paths that ended a worker */
    unsigned deaths;
    bool lost; /* the worker ended in the middle of a file of secret_lane_begin() */
    uint64_t bytes;
};

int secret_lane_new(const struct secret_lane_options *options, struct secret_lane **ret,
                    struct error *err)
{
    struct secret_lane *lane = calloc(1, sizeof(*lane));

    if (!lane)
        return error_memory(err);
    lane->options = *options;
    lane->names = arena_new(NAMES_LIMIT);
    lane->skip_names = arena_new(NAMES_LIMIT);
    lane->skips = hash_map_new();
    if (!lane->names || !lane->skip_names || !lane->skips) {
        secret_lane_free(lane);
        return error_memory(err);
    }
    *ret = lane;
    return 0;
}

static void end_job(struct secret_lane *lane)
{
    if (lane->job) {
        sandbox_job_cancel(lane->job);
        sandbox_job_finish(lane->job, NULL, NULL);
    }
    lane->job = NULL;
    feed_free(lane->feed);
    lane->feed = NULL;
}

void secret_lane_free(struct secret_lane *lane)
{
    if (!lane)
        return;
    end_job(lane);
    arena_free(lane->names);
    arena_free(lane->skip_names);
    hash_map_free(lane->skips);
    free(lane);
}

uint64_t secret_lane_bytes(const struct secret_lane *lane)
{
    return lane->bytes;
}

static int start(struct secret_lane *lane, struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(64);
    int r;

    if (lane->job)
        return 0;
    secret_request_encode(&lane->options.request, &request);
    r = feed_new(&lane->feed, err);
    if (r == 0)
        r = sandbox_job_start(lane->options.sandbox, secret_op.name, buf_view(&request),
                              feed_fds(lane->feed), FEED_FDS, 0, &lane->job, err);
    if (r < 0)
        end_job(lane);
    return r;
}

/* ---- The end of a worker ---- */

/* A worker's note is cut off; the file is the one that begins so. */
static struct view find_given(const struct secret_lane *lane, struct view note)
{
    for (size_t i = lane->given_count; note.len && i-- > 0;)
        if (view_eq(lane->given[i].path, note) ||
            (note.len == SANDBOX_NOTE_LIMIT - 1 && view_starts(lane->given[i].path, note)))
            return lane->given[i].path;
    return VIEW_EMPTY;
}

static void tell_death(struct secret_lane *lane, struct view path, const struct error *cause)
{
    struct error told = *cause;

    error_wrap(&told, "reading this file ended the worker; it was left out");
    lane->options.sink.trouble(lane->options.sink.ctx, DIAGNOSTIC_ERROR, path, &told);
}

/* What the worker had been given and has not answered for. */
static int read_again(struct secret_lane *lane, struct error *err)
{
    struct given *files = lane->given;
    size_t count = lane->given_count;
    struct arena *names = lane->names;
    int r = 0;

    lane->names = arena_new(NAMES_LIMIT);
    lane->given = NULL;
    lane->given_count = 0;
    if (!lane->names) {
        lane->names = names;
        return error_memory(err);
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        _cleanup_close_ int fd = -1;
        struct error why = ERROR_INIT;

        if (hash_map_get(lane->skips, files[i].path))
            continue;
        if (lane->options.open(lane->options.ctx, files[i].path.ptr, files[i].number, &fd, &why) <
            0)
            lane->options.sink.trouble(lane->options.sink.ctx, DIAGNOSTIC_ERROR, files[i].path,
                                       &why);
        else
            r = secret_lane_file(lane, files[i].path, files[i].number, fd, 0, err);
    }
    arena_free(names);
    return r;
}

/* A worker that ended by itself, or was ended: learns what of, and starts over
 * where that makes sense. */
static int recover(struct secret_lane *lane, const char *note, const struct error *cause,
                   struct error *err)
{
    struct view culprit = find_given(lane, view_of(note));

    if (culprit.len == 0 || lane->deaths++ == SECRET_SCAN_DEATHS_LIMIT) {
        if (err)
            *err = *cause;
        return cause->kind;
    }
    culprit = arena_copy(lane->skip_names, culprit);
    tell_death(lane, culprit, cause);
    if (!hash_map_put(lane->skips, culprit, lane))
        return error_memory(err);
    if (!lane->options.open) {
        lane->given_count = 0;
        return 0;
    }
    return read_again(lane, err);
}

/* Takes the worker's answer; a dead one's work is done again by another. */
static int settle(struct secret_lane *lane, struct error *err)
{
    _cleanup_(buf_done) struct buf reply = BUF_INIT((size_t)SECRET_OP_REPLY_LIMIT + 1);
    char note[SANDBOX_NOTE_LIMIT];
    struct error cause = ERROR_INIT;
    int r;

    feed_finish(lane->feed, NULL); /* the job's end says what there is to say */
    r = sandbox_job_finish_noted(take_ptr(&lane->job), &reply, note, &cause);
    end_job(lane);
    if (r < 0)
        return recover(lane, note, &cause, err);
    arena_reset(lane->names);
    lane->given = NULL;
    lane->given_count = 0;
    return lane->options.sink.take(lane->options.sink.ctx, buf_view(&reply), err);
}

int secret_lane_finish(struct secret_lane *lane, struct error *err)
{
    int r = 0;

    while (r == 0 && lane->job)
        r = settle(lane, err);
    return r;
}

/* ---- Files ---- */

static int remember(struct secret_lane *lane, struct view path, uint32_t number, struct error *err)
{
    char *copy = arena_cstr(lane->names, path);
    struct given *slot =
        copy ? arena_push(lane->names, &lane->given, &lane->given_count, sizeof(*slot)) : NULL;

    if (!slot)
        return error_memory(err);
    *slot = (struct given){view_from(copy, path.len), number};
    return 0;
}

/* A failure of the feed is the worker's end. 1: it has been dealt with, and with
 * it the file that was being given. */
static int after_feeding(struct secret_lane *lane, int r, struct error *err)
{
    if (r != ERROR_CRASH)
        return r;
    r = settle(lane, err);
    return r < 0 ? r : 1;
}

static int begin(struct secret_lane *lane, struct view path, uint32_t number, uint64_t size,
                 struct error *err)
{
    int r = 0;

    if (lane->given_count == SECRET_SCAN_FILES_LIMIT)
        r = secret_lane_finish(lane, err);
    if (r == 0)
        r = start(lane, err);
    if (r == 0)
        r = remember(lane, path, number, err);
    if (r < 0)
        return r;
    return after_feeding(
        lane, feed_begin(lane->feed, path, size, secret_tag(number, SECRET_FORM_FILE), err), err);
}

/* After a worker's end the rest of the file has nowhere to go: it was read again,
 * or cannot be. */
static int note_loss(struct secret_lane *lane, int r)
{
    lane->lost |= r == 1;
    return r < 0 ? r : 0;
}

int secret_lane_begin(struct secret_lane *lane, struct view path, uint32_t number, uint64_t size,
                      struct error *err)
{
    lane->lost = false;
    return note_loss(lane, begin(lane, path, number, size, err));
}

int secret_lane_add(struct secret_lane *lane, struct view bytes, struct error *err)
{
    int r = 0;

    while (r == 0 && !lane->lost && bytes.len) {
        char *room;
        size_t len;

        r = note_loss(lane, after_feeding(lane, feed_room(lane->feed, &room, &len, err), err));
        if (r < 0 || lane->lost)
            break;
        len = len < bytes.len ? len : bytes.len;
        memcpy(room, bytes.ptr, len);
        feed_fill(lane->feed, len);
        bytes = view_sub(bytes, len, bytes.len);
        lane->bytes += len;
    }
    return r;
}

int secret_lane_end(struct secret_lane *lane, struct error *err)
{
    if (lane->lost)
        return 0;
    return note_loss(lane, after_feeding(lane, feed_end_file(lane->feed, err), err));
}

/* The bytes of the descriptor, up to the limit. */
static int fill(struct secret_lane *lane, int fd, uint64_t size, uint64_t *total,
                struct error *reading, struct error *err)
{
    uint64_t limit = lane->options.file_limit ? lane->options.file_limit : UINT64_MAX;

    for (*total = 0; *total < limit && (*total == 0 || *total != size);) {
        char *room;
        size_t len;
        ssize_t n;
        int r = feed_room(lane->feed, &room, &len, err);

        if (r < 0)
            return r;
        n = read(fd, room, len < limit - *total ? len : (size_t)(limit - *total));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            error_errno(reading, "cannot read it");
        if (n <= 0)
            return 0;
        feed_fill(lane->feed, (size_t)n);
        *total += (uint64_t)n;
    }
    return 0;
}

/* More than the limit allows: what is there is scanned, the rest told. */
static void check_length(struct secret_lane *lane, struct view path, int fd, uint64_t total)
{
    struct error why = ERROR_INIT;
    char more;

    if (total != lane->options.file_limit || total == 0 || read(fd, &more, 1) != 1)
        return;
    error_set(&why, ERROR_LIMIT, "only its first %llu MiB were looked into",
              (unsigned long long)(total >> 20));
    error_hint(&why, "give a larger --max-file-size, or pass it over with --skip");
    lane->options.sink.trouble(lane->options.sink.ctx, DIAGNOSTIC_WARNING, path, &why);
}

int secret_lane_file(struct secret_lane *lane, struct view path, uint32_t number, int fd,
                     uint64_t size, struct error *err)
{
    struct error reading = ERROR_INIT;
    uint64_t total = 0;
    int r = begin(lane, path, number, size, err);

    if (r == 0)
        r = after_feeding(lane, fill(lane, fd, size, &total, &reading, err), err);
    if (r == 0)
        r = after_feeding(lane, feed_end_file(lane->feed, err), err);
    lane->bytes += total;
    if (r)
        return r < 0 ? r : 0;
    if (error_is_set(&reading))
        lane->options.sink.trouble(lane->options.sink.ctx, DIAGNOSTIC_ERROR, path, &reading);
    check_length(lane, path, fd, total);
    return 0;
}
