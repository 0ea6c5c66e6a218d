/* What a worker says of an image: its findings, and the malware of a layer.
 * Reading must check it; the first byte chooses. */
#include <stdint.h>
#include <stdlib.h>

#include "scan/image-check-op.h"
#include "scan/layer-section.h"
#include "scan/malware-section.h"

enum { RULES = 10, LIMIT = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_records(struct view bytes)
{
    struct cursor c = cursor_of(bytes);
    struct image_check_record record;

    while (image_check_record_next(&c, &record)) {
        struct buf again = BUF_INIT(LIMIT);
        struct image_check_record same;
        struct cursor copy;

        image_check_record_add(&again, &record);
        copy = cursor_of(buf_view(&again));
        if (!image_check_record_next(&copy, &same) || same.rule != record.rule ||
            !view_eq(same.message, record.message))
            abort();
        buf_done(&again);
    }
}

static void read_malware(struct view bytes)
{
    struct buf section = BUF_INIT(LIMIT);
    struct malware_record record;
    struct cursor c;

    malware_section_start(&section);
    buf_add(&section, bytes);
    if (!malware_section_open(buf_view(&section), &c))
        abort();
    while (malware_section_next(&c, RULES, &record))
        if (record.kind == MALWARE_RECORD_MATCH && record.match.rule >= RULES)
            abort();
    buf_done(&section);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = view_from(data, size), sections[LAYER_SECTION_COUNT];

    if (size == 0)
        return 0;
    bytes = view_sub(bytes, 1, bytes.len);
    if (data[0] % 3 == 0)
        read_records(bytes);
    else if (data[0] % 3 == 1)
        read_malware(bytes);
    else
        layer_sections_read(bytes, sections);
    return 0;
}
