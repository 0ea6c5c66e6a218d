#include <inttypes.h>
#include <zstd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "base/text.h"
#include "sensor/abi/record.h"
#include "sensor/capture/capture.h"
#include "sensor/capture/layout.h"

struct capture_reader {
    int fd;
    ZSTD_DCtx *context;
    struct buf header; /* the file's: its record is the host */
    uint64_t offset;   /* of the block that was read last, in the file */
    uint64_t next;     /* of the byte behind it */
    uint64_t number;   /* of that block, from 1 */
    struct capture_block block;
    struct buf stored;  /* the block as it is in the file */
    struct buf records; /* it, unpacked */
    size_t at;          /* of the next record */
    uint32_t count;     /* records of the block that were read */
    int failed;
    bool cut, ended;
};

/* Reads `len` bytes behind what `to` holds. 1: they are there; 0: the file ends. */
static int read_on(struct capture_reader *reader, struct buf *to, size_t len, struct error *err)
{
    char *room = buf_reserve(to, len);
    ssize_t r;

    if (!room)
        return buf_failed(to, "a block of the capture", err);
    r = fd_read_full(reader->fd, room, len, err);
    if (r < 0)
        return error_wrap(err, "capture");
    to->len += (size_t)r;
    return (size_t)r == len;
}

/* The bytes end with the checksum of those before. */
static bool is_intact(struct view bytes)
{
    uint64_t sum;

    memcpy(&sum, bytes.ptr + bytes.len - sizeof(sum), sizeof(sum));
    return sum == hash_stable(view_sub(bytes, 0, bytes.len - sizeof(sum)));
}

/* ---- The header ---- */

static int no_capture(struct error *err)
{
    error_set(err, ERROR_INPUT, "capture: this is no capture file");
    error_hint(err, "captures are written by \"plimsoll-sensor record\"");
    return ERROR_INPUT;
}

static int broken_header(struct error *err)
{
    return error_set(err, ERROR_INPUT, "capture: the header is broken");
}

static const struct sensor_event *host_record(const struct capture_reader *reader)
{
    return (const void *)(reader->header.ptr + sizeof(struct capture_header));
}

static int read_header(struct capture_reader *reader, struct error *err)
{
    struct capture_header header;
    struct view record, host;
    int r = read_on(reader, &reader->header, sizeof(header), err);

    if (r < 0)
        return r;
    if (r == 0)
        return no_capture(err);
    memcpy(&header, reader->header.ptr, sizeof(header));
    if (memcmp(header.magic, CAPTURE_MAGIC, CAPTURE_MAGIC_SIZE) != 0)
        return no_capture(err);
    if (header.version != CAPTURE_VERSION)
        return error_set(err, ERROR_UNSUPPORTED,
                         "capture: the file has version %" PRIu32 ", this program reads %d",
                         header.version, CAPTURE_VERSION);
    if (header.length > SENSOR_EVENT_LIMIT)
        return broken_header(err);
    r = read_on(reader, &reader->header, header.length + CAPTURE_CHECKSUM_SIZE, err);
    if (r < 0)
        return r;
    if (r == 0 || !is_intact(buf_view(&reader->header)))
        return broken_header(err);
    record = view_sub(buf_view(&reader->header), sizeof(header), header.length);
    if (record_check(record, NULL) < 0 ||
        !record_find(host_record(reader), SENSOR_HOST_PARAMETER, -1, &host))
        return broken_header(err);
    reader->next = reader->header.len;
    return 0;
}

int capture_reader_new(int fd, struct capture_reader **ret, struct error *err)
{
    _cleanup_(capture_reader_free_p) struct capture_reader *reader = calloc(1, sizeof(*reader));
    int r;

    if (!reader) {
        close(fd);
        return error_memory(err);
    }
    *reader = (struct capture_reader){
        .fd = fd,
        .context = ZSTD_createDCtx(),
        .header =
            BUF_INIT(sizeof(struct capture_header) + SENSOR_EVENT_LIMIT + CAPTURE_CHECKSUM_SIZE),
        .stored = BUF_INIT(sizeof(struct capture_block) + ZSTD_COMPRESSBOUND(CAPTURE_BLOCK_LIMIT) +
                           CAPTURE_CHECKSUM_SIZE),
        .records = BUF_INIT(CAPTURE_BLOCK_LIMIT),
    };
    if (!reader->context)
        return error_memory(err);
    r = read_header(reader, err);
    if (r < 0)
        return r;
    *ret = take_ptr(&reader);
    return 0;
}

const struct sensor_host *capture_host(const struct capture_reader *reader, struct view *ret_name)
{
    struct view host = VIEW_EMPTY;

    record_find(host_record(reader), SENSOR_HOST_PARAMETER, -1, &host);
    if (ret_name)
        *ret_name = view_sub(host, sizeof(struct sensor_host), host.len);
    return (const void *)host.ptr;
}

/* ---- Blocks ---- */

