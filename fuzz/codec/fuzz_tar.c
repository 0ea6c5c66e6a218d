/* Any bytes as a tar, walked with and without reading the bodies: the same
 * entries must come, and no name may leave the root. */
#include "base/hash.h"
#include "base/path.h"
#include "chunks.h"
#include "codec/tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HOLES_LIMIT = 1 << 20 };

static void check_path(struct view path)
{
    if (path.len > PATH_LIMIT)
        abort();
    while (path.len) {
        struct view part = view_cut(&path, '/');

        if (part.len == 0 || view_eq(part, VIEW(".")) || view_eq(part, VIEW("..")))
            abort();
    }
}

static int read_body(struct tar *tar, uint64_t size)
{
    uint64_t sum = 0;
    struct view block;

    do {
        int r = tar_read(tar, &block, NULL);

        if (r < 0)
            return r;
        sum += block.len;
    } while (block.len);
    if (sum != size)
        abort();
    return 0;
}

/* What the walk saw, as one number; `*ret_count` entries. */
static uint64_t walk(struct stream *source, bool read, size_t *ret_count)
{
    static const struct tar_limits limits = {.holes = HOLES_LIMIT};
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    uint64_t seen = 0;
    struct tar_entry entry;
    int r = tar_open(source, &limits, &tar, NULL);

    for (*ret_count = 0; r >= 0 && tar_next(tar, &entry, NULL) > 0; (*ret_count)++) {
        check_path(entry.path);
        if (entry.header_offset + 512 > entry.data_offset ||
            (entry.type != TAR_FILE && entry.size != 0))
            abort();
        seen = seen * 31 + hash_stable(entry.path) + hash_stable(entry.link) + entry.size;
        if (read)
            r = read_body(tar, entry.size);
    }
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = view_from(data, size);
    struct stream *source;
    size_t count, again, skipped;
    uint64_t seen = walk(chunks_of(bytes, 4096), false, &count);

    if (walk(chunks_of(bytes, 1 + size % 700), false, &again) != seen || count != again)
        abort();
    if (stream_open_view(bytes, &source, NULL) < 0)
        return 0;
    if (walk(source, false, &skipped) != seen || skipped != count)
        abort();
    walk(chunks_of(bytes, 1000), true, &again);
    if (again > count)
        abort();
    return 0;
}
