#include "vulndb/import/bundle.h"

void bundle_add(struct buf *bundle, struct view name, struct view bytes)
{
    buf_add_bytes(bundle, name);
    buf_add_bytes(bundle, bytes);
}

bool bundle_next(struct cursor *bundle, struct view *ret_name, struct view *ret_bytes)
{
    if (cursor_left(bundle) == 0)
        return false;
    *ret_name = cursor_bytes(bundle);
    *ret_bytes = cursor_bytes(bundle);
    return !bundle->failed;
}
