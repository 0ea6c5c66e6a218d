/* The op "archive-index": lists the members of an uncompressed tar. The request
 * is the size of the file; the reply is the members, one after another. */
#include <inttypes.h>

#include "artifact/archive-index.h"
#include "codec/tar.h"

enum {
    /* Bodies from this size on are jumped over, smaller ones cost less to read
     * than to open the tar again behind them. */
    JUMP_SIZE = 1 << 20,
    TAR_BLOCK = 512,
    DEADLINE_SECONDS = 600,
};

struct listing {
    struct worker *worker;
    int fd;
    uint64_t size;    /* of the file */
    uint64_t base;    /* where the tar that is open begins */
    uint64_t entries; /* seen so far */
    struct buf reply;
};

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

static int open_at(struct listing *l, uint64_t offset, struct tar **ret, struct error *err)
{
    struct stream *stream;
    int r = stream_open_fd(l->fd, (off_t)offset, -1, &stream, err);

    l->base = offset;
    return r < 0 ? r : tar_open(stream, NULL, ret, err);
}

static int add_entry(struct listing *l, const struct tar_entry *entry, struct error *err)
{
    struct archive_member member = {
        .path = entry->path,
        .link = entry->link,
        .offset = l->base + entry->data_offset,
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

/* Opens the tar again behind the entry's body. */
static int jump(struct listing *l, const struct tar_entry *entry, struct tar **tar,
                struct error *err)
{
    uint64_t end = l->base + entry->data_offset + entry->size;
    uint64_t next = (end + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;

    tar_free(take_ptr(tar));
    return open_at(l, next, tar, err);
}

static int list_entries(struct listing *l, struct tar **tar, struct error *err)
{
    for (;;) {
        struct tar_entry entry;
        int r = tar_next(*tar, &entry, err);

        if (r <= 0)
            return r;
        worker_note(l->worker, entry.path);
        r = add_entry(l, &entry, err);
        if (r == 0 && entry.type == TAR_FILE && !entry.sparse && entry.size >= JUMP_SIZE)
            r = jump(l, &entry, tar, err);
        if (r < 0)
            return r;
    }
}

int archive_index_run(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct cursor c = cursor_of(request);
    struct listing l = {
        worker, worker_fd(worker, 0), cursor_u64(&c), 0, 0, BUF_INIT(ARCHIVE_INDEX_REPLY_LIMIT)};
    int r;

    if (!cursor_at_end(&c))
        return error_set(err, ERROR_INTERNAL, "a request to list an archive is malformed");
    r = open_at(&l, 0, &tar, err);
    if (r == 0)
        r = list_entries(&l, &tar, err);
    if (r == 0)
        r = worker_reply(worker, buf_view(&l.reply), err);
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
