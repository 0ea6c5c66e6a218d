/* The op "archive-index": lists the members of an uncompressed tar. The request
 * is the size of the file; the reply is the members, one after another. */
#include <inttypes.h>

#include "artifact/archive-index.h"
#include "codec/tar.h"

enum { DEADLINE_SECONDS = 600 };

static enum archive_member_type member_type(enum tar_type type)
{
    switch (type) {
    case TAR_FILE:
        return ARCHIVE_FILE;
    case TAR_SYMLINK:
        return ARCHIVE_LINK;
    case TAR_HARDLINK:
        return ARCHIVE_HARDLINK;
    default:
        return ARCHIVE_OTHER;
    }
}

struct listing {
    struct tar *tar;
    uint64_t size;    /* of the file */
    uint64_t entries; /* seen so far */
    struct buf reply;
};

static int add_entry(struct listing *l, const struct tar_entry *entry, struct error *err)
{
    struct archive_member member = {
        .path = entry->path,
        .link = entry->link,
        .offset = entry->data_offset,
        .size = entry->size,
        .type = entry->sparse ? ARCHIVE_OTHER : member_type(entry->type),
    };

    if (++l->entries > ARCHIVE_ENTRY_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d entries", ARCHIVE_ENTRY_LIMIT);
    if (member.type == ARCHIVE_FILE &&
        (member.offset > l->size || member.size > l->size - member.offset)) {
        error_set(err, ERROR_INPUT,
                  "%.*s needs %" PRIu64 " bytes from offset %" PRIu64
                  ", but the file ends at %" PRIu64,
                  VIEW_ARG(entry->path), member.size, member.offset, l->size);
        error_hint(err, "the archive is truncated: export or copy it again");
        return ERROR_INPUT;
    }
    if (member.type != ARCHIVE_OTHER)
        archive_member_put(&l->reply, &member);
    return buf_failed(&l->reply, "the list of the archive", err);
}

/* Bodies are passed over by seeking. */
static int list_entries(struct listing *l, struct worker *worker, struct error *err)
{
    for (;;) {
        struct tar_entry entry;
        int r = tar_next(l->tar, &entry, err);

        if (r <= 0)
            return r;
        worker_note(worker, entry.path);
        r = add_entry(l, &entry, err);
        if (r < 0)
            return r;
    }
}

static int open_tar(struct listing *l, int fd, struct error *err)
{
    struct stream *stream;
    int r = stream_open_fd(fd, 0, (int64_t)l->size, &stream, err);

    return r < 0 ? r : tar_open(stream, NULL, &l->tar, err);
}

int archive_index_run(struct worker *worker, struct view request, struct error *err)
{
    struct cursor c = cursor_of(request);
    struct listing l = {NULL, cursor_u64(&c), 0, BUF_INIT(ARCHIVE_INDEX_REPLY_LIMIT)};
    int r;

    if (!cursor_at_end(&c) || l.size > INT64_MAX)
        return error_set(err, ERROR_INTERNAL, "a request to list an archive is malformed");
    r = open_tar(&l, worker_fd(worker, 0), err);
    if (r == 0)
        r = list_entries(&l, worker, err);
    if (r == 0)
        r = worker_reply(worker, buf_view(&l.reply), err);
    tar_free(l.tar);
    buf_done(&l.reply);
    return r;
}

static int add_members(struct archive_index *index, struct view list, uint64_t size,
                       struct error *err)
{
    struct cursor c = cursor_of(list);

    while (cursor_left(&c) > 0) {
        struct archive_member m = {0};
        int r;

        archive_member_get(&c, &m);
        if (!c.failed && m.type == ARCHIVE_FILE && m.offset + m.size > size)
            cursor_fail(&c);
        if (c.failed)
            break;
        r = archive_index_add(index, &m, err);
        if (r < 0)
            return r;
    }
    if (!cursor_at_end(&c))
        return error_set(err, ERROR_INTERNAL, "a worker answered nonsense about an archive");
    return 0;
}

int archive_index_load(struct sandbox *sandbox, int fd, uint64_t size, struct archive_index *index,
                       struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(64),
                                   reply = BUF_INIT(ARCHIVE_INDEX_REPLY_LIMIT + 1);
    int r;

    buf_add_u64(&request, size);
    r = sandbox_call(sandbox, "archive-index", buf_view(&request), &fd, 1, DEADLINE_SECONDS, &reply,
                     err);
    return r < 0 ? r : add_members(index, buf_view(&reply), size, err);
}
