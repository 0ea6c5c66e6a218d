/* Any bytes as XML: starts and ends must pair up, in whatever blocks they come. */
#include "base/hash.h"
#include "chunks.h"
#include "codec/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    unsigned depth;
    uint64_t hash;
};

static int on_start(void *ctx, struct view name, const struct xml_attributes *attributes,
                    struct error *err)
{
    struct seen *seen = ctx;

    (void)err;
    if (++seen->depth > XML_DEPTH_LIMIT || view_find(name, ':') >= 0)
        abort();
    seen->hash = seen->hash * 31 + hash_stable(name) + hash_stable(xml_attribute(attributes, "id"));
    return 0;
}

static int on_end(void *ctx, struct view name, struct error *err)
{
    struct seen *seen = ctx;

    (void)err;
    if (seen->depth-- == 0)
        abort();
    seen->hash = seen->hash * 37 + hash_stable(name);
    return 0;
}

static int on_text(void *ctx, struct view text, struct error *err)
{
    struct seen *seen = ctx;

    (void)err;
    if (seen->depth == 0)
        abort();
    for (size_t i = 0; i < text.len; i++)
        seen->hash = seen->hash * 41 + (unsigned char)text.ptr[i];
    return 0;
}

static int read_chunks(struct view bytes, size_t chunk, struct seen *seen)
{
    static const struct xml_handler handler = {on_start, on_end, on_text};
    _cleanup_(stream_free_p) struct stream *stream = chunks_of(bytes, chunk);

    return xml_read(stream, &handler, seen, NULL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = view_from(data, size);
    struct seen whole = {0}, parts = {0};
    int r = read_chunks(bytes, size ? size : 1, &whole);

    if (r == 0 && whole.depth != 0)
        abort();
    if ((read_chunks(bytes, 1 + size % 7, &parts) == 0) != (r == 0) ||
        (r == 0 && whole.hash != parts.hash))
        abort();
    return 0;
}
