/* The Release, a line "%%", and the Packages it explains. */
#include "import-target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct view between = VIEW("\n%%\n");
    struct view bytes = view_from(data, size);
    ptrdiff_t at = view_find_view(bytes, between);

    if (at >= 0)
        fuzz_import(&importer_apt_lists, view_sub(bytes, (size_t)at + between.len, size),
                    view_sub(bytes, 0, (size_t)at));
    return 0;
}
