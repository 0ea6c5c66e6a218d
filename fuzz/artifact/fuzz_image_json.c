/* Documents of images; the first byte says what is expected. What is accepted
 * comes back the same from its compact form. */
#include <stdlib.h>

#include "artifact/image-json.h"

enum { ARENA = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA);
    _cleanup_(buf_done) struct buf first = BUF_INIT(ARENA), second = BUF_INIT(ARENA);
    struct image_document document, again;

    if (size < 1 || image_json_parse(view_from(data + 1, size - 1),
                                     (enum image_json_want)(data[0] % (IMAGE_JSON_LAYOUT + 1)),
                                     arena, &document, NULL) < 0)
        return 0;
    image_json_encode(&document, &first);
    if (image_json_decode(buf_view(&first), arena, &again, NULL) < 0)
        abort();
    image_json_encode(&again, &second);
    if (!view_eq(buf_view(&first), buf_view(&second)))
        abort();
    return 0;
}
