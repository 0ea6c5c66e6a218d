/* Records found in any bytes are records: written again they are the same bytes. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "sensor/alert/spool-record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = view_from(data, size);
    struct spool_record record = {0};
    size_t before = 0;

    while (spool_record_find(bytes, record.end, &record)) {
        _cleanup_(buf_done) struct buf again = BUF_INIT(SPOOL_RECORD_HEAD + SPOOL_RECORD_LIMIT);
        size_t start = record.end - SPOOL_RECORD_HEAD - record.payload.len;

        spool_record_write(&again, record.sequence, record.payload);
        if (start < before || record.end > size ||
            !view_eq(buf_view(&again), view_sub(bytes, start, again.len)))
            abort();
        before = record.end;
    }
    return 0;
}
