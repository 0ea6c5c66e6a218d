#include "samples.h"

#include <bzlib.h>
#include <libdeflate.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zstd.h>

void sample_text(struct buf *to, size_t len)
{
    uint32_t state = 1;

    while (to->len < len) {
        state = state * 1664525 + 1013904223;
        buf_addf(to, "line %u of %s\n", state >> 20, state >> 31 ? "layer" : "package");
    }
    to->len = len;
}

void sample_gzip(struct view plain, struct buf *to)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(6);
    size_t room = libdeflate_gzip_compress_bound(compressor, plain.len);
    char *at = buf_reserve(to, room);

    to->len +=
        libdeflate_gzip_compress(compressor, plain.ptr ? plain.ptr : "", plain.len, at, room);
    libdeflate_free_compressor(compressor);
}

void sample_zstd(struct view plain, struct buf *to)
{
    size_t room = ZSTD_compressBound(plain.len);
    char *at = buf_reserve(to, room);
    ZSTD_CCtx *context = ZSTD_createCCtx();

    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    to->len += ZSTD_compress2(context, at, room, plain.ptr, plain.len);
    ZSTD_freeCCtx(context);
}

void sample_bzip2(struct view plain, struct buf *to)
{
    unsigned room = (unsigned)(plain.len + plain.len / 100 + 600);
    char *at = buf_reserve(to, room);

    if (BZ2_bzBuffToBuffCompress(at, &room, (char *)(plain.ptr ? plain.ptr : ""),
                                 (unsigned)plain.len, 9, 0, 0) == BZ_OK)
        to->len += room;
}

void sample_xz(struct view plain, struct buf *to)
{
    size_t room = lzma_stream_buffer_bound(plain.len), len = 0;
    uint8_t *at = (uint8_t *)buf_reserve(to, room);

    if (lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, (const uint8_t *)plain.ptr, plain.len,
                                at, &len, room) == LZMA_OK)
        to->len += len;
}

void sample_lz4(struct view plain, struct buf *to)
{
    LZ4F_preferences_t how = {.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled};
    size_t room = LZ4F_compressFrameBound(plain.len, &how);
    char *at = buf_reserve(to, room);

    to->len += LZ4F_compressFrame(at, room, plain.ptr, plain.len, &how);
}

struct chunk_stream {
    struct stream base;
    struct view left;
    size_t chunk;
    char *block;
};

static int chunk_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct chunk_stream *s = (struct chunk_stream *)stream;
    struct view part = view_sub(s->left, 0, s->chunk);

    free(s->block);
    s->block = malloc(part.len ? part.len : 1);
    if (!s->block)
        return error_memory(err);
    if (part.len)
        memcpy(s->block, part.ptr, part.len);
    s->left = view_sub(s->left, part.len, s->left.len);
    *ret_block = view_from(s->block, part.len);
    return 0;
}

static void chunk_free(struct stream *stream)
{
    free(((struct chunk_stream *)stream)->block);
    free(stream);
}

struct stream *sample_chunks(struct view bytes, size_t chunk)
{
    struct chunk_stream *s = calloc(1, sizeof(*s));

    if (!s)
        abort();
    s->base = (struct stream){.next = chunk_next, .free = chunk_free};
    s->left = bytes;
    s->chunk = chunk;
    return &s->base;
}
