#include <stdint.h>
#include <stdlib.h>

#include "inventory/rpm-header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf payload = BUF_INIT(16 << 20);
    struct package_list_reader list;
    struct rpm_reader reader;
    int r;

    rpm_reader_init(&reader, &payload);
    r = rpm_reader_add(&reader, view_from(data, size), NULL);
    list = package_list_read(buf_view(&payload));
    if (payload.len && (r < 0 || package_list_next(&list) != PACKAGE_LIST_PACKAGE ||
                        package_list_next(&list) != PACKAGE_LIST_END))
        abort();
    rpm_reader_done(&reader);
    buf_done(&payload);
    return 0;
}
