/* Fields are read, written again, and read back the same. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "net/protobuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor c = cursor_of(view_from(data, size));

    for (struct protobuf_field f; protobuf_next(&c, &f);) {
        _cleanup_(buf_done) struct buf again = BUF_INIT(size + 32);
        struct protobuf_field back = {0};
        struct cursor copy;

        if (f.number == 0 || (f.type != PROTOBUF_BYTES && f.bytes.len))
            abort();
        if (f.type == PROTOBUF_BYTES)
            protobuf_add_bytes(&again, f.number, f.bytes);
        else
            protobuf_add_number(&again, f.number, f.value);
        copy = cursor_of(buf_view(&again));
        if (again.len && (!protobuf_next(&copy, &back) || back.number != f.number ||
                          back.value != f.value || !view_eq(back.bytes, f.bytes)))
            abort();
    }
    return 0;
}
