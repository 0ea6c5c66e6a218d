/* What a worker answers to a scan of configuration: records that were read
 * are written again, and what that gives reads the same. */
#include <stdint.h>
#include <stdlib.h>

#include "scan/config-op.h"

enum { MEMORY = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_all(struct view bytes, struct arena *arena, struct buf *to)
{
    struct cursor c = cursor_of(bytes);
    struct config_record record;

    while (config_record_next(&c, arena, &record))
        config_record_add(to, &record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(MEMORY);
    struct buf once = BUF_INIT(MEMORY), twice = BUF_INIT(MEMORY);

    write_all(view_from(data, size), arena, &once);
    write_all(buf_view(&once), arena, &twice);
    if (!once.failed && !twice.failed && arena_failed(arena, "records", NULL) == 0 &&
        !view_eq(buf_view(&once), buf_view(&twice)))
        abort();
    buf_done(&once);
    buf_done(&twice);
    arena_free(arena);
    return 0;
}
