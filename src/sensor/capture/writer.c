#include <zstd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "sensor/abi/record.h"
#include "sensor/capture/capture.h"
#include "sensor/capture/layout.h"

enum { LEVEL = 1 }; /* of zstd: recording must keep up with the kernel */

struct capture_writer {
    int fd;
    uint64_t limit, written;
    uint64_t events, events_in_block; /* in the file; in the block that is begun */
    int failed;                       /* the kind of the error that ended it */
    ZSTD_CCtx *context;
    struct capture_block block; /* of the records in `records` */
    struct buf records;
    struct buf stored; /* a whole block as it goes to the file */
};

/* Writes what is in `stored`, or leaves the file as it was. */
static int store(struct capture_writer *writer, struct error *err)
{
    int r = buf_failed(&writer->stored, "a block of the capture", err);

    if (r == 0 && writer->limit && writer->stored.len > writer->limit - writer->written) {
        r = error_set(err, ERROR_LIMIT, "capture: the file would be larger than its limit");
        error_hint(err, "give it more room, or write to another file");
    }
    if (r == 0)
        r = fd_write_all(writer->fd, buf_view(&writer->stored), err);
    if (r == 0) {
        writer->written += writer->stored.len;
        writer->events += writer->events_in_block;
        return 0;
    }
    writer->failed = r;
    /* Part of a block would end the file for who appends or reads on. What can't be
     * truncated (a pipe) is cut, which readers know. */
    if (ftruncate(writer->fd, (off_t)writer->written) < 0)
        return r;
    return r;
}

static void add_checksum(struct buf *to)
{
    if (!to->failed)
        buf_add_u64(to, hash_stable(buf_view(to)));
}

static int write_header(struct capture_writer *writer, const struct sensor_host *host,
                        struct view host_name, struct error *err)
{
    _cleanup_(buf_done) struct buf record = BUF_INIT(SENSOR_EVENT_LIMIT);
    _cleanup_(buf_done) struct buf parameter = BUF_INIT(SENSOR_EVENT_LIMIT);
    struct capture_header header = {.magic = CAPTURE_MAGIC, .version = CAPTURE_VERSION};
    size_t begin = record_begin(&record, &(struct sensor_event){.kind = SENSOR_HOST});

    buf_add(&parameter, view_from(host, sizeof(*host)));
    buf_add(&parameter, host_name);
    record_add(&record, SENSOR_HOST_PARAMETER, 0, 0, buf_view(&parameter));
    record_end(&record, begin);
    header.length = (uint32_t)record.len;
    buf_add(&writer->stored, view_from(&header, sizeof(header)));
    buf_add(&writer->stored, buf_view(&record));
    add_checksum(&writer->stored);
    return store(writer, err);
}

int capture_writer_new(int fd, const struct sensor_host *host, struct view host_name,
                       uint64_t limit, struct capture_writer **ret, struct error *err)
{
    _cleanup_(capture_writer_free_p) struct capture_writer *writer = calloc(1, sizeof(*writer));
    int r;

    if (!writer) {
        close(fd);
        return error_memory(err);
    }
    *writer = (struct capture_writer){.fd = fd,
                                      .limit = limit,
                                      .context = ZSTD_createCCtx(),
                                      .records = BUF_INIT(CAPTURE_BLOCK_SIZE),
                                      .stored = BUF_INIT(2 * CAPTURE_BLOCK_SIZE)};
    if (!writer->context)
        return error_memory(err);
    r = write_header(writer, host, host_name, err);
    if (r < 0)
        return r;
    *ret = take_ptr(&writer);
    return 0;
}

/* Writes the block that `records` are. */
static int write_block(struct capture_writer *writer, struct error *err)
{
    size_t bound = ZSTD_compressBound(writer->records.len), stored;
    char *room;

    buf_reset(&writer->stored);
    room = buf_reserve(&writer->stored, sizeof(writer->block) + bound);
    if (!room)
        return buf_failed(&writer->stored, "a block of the capture", err);
    stored = ZSTD_compressCCtx(writer->context, room + sizeof(writer->block), bound,
                               writer->records.ptr, writer->records.len, LEVEL);
    if (ZSTD_isError(stored))
        return error_set(err, ERROR_INTERNAL, "capture: zstd: %s", ZSTD_getErrorName(stored));
    memcpy(writer->block.magic, CAPTURE_BLOCK_MAGIC, sizeof(writer->block.magic));
    writer->block.stored = (uint32_t)stored;
    writer->block.size = (uint32_t)writer->records.len;
    memcpy(room, &writer->block, sizeof(writer->block));
    writer->stored.len += sizeof(writer->block) + stored;
    add_checksum(&writer->stored);
    return store(writer, err);
}

int capture_flush(struct capture_writer *writer, struct error *err)
{
    int r;

    if (writer->failed)
        return error_set(err, writer->failed, "capture: writing has failed before");
    if (writer->records.len == 0)
        return 0;
    r = write_block(writer, err);
    if (r < 0)
        writer->failed = r;
    buf_reset(&writer->records);
    writer->block.count = 0;
    writer->events_in_block = 0;
    return r;
}

int capture_write(struct capture_writer *writer, const struct sensor_event *event,
                  struct error *err)
{
    int r = 0;

    if (writer->failed || writer->records.len + event->size > CAPTURE_BLOCK_SIZE)
        r = capture_flush(writer, err);
    if (r < 0)
        return r;
    if (writer->block.count == 0)
        writer->block.first_time = event->time;
    writer->block.last_time = event->time;
    writer->block.count++;
    writer->events_in_block += event->kind < SENSOR_HOST;
    buf_add(&writer->records, view_from(event, event->size));
    return buf_failed(&writer->records, "a block of the capture", err);
}

uint64_t capture_written(const struct capture_writer *writer)
{
    return writer->written;
}

uint64_t capture_events(const struct capture_writer *writer)
{
    return writer->events;
}

void capture_writer_free(struct capture_writer *writer)
{
    if (!writer)
        return;
    if (!writer->failed)
        capture_flush(writer, NULL);
    close_p(&writer->fd);
    ZSTD_freeCCtx(writer->context);
    buf_done(&writer->records);
    buf_done(&writer->stored);
    free(writer);
}
