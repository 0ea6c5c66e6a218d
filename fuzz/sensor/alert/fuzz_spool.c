/* A spool that was left in any state: it opens, gives whole records in order, takes new ones,
 * and in the end everything is delivered or lost.
 *
 * The input is the position file (64 bytes), then segments: a byte for the name, two for the
 * length, the bytes. Records are repaired: a check of zero is replaced by the right one, so that
 * more than headers is reached. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cursor.h"
#include "sensor/alert/spool.h"

enum { POSITION_SIZE = 64, SEGMENTS = 4, NAME_SIZE = 128, RECORD_MAGIC = 4 };

static char directory[] = "/tmp/plimsoll-fuzz-spool-XXXXXX";

static void remove_directory(void)
{
    char command[NAME_SIZE];

    snprintf(command, sizeof(command), "rm -rf %s", directory);
    if (system(command))
        abort();
}

static void write_file(const char *name, struct view bytes)
{
    char path[NAME_SIZE];
    int fd;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, bytes.ptr ? bytes.ptr : "", bytes.len) != (ssize_t)bytes.len)
        abort();
    close(fd);
}

/* "rLLSpayload": a whole record of LL bytes with the sequence number S. */
static struct view repair(struct view bytes, struct buf *to)
{
    struct cursor c = cursor_of(bytes);

    buf_add(to, VIEW("PLSPOOL1"));
    while (cursor_left(&c)) {
        uint8_t kind = cursor_u8(&c);
        uint16_t length;
        uint8_t sequence;

        if (kind != 'r') {
            buf_add_u8(to, kind);
            continue;
        }
        length = cursor_u16(&c) % 512;
        sequence = cursor_u8(&c);
        spool_record_write(to, sequence, cursor_take(&c, length));
    }
    return buf_view(to);
}

static void write_state(struct view bytes)
{
    struct cursor c = cursor_of(bytes);

    write_file("position", view_sub(bytes, 0, POSITION_SIZE));
    cursor_skip(&c, POSITION_SIZE);
    for (int i = 0; i < SEGMENTS && cursor_left(&c); i++) {
        _cleanup_(buf_done) struct buf segment = BUF_INIT(1 << 20);
        char name[NAME_SIZE];
        uint16_t length;

        snprintf(name, sizeof(name), "%016x.spool", cursor_u8(&c));
        length = cursor_u16(&c);
        write_file(
            name,
            repair(cursor_take(&c, length < cursor_left(&c) ? length : cursor_left(&c)), &segment));
    }
}

static void use(struct spool *spool)
{
    struct spool_batch batch = SPOOL_BATCH_INIT;
    struct spool_counts counts;
    uint64_t delivered = 0;

    if (spool_add(spool, VIEW("new"), NULL) < 0)
        abort();
    for (;;) {
        spool_peek(spool, 3, 1 << 16, &batch);
        if (batch.count == 0)
            break;
        delivered += batch.count;
        spool_acknowledge(spool, batch.count);
    }
    counts = spool_counts(spool);
    if (delivered == 0 || counts.waiting)
        abort();
    spool_batch_done(&batch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool made;
    struct spool *spool = NULL;

    if (!made) {
        if (!mkdtemp(directory))
            abort();
        atexit(remove_directory);
        made = true;
    }
    write_state(view_from(data, size));
    if (spool_open(directory, SPOOL_LIMIT_LEAST, &spool, NULL) == 0)
        use(spool);
    spool_close(spool);
    return 0;
}
