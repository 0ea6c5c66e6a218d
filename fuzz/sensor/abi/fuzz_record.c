/* Any bytes as a record: what is checked can be read whole, and made again. */
#include "base/cleanup.h"
#include "sensor/abi/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same record, from its parts. */
static void make_again(const struct sensor_event *event, struct view bytes)
{
    _cleanup_(buf_done) struct buf again = BUF_INIT(2 * SENSOR_EVENT_LIMIT);
    size_t begin = record_begin(&again, event);

    for (const struct sensor_parameter *p = NULL; (p = record_next(event, p));) {
        struct view found;

        if (record_find(event, p->kind, p->index, &found) && found.len &&
            (found.ptr < bytes.ptr || found.ptr + found.len > bytes.ptr + bytes.len))
            abort();
        record_add(&again, p->kind, p->index, p->flags, record_bytes(p));
    }
    record_end(&again, begin);
    if (record_check(buf_view(&again), NULL) < 0 || again.len != bytes.len)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ void *aligned = malloc(size ? size : 1);
    struct view bytes = view_from(aligned, size);

    if (!aligned)
        return 0;
    if (size)
        memcpy(aligned, data, size);
    if (record_check(bytes, NULL) == 0)
        make_again(aligned, bytes);
    return 0;
}
