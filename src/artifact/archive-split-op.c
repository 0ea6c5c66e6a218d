/* The op "archive-split": the worker's side of archive-split.h. The request is
 * how to read (1 byte), the mode (1), and the listed paths; the reply is frames. */
#include "artifact/archive-split.h"
#include "artifact/image-json.h"
#include "base/hash.h"
#include "codec/tar.h"

struct splitting {
    struct worker *worker;
    enum archive_split_mode mode;
    struct hash_map *names;
    struct tar *tar;
    uint64_t entries;
    struct buf frame;
};

static int send_frame(struct splitting *s, enum archive_frame_kind kind, struct view payload,
                      struct error *err)
{
    buf_reset(&s->frame);
    archive_frame_put(&s->frame, kind, payload.len);
    buf_add(&s->frame, payload);
    if (buf_failed(&s->frame, "a frame", err) < 0)
        return ERROR_MEMORY;
    return worker_reply(s->worker, buf_view(&s->frame), err);
}

static int send_data(struct splitting *s, struct view bytes, struct error *err)
{
    int r = 0;

    while (r == 0 && bytes.len) {
        r = send_frame(s, ARCHIVE_FRAME_DATA, view_sub(bytes, 0, ARCHIVE_FRAME_LIMIT), err);
        bytes = view_sub(bytes, ARCHIVE_FRAME_LIMIT, SIZE_MAX);
    }
    return r;
}

static int send_entry(struct splitting *s, const struct tar_entry *entry, bool with_body,
                      struct error *err)
{
    static const enum archive_member_type types[] = {
        [TAR_FILE] = ARCHIVE_FILE,         [TAR_SYMLINK] = ARCHIVE_LINK,
        [TAR_HARDLINK] = ARCHIVE_HARDLINK, [TAR_DIRECTORY] = ARCHIVE_OTHER,
        [TAR_CHARDEV] = ARCHIVE_OTHER,     [TAR_BLOCKDEV] = ARCHIVE_OTHER,
        [TAR_FIFO] = ARCHIVE_OTHER,
    };
    _cleanup_(buf_done) struct buf payload = BUF_INIT(ARCHIVE_FRAME_LIMIT);
    struct archive_member member = {
        .path = entry->path,
        .link = entry->link,
        .size = entry->size,
        .type = types[entry->type],
        .with_body = with_body,
    };

    archive_member_put(&payload, &member);
    if (buf_failed(&payload, "an archive's entry", err) < 0)
        return err ? err->kind : ERROR_LIMIT;
    return send_frame(s, ARCHIVE_FRAME_ENTRY, buf_view(&payload), err);
}

static bool may_be_json(struct view start)
{
    start = view_trim(start);
    return view_starts(start, VIEW("{")) || view_starts(start, VIEW("["));
}

static bool is_wanted(const struct splitting *s, const struct tar_entry *entry, struct view start)
{
    if (entry->type != TAR_FILE || entry->size == 0)
        return false;
    switch (s->mode) {
    case ARCHIVE_SPLIT_ALL:
        return true;
    case ARCHIVE_SPLIT_DOCUMENTS:
        return entry->size <= IMAGE_JSON_LIMIT && may_be_json(start);
    case ARCHIVE_SPLIT_LISTED:
        return hash_map_get(s->names, entry->path);
    }
    return false;
}

static int split_entry(struct splitting *s, const struct tar_entry *entry, struct error *err)
{
    struct view block = VIEW_EMPTY;
    bool look = entry->type == TAR_FILE && entry->size <= IMAGE_JSON_LIMIT;
    bool wanted;
    int r = 0;

    worker_note(s->worker, entry->path);
    if (++s->entries > ARCHIVE_ENTRY_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d entries", ARCHIVE_ENTRY_LIMIT);
    if (s->mode == ARCHIVE_SPLIT_DOCUMENTS && look)
        r = tar_read(s->tar, &block, err);
    wanted = r == 0 && is_wanted(s, entry, block);
    if (r == 0)
        r = send_entry(s, entry, wanted, err);
    while (r == 0 && wanted) {
        if (block.len == 0)
            r = tar_read(s->tar, &block, err);
        if (r < 0 || block.len == 0)
            break;
        r = send_data(s, block, err);
        block = VIEW_EMPTY;
    }
    return r;
}

static int split(struct splitting *s, struct error *err)
{
    for (;;) {
        struct tar_entry entry;
        int r = tar_next(s->tar, &entry, err);

        if (r > 0)
            r = split_entry(s, &entry, err);
        else if (r == 0)
            return 0;
        if (r < 0)
            return r;
    }
}

/* The names stay in the request; the map only says which there are. */
static int read_names(struct cursor *c, struct hash_map *names, struct error *err)
{
    size_t count = (size_t)cursor_count(c, ARCHIVE_ENTRY_LIMIT);

    for (size_t i = 0; i < count && !c->failed; i++)
        if (!hash_map_put(names, cursor_bytes(c), names))
            return error_memory(err);
    if (!cursor_at_end(c))
        return error_set(err, ERROR_INTERNAL, "a request to split an archive is malformed");
    return 0;
}

static int open_archive(struct worker *worker, bool seekable, struct stream **ret,
                        struct error *err)
{
    struct stream *stored;
    int r = stream_open_fd(worker_fd(worker, 0), seekable ? 0 : -1, -1, &stored, err);

    return r < 0 ? r : stream_open_decoded(stored, ARCHIVE_SPLIT_LIMIT, NULL, ret, err);
}

/* The tar reader reads on to the end of its source: who writes a pipe isn't hit
 * by SIGPIPE, and checksums behind the tar's end are verified. */
static int open_and_split(struct splitting *s, bool seekable, struct error *err)
{
    struct stream *archive = NULL;
    int r = open_archive(s->worker, seekable, &archive, err);

    if (r == 0)
        r = tar_open(archive, NULL, &s->tar, err);
    if (r == 0)
        r = split(s, err);
    tar_free(s->tar);
    return r < 0 ? r : send_frame(s, ARCHIVE_FRAME_END, VIEW_EMPTY, err);
}

int archive_split_run(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *names = hash_map_new();
    struct splitting s = {.worker = worker,
                          .names = names,
                          .frame = BUF_INIT(ARCHIVE_FRAME_HEADER + ARCHIVE_FRAME_LIMIT)};
    struct cursor c = cursor_of(request);
    bool seekable = cursor_u8(&c);
    int r;

    if (!names)
        return error_memory(err);
    s.mode = (enum archive_split_mode)cursor_count(&c, ARCHIVE_SPLIT_LISTED);
    r = read_names(&c, names, err);
    if (r == 0)
        r = open_and_split(&s, seekable, err);
    buf_done(&s.frame);
    return r;
}
