#include <inttypes.h>

#include "codec/stream-input.h"

/* The source with its first bytes looked at: what was read too early is
 * handed out again, a start shorter than the magic from a copy. */
struct sniffed_stream {
    struct stream base;
    struct stream *source;
    char magic[STREAM_MAGIC_SIZE];
    size_t magic_len;
    struct view start, first; /* handed out before the source is asked again */
};

static int sniffed_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct sniffed_stream *s = (struct sniffed_stream *)stream;
    struct view *pending = s->start.len ? &s->start : &s->first;

    if (pending->len == 0)
        return stream_next(s->source, ret_block, err);
    *ret_block = *pending;
    *pending = VIEW_EMPTY;
    return 0;
}

/* Without the bytes that were sniffed, which are few and better read. */
static int sniffed_skip(struct stream *stream, uint64_t count, uint64_t *ret_skipped,
                        struct error *err)
{
    struct sniffed_stream *s = (struct sniffed_stream *)stream;

    if (s->start.len == 0 && s->first.len == 0)
        return stream_skip(s->source, count, ret_skipped, err);
    return 0;
}

static void sniffed_free(struct stream *stream)
{
    struct sniffed_stream *s = (struct sniffed_stream *)stream;

    stream_free(s->source);
    free(s);
}

/* Reads until the magic is complete or the source ends. The block that
 * completes it is kept as `first`; short ones before it are copied. */
static int sniff(struct sniffed_stream *s, struct error *err)
{
    size_t copied = 0;

    while (s->magic_len < STREAM_MAGIC_SIZE) {
        struct view block;
        int r = stream_next(s->source, &block, err);

        if (r < 0)
            return r;
        if (block.len == 0)
            break;
        copied = s->magic_len;
        s->first = block;
        block = view_sub(block, 0, STREAM_MAGIC_SIZE - copied);
        memcpy(s->magic + copied, block.ptr, block.len);
        s->magic_len += block.len;
    }
    if (s->magic_len < STREAM_MAGIC_SIZE) { /* the source has ended; `first` is gone */
        copied = s->magic_len;
        s->first = VIEW_EMPTY;
    }
    s->start = view_from(s->magic, copied);
    return 0;
}

static int sniffed_open(struct stream *source, struct sniffed_stream **ret, struct error *err)
{
    struct sniffed_stream *s = calloc(1, sizeof(*s));
    int r;

    if (!s) {
        stream_free(source);
        return error_memory(err);
    }
    s->base = (struct stream){.next = sniffed_next, .free = sniffed_free, .skip = sniffed_skip};
    s->source = source;
    r = sniff(s, err);
    if (r < 0) {
        sniffed_free(&s->base);
        return r;
    }
    *ret = s;
    return 0;
}

/* The decoded stream, cut off at the limit. */
struct limited_stream {
    struct stream base;
    struct stream *inner;
    uint64_t limit, left;
};

static int count_down(struct limited_stream *s, uint64_t count, struct error *err)
{
    if (count <= s->left) {
        s->left -= count;
        return 0;
    }
    error_set(err, ERROR_LIMIT, "the unpacked content is larger than %" PRIu64 " bytes", s->limit);
    error_hint(err, "it may be a decompression bomb: look at it before you raise the limit");
    return ERROR_LIMIT;
}

static int limited_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct limited_stream *s = (struct limited_stream *)stream;
    int r = stream_next(s->inner, ret_block, err);

    return r < 0 ? r : count_down(s, ret_block->len, err);
}

static int limited_skip(struct stream *stream, uint64_t count, uint64_t *ret_skipped,
                        struct error *err)
{
    struct limited_stream *s = (struct limited_stream *)stream;
    int r = stream_skip(s->inner, count, ret_skipped, err);

    return r < 0 ? r : count_down(s, *ret_skipped, err);
}

static void limited_free(struct stream *stream)
{
    struct limited_stream *s = (struct limited_stream *)stream;

    stream_free(s->inner);
    free(s);
}

static int limited_open(struct stream *inner, uint64_t limit, struct stream **ret,
                        struct error *err)
{
    struct limited_stream *s = calloc(1, sizeof(*s));

    if (!s) {
        stream_free(inner);
        return error_memory(err);
    }
    s->base = (struct stream){.next = limited_next, .free = limited_free, .skip = limited_skip};
    s->inner = inner;
    s->limit = s->left = limit;
    *ret = &s->base;
    return 0;
}

static const struct format {
    enum stream_format format;
    struct view magic, mask; /* the mask is and-ed with what was read */
    int (*open)(struct stream *source, struct stream **ret, struct error *err);
} formats[] = {
    {STREAM_GZIP, VIEW("\x1f\x8b"), VIEW("\xff\xff"), stream_open_gzip},
    {STREAM_ZSTD, VIEW("\x28\xb5\x2f\xfd"), VIEW("\xff\xff\xff\xff"), stream_open_zstd},
    /* a skippable frame: 0x184D2A50 to 0x184D2A5F, little-endian */
    {STREAM_ZSTD, VIEW("\x50\x2a\x4d\x18"), VIEW("\xf0\xff\xff\xff"), stream_open_zstd},
    /* "BZh", the block size, and the magic of a block or of an empty stream */
    {STREAM_BZIP2, VIEW("BZh\x30\x31\x41\x59\x26\x53\x59"),
     VIEW("\xff\xff\xff\xf0\xff\xff\xff\xff\xff\xff"), stream_open_bzip2},
    {STREAM_BZIP2, VIEW("BZh\x30\x17\x72\x45\x38\x50\x90"),
     VIEW("\xff\xff\xff\xf0\xff\xff\xff\xff\xff\xff"), stream_open_bzip2},
    {STREAM_XZ,
     VIEW("\xfd"
          "7zXZ\0"),
     VIEW("\xff\xff\xff\xff\xff\xff"), stream_open_xz},
    {STREAM_LZ4, VIEW("\x04\x22\x4d\x18"), VIEW("\xff\xff\xff\xff"), stream_open_lz4},
};

static bool has_magic(struct view start, const struct format *format)
{
    if (start.len < format->magic.len)
        return false;
    for (size_t i = 0; i < format->magic.len; i++)
        if ((start.ptr[i] & format->mask.ptr[i]) != format->magic.ptr[i])
            return false;
    return true;
}

static const struct format *find_format(struct view start)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (has_magic(start, &formats[i]))
            return &formats[i];
    return NULL;
}

enum stream_format stream_sniff(struct view start)
{
    const struct format *format = find_format(start);

    return format ? format->format : STREAM_PLAIN;
}

int stream_open_decoded(struct stream *source, uint64_t limit, enum stream_format *ret_format,
                        struct stream **ret, struct error *err)
{
    struct sniffed_stream *sniffed = NULL;
    const struct format *format;
    struct stream *inner;
    int r = sniffed_open(source, &sniffed, err);

    if (r < 0)
        return r;
    format = find_format(view_from(sniffed->magic, sniffed->magic_len));
    inner = &sniffed->base;
    if (format)
        r = format->open(&sniffed->base, &inner, err);
    if (r >= 0)
        r = limited_open(inner, limit, ret, err);
    if (r >= 0 && ret_format)
        *ret_format = format ? format->format : STREAM_PLAIN;
    return r;
}
