/* A worker's frames: whatever arrives, members are well-formed and every
 * look-up in an index of them ends. */
#include <stdlib.h>

#include "artifact/archive-index.h"
#include "base/path.h"

enum { ARENA = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take_member(struct view payload, struct archive_index *index)
{
    struct cursor c = cursor_of(payload);
    struct archive_member m = {0};

    archive_member_get(&c, &m);
    if (!cursor_at_end(&c))
        return;
    if (m.path.len > PATH_LIMIT || view_starts(m.path, VIEW("/")) ||
        view_starts(m.path, VIEW("../")))
        abort();
    if (archive_index_add(index, &m, NULL) < 0)
        return;
    archive_index_find(index, m.path);
    archive_index_find(index, m.link);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA);
    _cleanup_(archive_index_free_p) struct archive_index *index = NULL;
    struct cursor c = cursor_of(view_from(data, size));

    if (archive_index_new(arena, &index, NULL) < 0)
        return 0;
    while (cursor_left(&c) >= ARCHIVE_FRAME_HEADER) {
        struct archive_frame frame;
        struct view header = cursor_take(&c, ARCHIVE_FRAME_HEADER);

        if (archive_frame_get(header.ptr, &frame, NULL) < 0)
            break;
        if (frame.length > ARCHIVE_FRAME_LIMIT)
            abort();
        if (frame.kind == ARCHIVE_FRAME_ENTRY)
            take_member(cursor_take(&c, frame.length), index);
        else
            cursor_skip(&c, frame.length);
    }
    return 0;
}
