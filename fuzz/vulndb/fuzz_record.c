/* Records as a sandboxed importer hands them over. What decodes must encode,
 * and to what decodes to the same bytes again. */
#include <assert.h>
#include <stdint.h>

#include "vulndb/record.h"

enum { LIMIT = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(LIMIT);
    _cleanup_(buf_done) struct buf first = BUF_INIT(LIMIT);
    _cleanup_(buf_done) struct buf second = BUF_INIT(LIMIT);
    struct cursor from = cursor_of(view_from(data, size));
    struct advisory advisory;

    while (record_decode(&from, arena, &advisory, NULL) == 0) {
        struct cursor again;

        first.len = second.len = 0;
        assert(record_encode(&advisory, &first, NULL) == 0);
        again = cursor_of(buf_view(&first));
        assert(record_decode(&again, arena, &advisory, NULL) == 0 && cursor_at_end(&again));
        assert(record_encode(&advisory, &second, NULL) == 0);
        assert(view_eq(buf_view(&first), buf_view(&second)));
        arena_reset(arena);
        if (cursor_at_end(&from))
            break;
    }
    return 0;
}
