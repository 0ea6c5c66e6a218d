/* An engine's answer about an image; behind a NUL byte, its history. */
#include "artifact/docker-engine-image.h"

enum { ARENA_LIMIT = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct view history = view_from(data, size), inspect = view_cut(&history, '\0');
    struct engine_image image;

    if (arena)
        engine_image_parse(inspect, history, arena, &image, NULL);
    return 0;
}
