/* What workers or a cache say of layers: the merge must check it. Layers are
 * separated by "\nLAYER\n"; each begins behind its magic and generation. */
#include <stdint.h>

#include "hygiene/image-files.h"

enum { MEMORY = 64 << 20, LAYERS = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct view cut_layer(struct view *rest)
{
    static const struct view separator = VIEW("\nLAYER\n");
    ptrdiff_t at = view_find_view(*rest, separator);
    struct view layer = view_sub(*rest, 0, at < 0 ? rest->len : (size_t)at);

    *rest = at < 0 ? VIEW_EMPTY : view_sub(*rest, (size_t)at + separator.len, rest->len);
    return layer;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view rest = view_from(data, size), layers[LAYERS];
    struct arena *arena = arena_new(MEMORY);
    struct image_files files;
    size_t count = 0;

    while (rest.ptr && count < LAYERS) {
        struct buf bytes = BUF_INIT(MEMORY);

        buf_add_str(&bytes, "PLSMCEN1");
        buf_add_u64(&bytes, census_generation());
        buf_add(&bytes, cut_layer(&rest));
        layers[count++] = arena_copy(arena, buf_view(&bytes));
        buf_done(&bytes);
    }
    image_files_merge(layers, count, NULL, 0, arena, &files, NULL);
    arena_free(arena);
    return 0;
}
