/* A stream of bytes that is pulled block by block.
 *
 * next() hands out a view that is valid until the next call; an empty block
 * is the end. A stream owns the stream it reads from, and frees it. One
 * thread at a time. Errors and the end are final: after one, stream_next()
 * repeats it without asking the stream again.
 *
 * gzip (RFC 1952, several members, ISA-L), zstd (RFC 8878, several frames,
 * skippable ones too), bzip2 and xz (several streams), and lz4 (several frames) are
 * recognised by their first bytes; anything else passes through. Checksums and
 * lengths are verified. Input that ends within a member is an error. Zero
 * bytes behind the last gzip member or bzip2 stream are padding (tapes and
 * block devices leave them); any other bytes there are an error, because what
 * other readers make of them differs. None of the decoders opens files,
 * reads the locale or starts threads.
 */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum {
    STREAM_BLOCK = 256 << 10,           /* bytes of one block of a file or view, at most */
    STREAM_DECODED_BLOCK = 512 << 10,   /* the same for a decoder */
    STREAM_ZSTD_WINDOW_LOG_LIMIT = 27,  /* 128 MiB, as zstd -d has it */
    STREAM_XZ_MEMORY_LIMIT = 128 << 20, /* bytes; xz -9 needs 65 MiB */
};

struct stream {
    int (*next)(struct stream *stream, struct view *ret_block, struct error *err);
    void (*free)(struct stream *stream); /* takes what it wraps along */
    /* Optional (NULL): passes over up to `count` bytes without reading them. */
    int (*skip)(struct stream *stream, uint64_t count, uint64_t *ret_skipped, struct error *err);
    struct error failure; /* kept by stream_next(); starts zeroed */
    bool ended;           /* so does this */
};

/* The next block; empty at the end. */
int stream_next(struct stream *stream, struct view *ret_block, struct error *err);
/* Passes over up to `count` bytes by seeking, where the source is a file or
 * memory that is not compressed. `*ret_skipped` says how many; what is left (0
 * skipped where nothing can seek) is to be read. */
int stream_skip(struct stream *stream, uint64_t count, uint64_t *ret_skipped, struct error *err);
void stream_free(struct stream *stream);
DEFINE_CLEANUP(struct stream, stream_free)
/* Everything up to the end, within the buffer's limit. */
int stream_read_all(struct stream *stream, struct buf *to, struct error *err);

/* Reads `fd` (not owned). With `offset` >= 0 by pread from there, at most
 * `length` bytes (-1: to the end); with -1 by read, for pipes. */
int stream_open_fd(int fd, off_t offset, int64_t length, struct stream **ret, struct error *err);
/* Bytes in memory, not owned. */
int stream_open_view(struct view bytes, struct stream **ret, struct error *err);

enum stream_format {
    STREAM_PLAIN,
    STREAM_GZIP,
    STREAM_ZSTD,
    STREAM_BZIP2,
    STREAM_XZ,
    STREAM_LZ4,
};

enum { STREAM_MAGIC_SIZE = 10 }; /* bytes that tell the formats apart */
/* What begins with these bytes: STREAM_MAGIC_SIZE of them, fewer only at the end. */
enum stream_format stream_sniff(struct view start);

/* Sniffs the first bytes of `source` and wraps it in the decoder they ask
 * for. Takes `source` over, on failure too. `limit`: bytes of output, past
 * which reading fails with ERROR_LIMIT (a decompression bomb). */
int stream_open_decoded(struct stream *source, uint64_t limit, enum stream_format *ret_format,
                        struct stream **ret, struct error *err);