static int broken_block(const struct capture_reader *reader, const char *what, struct error *err)
{
    error_set(err, ERROR_INPUT, "capture: block %" PRIu64 " at byte %" PRIu64 ": %s",
              reader->number, reader->offset, what);
    error_hint(err, "what comes before it was read");
    return ERROR_INPUT;
}

static int check_block(const struct capture_reader *reader, struct error *err)
{
    const struct capture_block *block = &reader->block;

    if (memcmp(block->magic, CAPTURE_BLOCK_MAGIC, sizeof(block->magic)) != 0)
        return broken_block(reader, tr("no block begins here"), err);
    if (block->size > CAPTURE_BLOCK_LIMIT || block->size == 0 || block->count == 0 ||
        block->stored > ZSTD_COMPRESSBOUND(CAPTURE_BLOCK_LIMIT))
        return broken_block(reader, tr("its size is out of range"), err);
    return 0;
}

static int unpack(struct capture_reader *reader, struct error *err)
{
    size_t size = reader->block.size, got;
    char *room;

    buf_reset(&reader->records);
    room = buf_reserve(&reader->records, size);
    if (!room)
        return buf_failed(&reader->records, "a block of the capture", err);
    got = ZSTD_decompressDCtx(reader->context, room, size,
                              reader->stored.ptr + sizeof(reader->block), reader->block.stored);
    if (ZSTD_isError(got) || got != size)
        return broken_block(reader, tr("it can't be decompressed"), err);
    reader->records.len = size;
    reader->at = 0;
    reader->count = 0;
    return 1;
}

/* 1: a block is there; 0: the file ends. */
static int read_block(struct capture_reader *reader, struct error *err)
{
    int r;

    buf_reset(&reader->stored);
    reader->offset = reader->next;
    reader->number++;
    r = read_on(reader, &reader->stored, sizeof(reader->block), err);
    if (r > 0) {
        memcpy(&reader->block, reader->stored.ptr, sizeof(reader->block));
        r = check_block(reader, err);
        if (r < 0)
            return r;
        r = read_on(reader, &reader->stored, reader->block.stored + CAPTURE_CHECKSUM_SIZE, err);
    }
    if (r < 0)
        return r;
    if (r == 0) {
        reader->cut = reader->stored.len > 0;
        reader->ended = true;
        return 0;
    }
    if (!is_intact(buf_view(&reader->stored)))
        return broken_block(reader, tr("its checksum is wrong"), err);
    reader->next += reader->stored.len;
    return unpack(reader, err);
}

static int broken_record(const struct capture_reader *reader, struct error *err)
{
    return error_wrap(err, "capture: block %" PRIu64 " at byte %" PRIu64 ": record %" PRIu32,
                      reader->number, reader->offset, reader->count + 1);
}

/* The record at `at` of the block. */
static int take_record(struct capture_reader *reader, const struct sensor_event **ret,
                       struct error *err)
{
    struct view left = view_sub(buf_view(&reader->records), reader->at, SENSOR_EVENT_LIMIT);
    uint32_t size = 0;

    if (left.len >= sizeof(size))
        memcpy(&size, left.ptr, sizeof(size));
    if (size > left.len) {
        error_set(err, ERROR_INPUT, "it lies behind the end of the block");
        return broken_record(reader, err);
    }
    if (record_check(view_sub(left, 0, size), err) < 0)
        return broken_record(reader, err);
    *ret = (const void *)left.ptr;
    reader->at += size;
    reader->count++;
    return 1;
}

static bool is_whole(const struct capture_reader *reader, const struct sensor_event *last)
{
    return reader->at < reader->records.len ||
           (reader->count == reader->block.count && last->time == reader->block.last_time);
}

static int read_record(struct capture_reader *reader, const struct sensor_event **ret,
                       struct error *err)
{
    const struct sensor_event *event = NULL;
    int r = 1;

    if (reader->at == reader->records.len)
        r = reader->ended ? 0 : read_block(reader, err);
    if (r > 0)
        r = take_record(reader, &event, err);
    if (r <= 0)
        return r;
    if ((reader->count == 1 && event->time != reader->block.first_time) || !is_whole(reader, event))
        return broken_block(reader, tr("its header does not fit its records"), err);
    *ret = event;
    return 1;
}

int capture_read(struct capture_reader *reader, const struct sensor_event **ret, struct error *err)
{
    int r;

    if (reader->failed)
        return error_set(err, reader->failed, "capture: reading has failed before");
    r = read_record(reader, ret, err);
    if (r < 0)
        reader->failed = r;
    return r;
}

bool capture_was_cut(const struct capture_reader *reader)
{
    return reader->cut;
}

void capture_reader_free(struct capture_reader *reader)
{
    if (!reader)
        return;
    close_p(&reader->fd);
    ZSTD_freeDCtx(reader->context);
    buf_done(&reader->header);
    buf_done(&reader->stored);
    buf_done(&reader->records);
    free(reader);
}
