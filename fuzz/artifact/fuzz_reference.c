/* Image names and platforms: what is accepted is accepted again in its full form. */
#include <stdlib.h>

#include "artifact/platform.h"
#include "artifact/reference.h"

enum { ARENA = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_platform(struct view text, struct arena *arena)
{
    struct platform first, second;

    if (platform_parse(text, arena, &first, NULL) < 0)
        return;
    if (platform_parse(platform_format(first, arena), arena, &second, NULL) < 0 ||
        platform_distance(first, second) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA);
    struct view text = view_from(data, size), full;
    struct reference first, second;

    check_platform(text, arena);
    reference_names(text, text);
    if (reference_parse(text, arena, &first, NULL) < 0)
        return 0;
    full = reference_format(&first, arena);
    if (reference_parse(full, arena, &second, NULL) < 0 ||
        !view_eq(full, reference_format(&second, arena)) || !reference_names(text, full))
        abort();
    return 0;
}
