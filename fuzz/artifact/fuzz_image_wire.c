/* The compact form of documents, as a worker that was taken over might write it. */
#include <stdlib.h>

#include "artifact/image-json.h"
#include "codec/digest.h"

enum { ARENA = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA);
    _cleanup_(buf_done) struct buf wire = BUF_INIT(ARENA);
    struct image_document document;
    struct digest digest;

    if (image_json_decode(view_from(data, size), arena, &document, NULL) < 0)
        return 0;
    if (document.kind == IMAGE_DOCUMENT_MANIFEST)
        for (size_t i = 0; i < document.manifest.layer_count; i++)
            if (!digest_parse(document.manifest.layers[i].digest, &digest))
                abort();
    image_json_encode(&document, &wire);
    if (image_json_decode(buf_view(&wire), arena, &document, NULL) < 0)
        abort();
    return 0;
}
