#include "sensor/alert/spool-segments.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"

/* "0000000000000001.spool" */
enum { NAME_DIGITS = 16, NAME_SIZE = 32, FILE_LIMIT = 64 << 20 };

static const char magic[SPOOL_MAGIC_SIZE] = {'P', 'L', 'S', 'P', 'O', 'O', 'L', '1'};

static void name_of(uint64_t first, char to[static NAME_SIZE])
{
    snprintf(to, NAME_SIZE, "%016llx.spool", (unsigned long long)first);
}

static bool parse_name(const char *name, uint64_t *ret)
{
    char canonical[NAME_SIZE];

    *ret = strtoull(name, NULL, 16);
    name_of(*ret, canonical);
    return strcmp(name, canonical) == 0;
}

static struct spool_segment *add_segment(struct spool_segments *segments)
{
    if (segments->count == segments->room) {
        size_t room = segments->room ? 2 * segments->room : 16;
        struct spool_segment *all = reallocarray(segments->all, room, sizeof(*all));

        if (!all)
            return NULL;
        segments->all = all;
        segments->room = room;
    }
    segments->all[segments->count] = (struct spool_segment){0};
    return &segments->all[segments->count++];
}

/* ---- What the last run left ---- */

/* First and last sequence of the whole records of a file; 0: there are none. */
static int survey(const struct spool_segments *segments, const char *name,
                  struct spool_segment *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(FILE_LIMIT);
    _cleanup_close_ int fd = openat(segments->directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct spool_record record = {0};
    bool any = false;
    int r;

    if (fd < 0)
        return error_errno(err, "cannot open %s", name);
    r = fd_read_all(fd, &bytes, err);
    if (r < 0)
        return error_wrap(err, "%s", name);
    while (spool_record_find(buf_view(&bytes), record.end, &record)) {
        if (!any)
            ret->first = record.sequence;
        any = true;
        if (record.sequence >= ret->end)
            ret->end = record.sequence + 1;
    }
    ret->size = bytes.len;
    return any;
}

static int by_first(const void *a, const void *b)
{
    const struct spool_segment *x = a, *y = b;

    return x->first < y->first ? -1 : x->first > y->first;
}

static int list_segment(struct spool_segments *segments, const char *name, struct error *err)
{
    struct spool_segment segment = {0}, *added;
    uint64_t first;
    int r;

    if (!parse_name(name, &first))
        return 0;
    r = survey(segments, name, &segment, err);
    if (r < 0)
        return r; /* what can't be read now may hold alerts all the same */
    /* Read by its name later, so that is what it must begin with. */
    if (r == 0 || segment.first < first) {
        unlinkat(segments->directory, name, 0);
        return 0;
    }
    segment.first = first;
    if (segments->count == SPOOL_SEGMENTS)
        return error_set(err, ERROR_LIMIT, "a spool of more than %d segments", SPOOL_SEGMENTS);
    added = add_segment(segments);
    if (!added)
        return error_memory(err);
    *added = segment;
    segments->bytes += segment.size;
    return 0;
}

static int list(struct spool_segments *segments, struct error *err)
{
    int fd = openat(segments->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    int result = 0;

    if (!directory) {
        error_errno(err, "cannot list a spool");
        if (fd >= 0)
            close(fd);
        return ERROR_IO;
    }
    while (result == 0 && (entry = readdir(directory)))
        result = list_segment(segments, entry->d_name, err);
    closedir(directory);
    if (segments->count)
        qsort(segments->all, segments->count, sizeof(*segments->all), by_first);
    return result;
}

int spool_segments_open(int directory, struct spool_segments *ret, struct error *err)
{
    struct spool_segments segments = {.directory = directory, .write_fd = -1, .read_fd = -1};
    int result = list(&segments, err);

    if (result < 0) {
        segments.directory = -1;
        spool_segments_done(&segments);
        return result;
    }
    *ret = segments;
    return 0;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void spool_segments_done(struct spool_segments *segments)
{
    close_fd(&segments->directory);
    close_fd(&segments->write_fd);
    close_fd(&segments->read_fd);
    free(segments->all);
    segments->all = NULL;
    segments->count = segments->room = 0;
}

/* ---- Writing ---- */

/* One that got no record, by a full disk, is begun again. */
static void forget_empty(struct spool_segments *segments, uint64_t first)
{
    if (segments->count == 0 || segments->all[segments->count - 1].first != first)
        return;
    segments->bytes -= segments->all[--segments->count].size;
    if (segments->read_first == first)
        close_fd(&segments->read_fd);
}

static int begin_segment(struct spool_segments *segments, uint64_t sequence, struct error *err)
{
    struct spool_segment *segment;
    char name[NAME_SIZE];

    close_fd(&segments->write_fd);
    forget_empty(segments, sequence);
    name_of(sequence, name);
    segment = add_segment(segments);
    if (!segment)
        return error_memory(err);
    segments->count--; /* until it is there */
    segments->write_fd =
        openat(segments->directory, name,
               O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (segments->write_fd < 0)
        return error_errno(err, "cannot create %s", name);
    if (fd_write_all(segments->write_fd, view_from(magic, sizeof(magic)), err) < 0) {
        close_fd(&segments->write_fd);
        unlinkat(segments->directory, name, 0);
        return error_wrap(err, "%s", name);
    }
    *segment = (struct spool_segment){sequence, sequence, sizeof(magic), true};
    segments->count++;
    segments->bytes += sizeof(magic);
    return 0;
}

int spool_segments_append(struct spool_segments *segments, uint64_t sequence, struct view record,
                          uint64_t segment_limit, struct error *err)
{
    struct spool_segment *last = segments->count ? &segments->all[segments->count - 1] : NULL;
    int result;

    if (segments->write_fd < 0 || last->size + record.len > segment_limit) {
        result = begin_segment(segments, sequence, err);
        if (result < 0)
            return result;
        last = &segments->all[segments->count - 1];
    }
    result = fd_write_all(segments->write_fd, record, err);
    if (result < 0) {
        /* What stays of it is no whole record; a new segment leaves it behind. */
        if (ftruncate(segments->write_fd, (off_t)last->size) < 0)
            close_fd(&segments->write_fd);
        return result;
    }
    last->size += record.len;
    last->end = sequence + 1;
    last->dirty = true;
    segments->bytes += record.len;
    return 0;
}

void spool_segments_drop(struct spool_segments *segments)
{
    char name[NAME_SIZE];

    name_of(segments->all[0].first, name);
    unlinkat(segments->directory, name, 0);
    if (segments->read_first == segments->all[0].first)
        close_fd(&segments->read_fd);
    if (segments->count == 1)
        close_fd(&segments->write_fd);
    segments->bytes -= segments->all[0].size;
    segments->count--;
    memmove(segments->all, segments->all + 1, segments->count * sizeof(*segments->all));
}

/* ---- Reading ---- */

/* 1, 0 when it is gone, negative when it can't be opened now. */
static int open_for_reading(struct spool_segments *segments, size_t index)
{
    char name[NAME_SIZE];
    uint64_t first = segments->all[index].first;

    if (segments->read_fd >= 0 && segments->read_first == first)
        return 1;
    close_fd(&segments->read_fd);
    name_of(first, name);
    segments->read_fd = openat(segments->directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    segments->read_first = first;
    if (segments->read_fd >= 0)
        return 1;
    return errno == ENOENT ? 0 : ERROR_IO;
}

static bool read_bytes(int fd, uint64_t offset, size_t length, struct buf *to)
{
    char *at = buf_reserve(to, length);

    if (!at)
        return false;
    for (size_t done = 0; done < length;) {
        ssize_t n = pread(fd, at + done, length - done, (off_t)(offset + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    to->len += length;
    return true;
}

/* The record that begins at `offset`, as nearly all do. */
static bool read_here(struct spool_segments *segments, uint64_t offset, struct buf *to,
                      struct spool_record *ret)
{
    size_t before = to->len, length;
    struct view bytes;

    if (!read_bytes(segments->read_fd, offset, SPOOL_RECORD_HEAD, to) ||
        !spool_record_length(view_sub(buf_view(to), before, to->len), &length) ||
        !read_bytes(segments->read_fd, offset + SPOOL_RECORD_HEAD, length, to)) {
        to->len = before;
        return false;
    }
    bytes = view_sub(buf_view(to), before, to->len);
    if (spool_record_find(bytes, 0, ret) && ret->end == bytes.len)
        return true;
    to->len = before;
    return false;
}

/* Behind damage: the next that is whole. */
static bool read_behind(struct spool_segments *segments, size_t index, uint64_t offset,
                        struct buf *to, struct spool_record *ret)
{
    _cleanup_(buf_done) struct buf rest = BUF_INIT(FILE_LIMIT);
    struct spool_record found;
    uint64_t size = segments->all[index].size, start;

    if (offset >= size || !read_bytes(segments->read_fd, offset, size - offset, &rest) ||
        !spool_record_find(buf_view(&rest), 0, &found))
        return false;
    start = offset + found.end - SPOOL_RECORD_HEAD - found.payload.len;
    if (!read_here(segments, start, to, ret))
        return false;
    ret->end += start;
    return true;
}

int spool_segments_read(struct spool_segments *segments, size_t index, uint64_t offset,
                        struct buf *to, struct spool_record *ret)
{
    int result;

    if (offset >= segments->all[index].size)
        return 0;
    result = open_for_reading(segments, index);
    if (result <= 0)
        return result;
    if (!read_here(segments, offset, to, ret))
        return read_behind(segments, index, offset, to, ret);
    ret->end += offset;
    return 1;
}

int spool_segments_take_dirty(struct spool_segments *segments)
{
    for (size_t i = 0; i < segments->count; i++) {
        char name[NAME_SIZE];

        if (!segments->all[i].dirty)
            continue;
        segments->all[i].dirty = false;
        name_of(segments->all[i].first, name);
        return openat(segments->directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    return -1;
}
