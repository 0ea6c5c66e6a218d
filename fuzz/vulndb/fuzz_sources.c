/* A list of sources, as a user may write it. */
#include <assert.h>

#include "vulndb/sources.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source_list *list = NULL;
    struct error err = ERROR_INIT;
    int r = source_list_parse(view_from(data, size), "/etc", size % 2 ? "/srv" : NULL, &list, &err);

    assert((r < 0) == error_is_set(&err));
    for (size_t i = 0; r == 0 && i < source_list_count(list); i++) {
        const struct source *source = source_list_at(list, i);

        assert(source->name && !source->url != !source->path);
    }
    source_list_free(list);
    return 0;
}
