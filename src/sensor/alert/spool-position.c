#include "sensor/alert/spool-position.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/cursor.h"
#include "base/hash.h"
#include "sensor/alert/spool-record.h"

/* magic, generation, next, XXH3 of these */
enum { SLOT_SIZE = 32, CHECKED_SIZE = 24 };

static const char magic[8] = {'P', 'L', 'S', 'P', 'O', 'S', '1', '\0'};

static void read_slot(struct spool_position *position, struct view slot)
{
    struct cursor c = cursor_of(slot);
    bool is_magic = view_eq(cursor_take(&c, sizeof(magic)), view_from(magic, sizeof(magic)));
    uint64_t generation = cursor_u64(&c), next = cursor_u64(&c), check = cursor_u64(&c);

    if (c.failed || !is_magic || check != hash_stable(view_sub(slot, 0, CHECKED_SIZE)) ||
        next >= SPOOL_SEQUENCE_LIMIT || generation < position->generation)
        return;
    position->generation = generation;
    position->next = next;
}

int spool_position_open(int directory, struct spool_position *ret, struct error *err)
{
    struct spool_position position = SPOOL_POSITION_INIT;
    char slots[2 * SLOT_SIZE];
    ssize_t len;

    position.fd = openat(directory, "position", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (position.fd < 0)
        return error_errno(err, "cannot open the position of a spool");
    len = pread(position.fd, slots, sizeof(slots), 0);
    if (len >= SLOT_SIZE)
        read_slot(&position, view_from(slots, SLOT_SIZE));
    if (len == 2 * SLOT_SIZE)
        read_slot(&position, view_from(slots + SLOT_SIZE, SLOT_SIZE));
    *ret = position;
    return 0;
}

void spool_position_done(struct spool_position *position)
{
    if (position->fd >= 0)
        close(position->fd);
    *position = SPOOL_POSITION_INIT;
}

void spool_position_set(struct spool_position *position, uint64_t next)
{
    _cleanup_(buf_done) struct buf slot = BUF_INIT(SLOT_SIZE);

    position->next = next;
    position->generation++;
    buf_add(&slot, view_from(magic, sizeof(magic)));
    buf_add_u64(&slot, position->generation);
    buf_add_u64(&slot, next);
    buf_add_u64(&slot, hash_stable(buf_view(&slot)));
    if (position->fd < 0 || slot.failed)
        return;
    if (pwrite(position->fd, slot.ptr, slot.len, (position->generation & 1) * SLOT_SIZE) < 0)
        position->generation--; /* the same slot again: the other one is whole */
}
