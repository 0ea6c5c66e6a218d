/* Any bytes as a line of a journal: what is read can be written, and reads the same. */
#include "sensor/respond/journal-line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(16 << 20);
    _cleanup_(buf_done) struct buf first = BUF_INIT(JOURNAL_LINE_LIMIT),
                                   second = BUF_INIT(JOURNAL_LINE_LIMIT);
    struct journal_entry entry, again;

    if (!arena || json_parser_new(&parser, NULL) < 0 ||
        !journal_line_read(parser, view_from(data, size), arena, &entry))
        return 0;
    journal_line_write(&entry, entry.time, &first);
    if (first.failed)
        return 0;
    if (!journal_line_read(parser, buf_view(&first), arena, &again))
        abort();
    journal_line_write(&again, again.time, &second);
    if (again.state != entry.state || !view_eq(buf_view(&first), buf_view(&second)))
        abort();
    return 0;
}
