#include "artifact/archive-split.h"

struct archive_split {
    struct sandbox_job *job;
    uint64_t body_left; /* of the member that is read */
    size_t data_left;   /* of the frame that is read */
    bool ended;
    struct error failure; /* final, once set */
    struct buf entry;     /* what the last member's views point into */
    char block[ARCHIVE_FRAME_LIMIT];
};

static int start(struct archive_split *split, struct sandbox *sandbox, int fd, struct buf *request,
                 struct error *err)
{
    int r = buf_failed(request, "the list of an archive", err);

    return r < 0 ? r
                 : sandbox_job_start(sandbox, "archive-split", buf_view(request), &fd, 1, 0,
                                     &split->job, err);
}

int archive_split_start(struct sandbox *sandbox, int fd, bool seekable,
                        enum archive_split_mode mode, const struct view *names, size_t count,
                        struct archive_split **ret, struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(SANDBOX_REQUEST_LIMIT);
    struct archive_split *split = calloc(1, sizeof(*split));
    int r;

    if (!split)
        return error_memory(err);
    split->entry = BUF_INIT(ARCHIVE_FRAME_LIMIT);
    buf_add_u8(&request, seekable);
    buf_add_varint(&request, mode);
    buf_add_varint(&request, count);
    for (size_t i = 0; i < count; i++)
        buf_add_bytes(&request, names[i]);
    r = start(split, sandbox, fd, &request, err);
    if (r < 0) {
        free(split);
        return r;
    }
    *ret = split;
    return 0;
}

/* The worker's own error says more than a reply that ends early. */
static int end_early(struct archive_split *split, struct error *err)
{
    int r = sandbox_job_finish(take_ptr(&split->job), NULL, err);

    return r < 0 ? r : error_set(err, ERROR_INTERNAL, "a worker's answer about an archive ended");
}

static int read_exactly(struct archive_split *split, void *to, size_t len, struct error *err)
{
    ssize_t n = sandbox_job_read(split->job, to, len, err);

    if (n < 0)
        return (int)n;
    return (size_t)n == len ? 0 : end_early(split, err);
}

static int next_frame(struct archive_split *split, struct archive_frame *ret, struct error *err)
{
    char header[ARCHIVE_FRAME_HEADER];
    int r = read_exactly(split, header, sizeof(header), err);

    return r < 0 ? r : archive_frame_get(header, ret, err);
}

static int nonsense(struct error *err)
{
    return error_set(err, ERROR_INTERNAL, "a worker answered nonsense about an archive");
}

static int read_body(struct archive_split *split, struct view *ret_block, struct error *err)
{
    struct archive_frame frame = {0};
    int r;

    *ret_block = VIEW_EMPTY;
    if (split->body_left == 0)
        return 0;
    r = next_frame(split, &frame, err);
    if (r < 0)
        return r;
    if (frame.kind != ARCHIVE_FRAME_DATA || frame.length == 0 || frame.length > split->body_left)
        return nonsense(err);
    r = read_exactly(split, split->block, frame.length, err);
    if (r < 0)
        return r;
    split->body_left -= frame.length;
    *ret_block = view_from(split->block, frame.length);
    return 0;
}

static int skip_body(struct archive_split *split, struct error *err)
{
    struct view block;
    int r = 0;

    while (r == 0 && split->body_left > 0)
        r = read_body(split, &block, err);
    return r;
}

static int read_member(struct archive_split *split, size_t length, struct archive_member *ret,
                       struct error *err)
{
    struct cursor c;
    char *room;
    int r;

    buf_reset(&split->entry);
    room = buf_reserve(&split->entry, length);
    if (!room)
        return buf_failed(&split->entry, "an archive's entry", err);
    r = read_exactly(split, room, length, err);
    if (r < 0)
        return r;
    c = cursor_of(view_from(room, length));
    archive_member_get(&c, ret);
    if (!cursor_at_end(&c) || (ret->with_body && ret->type != ARCHIVE_FILE))
        return nonsense(err);
    split->body_left = ret->with_body ? ret->size : 0;
    return 1;
}

static int next_member(struct archive_split *split, struct archive_member *ret, struct error *err)
{
    struct archive_frame frame = {0};
    int r = skip_body(split, err);

    if (r == 0)
        r = next_frame(split, &frame, err);
    if (r < 0)
        return r;
    if (frame.kind == ARCHIVE_FRAME_ENTRY)
        return read_member(split, frame.length, ret, err);
    if (frame.kind != ARCHIVE_FRAME_END)
        return nonsense(err);
    split->ended = true;
    return sandbox_job_finish(take_ptr(&split->job), NULL, err);
}

static int fail(struct archive_split *split, struct error *err)
{
    if (err)
        *err = split->failure;
    return split->failure.kind;
}

int archive_split_next(struct archive_split *split, struct archive_member *ret, struct error *err)
{
    int r;

    if (error_is_set(&split->failure))
        return fail(split, err);
    if (split->ended)
        return 0;
    r = next_member(split, ret, &split->failure);
    return r < 0 ? fail(split, err) : r;
}

int archive_split_read(struct archive_split *split, struct view *ret_block, struct error *err)
{
    if (error_is_set(&split->failure))
        return fail(split, err);
    return read_body(split, ret_block, &split->failure) < 0 ? fail(split, err) : 0;
}

int archive_split_keep(struct archive_split *split, const struct archive_member *member,
                       struct view start, struct archive_kept *kept, struct error *err)
{
    _cleanup_(buf_done) struct buf body = BUF_INIT(ARCHIVE_KEPT_LIMIT);
    struct view path = member->path, block = start;

    kept->bytes += member->size;
    if (kept->bytes > ARCHIVE_KEPT_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d bytes of JSON and small files",
                         ARCHIVE_KEPT_LIMIT);
    do {
        int r;

        buf_add(&body, block);
        r = archive_split_read(split, &block, err);
        if (r < 0)
            return r;
    } while (block.len);
    if (buf_failed(&body, "a document of an image", err) < 0)
        return ERROR_MEMORY;
    return archive_index_keep(kept->index, path, buf_view(&body), err);
}

void archive_split_free(struct archive_split *split)
{
    if (!split)
        return;
    if (split->job) {
        sandbox_job_cancel(split->job);
        sandbox_job_finish(split->job, NULL, NULL);
    }
    buf_done(&split->entry);
    free(split);
}
