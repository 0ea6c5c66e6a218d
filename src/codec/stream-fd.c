#include <errno.h>

#include "base/fd.h"
#include "codec/stream.h"

struct fd_stream {
    struct stream base;
    int fd;
    off_t offset;  /* -1 for read() */
    off_t size;    /* of a file that can be skipped in, else 0 */
    uint64_t left; /* bytes the caller asked for; UINT64_MAX for all */
    char block[STREAM_BLOCK];
};

static ssize_t read_some(struct fd_stream *s, size_t len)
{
    ssize_t got;

    do
        got = s->offset < 0 ? read(s->fd, s->block, len) : pread(s->fd, s->block, len, s->offset);
    while (got < 0 && errno == EINTR);
    return got;
}

static int fd_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct fd_stream *s = (struct fd_stream *)stream;
    ssize_t got = read_some(s, s->left < STREAM_BLOCK ? (size_t)s->left : STREAM_BLOCK);

    if (got < 0)
        return error_errno(err, "cannot read");
    if (s->offset >= 0)
        s->offset += got;
    s->left -= (uint64_t)got;
    *ret_block = view_from(s->block, (size_t)got);
    return 0;
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static int fd_skip(struct stream *stream, uint64_t count, uint64_t *ret_skipped, struct error *err)
{
    struct fd_stream *s = (struct fd_stream *)stream;
    uint64_t there = s->offset >= 0 && s->offset < s->size ? (uint64_t)(s->size - s->offset) : 0;

    (void)err;
    count = min_u64(count, min_u64(s->left, there));
    s->offset += (off_t)count;
    s->left -= count;
    *ret_skipped = count;
    return 0;
}

static void fd_free(struct stream *stream)
{
    free(stream);
}

int stream_open_fd(int fd, off_t offset, int64_t length, struct stream **ret, struct error *err)
{
    struct fd_stream *s = malloc(sizeof(*s));

    if (!s)
        return error_memory(err);
    s->base = (struct stream){.next = fd_next, .free = fd_free, .skip = fd_skip};
    s->fd = fd;
    s->offset = offset;
    s->size = offset >= 0 ? fd_size(fd) : -1;
    if (s->size < 0)
        s->size = 0;
    s->left = length < 0 ? UINT64_MAX : (uint64_t)length;
    *ret = &s->base;
    return 0;
}
