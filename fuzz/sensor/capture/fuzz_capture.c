/* Any bytes as a capture file, and any bytes as the records of a well-made one:
 * whatever is read is a checked record. Written again it reads the same. */
#include <sys/mman.h>
#include <zstd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "sensor/abi/record.h"
#include "sensor/capture/capture.h"
#include "sensor/capture/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int open_bytes(struct view bytes)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);

    if (fd < 0 || fd_write_all(fd, bytes, NULL) < 0 || lseek(fd, 0, SEEK_SET) < 0)
        abort();
    return fd;
}

/* Gives a hash of all records. */
static uint64_t read_all(int fd, struct capture_writer *again)
{
    _cleanup_(capture_reader_free_p) struct capture_reader *reader = NULL;
    const struct sensor_event *event;
    uint64_t hash = 0;

    if (capture_reader_new(fd, &reader, NULL) < 0)
        return 0;
    while (capture_read(reader, &event, NULL) > 0) {
        struct view bytes = view_from(event, event->size);

        if (record_check(bytes, NULL) < 0)
            abort();
        hash = hash * 31 + hash_stable(bytes);
        if (again && capture_write(again, event, NULL) < 0)
            abort();
    }
    return hash;
}

static void read_and_write(struct view bytes)
{
    struct sensor_host host = {0};
    struct capture_writer *writer = NULL;
    int fd = open_bytes(VIEW_EMPTY);
    uint64_t hash;

    if (capture_writer_new(dup(fd), &host, VIEW("fuzz"), 0, &writer, NULL) < 0)
        abort();
    hash = read_all(open_bytes(bytes), writer);
    capture_writer_free(writer);
    if (lseek(fd, 0, SEEK_SET) < 0 || read_all(fd, NULL) != hash)
        abort();
}

static void add_checksum(struct buf *to, size_t begin)
{
    buf_add_u64(to, hash_stable(view_sub(buf_view(to), begin, to->len)));
}

enum { CLAIMED = sizeof(uint32_t) + 2 * sizeof(uint64_t) }; /* count and times of a block */

/* A file with right checksums around any records: what is told of them is their start. */
static void wrap(struct view records, struct buf *to)
{
    struct capture_header header = {.magic = CAPTURE_MAGIC, .version = CAPTURE_VERSION};
    struct capture_block block = {.magic = CAPTURE_BLOCK_MAGIC};
    struct sensor_host host = {0};
    _cleanup_(buf_done) struct buf record = BUF_INIT(SENSOR_EVENT_LIMIT);
    char packed[1 << 16];
    size_t begin;

    begin = record_begin(&record, &(struct sensor_event){.kind = SENSOR_HOST});
    record_add(&record, SENSOR_HOST_PARAMETER, 0, 0, view_from(&host, sizeof(host)));
    record_end(&record, begin);
    header.length = (uint32_t)record.len;
    buf_add(to, view_from(&header, sizeof(header)));
    buf_add(to, buf_view(&record));
    add_checksum(to, 0);

    if (records.len >= CLAIMED)
        memcpy((char *)&block + sizeof(block) - CLAIMED, records.ptr, CLAIMED);
    records = view_sub(records, CLAIMED, records.len);
    block.size = (uint32_t)records.len;
    block.stored = (uint32_t)ZSTD_compress(packed, sizeof(packed), records.ptr, records.len, 1);
    begin = to->len;
    buf_add(to, view_from(&block, sizeof(block)));
    buf_add(to, view_from(packed, block.stored));
    add_checksum(to, begin);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(buf_done) struct buf file = BUF_INIT(1 << 20);
    struct view bytes = view_from(data, size);

    if (size > 1 << 15)
        return 0;
    read_and_write(bytes);
    wrap(bytes, &file);
    read_and_write(buf_view(&file));
    return 0;
}
