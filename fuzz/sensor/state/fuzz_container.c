/* Any bytes as what a runtime said: what is read can be written, and reads the same. */
#include "sensor/abi/event.h"
#include "sensor/state/container.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_metadata(const struct container_metadata *metadata, struct buf *to)
{
    struct container container = {.knowledge = CONTAINER_KNOWN, .metadata = metadata};

    container_metadata_write(&container, to);
    if (to->failed || to->len > CONTAINER_JSON_LIMIT)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(8 << 20);
    _cleanup_(buf_done) struct buf first = BUF_INIT(1 << 20), second = BUF_INIT(1 << 20);
    const struct container_metadata *metadata, *again;

    if (!arena || container_metadata_read(view_from(data, size), arena, &metadata, NULL) < 0)
        return 0;
    write_metadata(metadata, &first);
    if (container_metadata_read(buf_view(&first), arena, &again, NULL) < 0)
        abort();
    write_metadata(again, &second);
    if (!metadata->partial && !again->partial && !view_eq(buf_view(&first), buf_view(&second)))
        abort();
    return 0;
}
