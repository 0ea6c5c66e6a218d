/* Any bytes, decoded: in one block and in small ones, which must make no
 * difference to what comes out and whether it fails. */
#include "chunks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUTPUT_LIMIT = 8 << 20 };

static int decode(struct stream *source, enum stream_format *format, struct buf *to)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    int r = stream_open_decoded(source, OUTPUT_LIMIT, format, &stream, NULL);

    return r < 0 ? r : stream_read_all(stream, to, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(buf_done) struct buf whole = BUF_INIT(OUTPUT_LIMIT), parts = BUF_INIT(OUTPUT_LIMIT);
    struct view bytes = view_from(data, size);
    enum stream_format format = STREAM_PLAIN, again = STREAM_PLAIN;
    struct stream *source;
    int r;

    if (stream_open_view(bytes, &source, NULL) < 0)
        return 0;
    r = decode(source, &format, &whole);
    if (r == ERROR_MEMORY)
        return 0;
    if (decode(chunks_of(bytes, 1 + size % 13), &again, &parts) != r || format != again)
        abort();
    if (r == 0 && !view_eq(buf_view(&whole), buf_view(&parts)))
        abort();
    if (r == 0 && format == STREAM_PLAIN && !view_eq(buf_view(&whole), bytes))
        abort();
    return 0;
}
