/* What is asked of the worker that repairs, and what it answers: what was read
 * is written again, and what that gives reads the same. */
#include <stdint.h>
#include <stdlib.h>

#include "scan/harden-op.h"

enum { MEMORY = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_records(struct view bytes, struct buf *to)
{
    struct cursor c = cursor_of(bytes);
    struct harden_record record;

    while (harden_record_next(&c, &record))
        harden_record_write(to, &record);
}

/* Nothing for what is no request. */
static void write_request(struct view bytes, struct arena *arena, struct buf *to)
{
    struct harden_options options;

    if (harden_request_read(bytes, arena, &options, NULL) == 0)
        harden_request_write(to, &options);
}

/* The first byte says which of the two the others are. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(MEMORY);
    struct buf once = BUF_INIT(MEMORY), twice = BUF_INIT(MEMORY);
    struct view bytes = size ? view_from(data + 1, size - 1) : VIEW_EMPTY;

    if (size && data[0] == 'q') {
        write_request(bytes, arena, &once);
        write_request(buf_view(&once), arena, &twice);
    } else {
        write_records(bytes, &once);
        write_records(buf_view(&once), &twice);
    }
    if (!once.failed && !twice.failed && arena_failed(arena, "records", NULL) == 0 &&
        !view_eq(buf_view(&once), buf_view(&twice)))
        abort();
    buf_done(&once);
    buf_done(&twice);
    arena_free(arena);
    return 0;
}
