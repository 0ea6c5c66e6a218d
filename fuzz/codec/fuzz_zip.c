/* Any bytes as a zip file: all members are read, and together they may not
 * give more than deflate can make of the file. */
#include "codec/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMBER_LIMIT = 1 << 20, MEMBERS = 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(zip_close_p) struct zip *zip = NULL;
    _cleanup_(buf_done) struct buf body = BUF_INIT(MEMBER_LIMIT);
    struct zip_entry entry;
    uint64_t sum = 0;

    if (zip_open(view_from(data, size), &zip, NULL) < 0)
        return 0;
    for (int i = 0; i < MEMBERS && zip_next(zip, &entry, NULL) > 0; i++) {
        buf_reset(&body);
        if (zip_read(zip, &entry, &body, NULL) == 0 && body.len != entry.size)
            abort();
        sum += body.len;
    }
    if (sum > (uint64_t)ZIP_RATIO_LIMIT * size)
        abort();
    return 0;
}
