/* The output of helm, cut into pieces: together they are the whole. */
#include <stdint.h>
#include <stdlib.h>

#include "scan/config-render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view all = view_from(data, size), rest = all;
    struct config_rendered piece;
    size_t at = 0;

    while (config_rendered_next(&rest, &piece)) {
        if (piece.text.len == 0 || piece.text.ptr != all.ptr + at)
            abort();
        at += piece.text.len;
    }
    if (size && at != size)
        abort();
    return 0;
}
