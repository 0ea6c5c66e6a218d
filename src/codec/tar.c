#include "codec/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/path.h"

enum { HOLE_BLOCK = 64 << 10 };

static const char zeros[HOLE_BLOCK];

struct tar {
    struct stream *source;
    struct tar_limits limits;
    struct archive *archive;
    uint64_t entries;
    struct buf path;
    struct error source_error; /* of the stream below, kept across libarchive */
    /* The body of the current entry. */
    uint64_t size, given; /* bytes with holes, and those handed out */
    const char *block;    /* what libarchive gave last */
    size_t block_left;
    uint64_t block_offset;
    bool body_ended;
};

static ssize_t read_source(struct archive *archive, void *ctx, const void **ret)
{
    struct tar *tar = ctx;
    struct view block;

    if (stream_next(tar->source, &block, &tar->source_error) < 0) {
        archive_set_error(archive, EIO, "%s", tar->source_error.message);
        return -1;
    }
    *ret = block.ptr;
    return (ssize_t)block.len;
}

static int fail(struct tar *tar, struct error *err)
{
    const char *why = archive_error_string(tar->archive);

    if (error_is_set(&tar->source_error)) {
        if (err)
            *err = tar->source_error;
        return tar->source_error.kind;
    }
    if (archive_errno(tar->archive) == ENOMEM)
        return error_memory(err);
    return error_set(err, ERROR_INPUT, "tar: %s at offset %lld", why ? why : "malformed",
                     (long long)archive_filter_bytes(tar->archive, 0));
}

static int configure(struct tar *tar, struct error *err)
{
    struct archive *a = tar->archive;

    if (archive_read_support_format_tar(a) != ARCHIVE_OK ||
        archive_read_support_format_empty(a) != ARCHIVE_OK ||
        archive_read_set_options(a, "tar:!mac-ext") != ARCHIVE_OK)
        return error_set(err, ERROR_INTERNAL, "tar: %s", archive_error_string(a));
    archive_read_set_read_callback(a, read_source);
    archive_read_set_callback_data(a, tar);
    return archive_read_open1(a) < ARCHIVE_WARN ? fail(tar, err) : 0;
}

int tar_open(struct stream *source, const struct tar_limits *limits, struct tar **ret,
             struct error *err)
{
    struct tar *tar = calloc(1, sizeof(*tar));
    int r;

    if (!tar) {
        stream_free(source);
        return error_memory(err);
    }
    tar->source = source;
    tar->limits = limits ? *limits : (struct tar_limits){0};
    if (!tar->limits.entries)
        tar->limits.entries = TAR_ENTRIES_LIMIT;
    if (!tar->limits.header_run)
        tar->limits.header_run = TAR_HEADER_LIMIT;
    tar->path = BUF_INIT(PATH_LIMIT);
    tar->archive = archive_read_new();
    if (!tar->archive) {
        tar_free(tar);
        return error_memory(err);
    }
    r = configure(tar, err);
    if (r < 0) {
        tar_free(tar);
        return r;
    }
    *ret = tar;
    return 0;
}

void tar_free(struct tar *tar)
{
    if (!tar)
        return;
    archive_read_free(tar->archive);
    stream_free(tar->source);
    buf_done(&tar->path);
    free(tar);
}

static enum tar_type type_of(struct archive_entry *entry)
{
    if (archive_entry_hardlink(entry))
        return TAR_HARDLINK;
    switch (archive_entry_filetype(entry)) {
    case AE_IFDIR:
        return TAR_DIRECTORY;
    case AE_IFLNK:
        return TAR_SYMLINK;
    case AE_IFCHR:
        return TAR_CHARDEV;
    case AE_IFBLK:
        return TAR_BLOCKDEV;
    case AE_IFIFO:
        return TAR_FIFO;
    default:
        return TAR_FILE;
    }
}

static struct view link_of(struct archive_entry *entry, enum tar_type type)
{
    if (type == TAR_HARDLINK)
        return view_of(archive_entry_hardlink(entry));
    return type == TAR_SYMLINK ? view_of(archive_entry_symlink(entry)) : VIEW_EMPTY;
}

static int describe(struct tar *tar, struct archive_entry *entry, struct tar_entry *ret,
                    struct error *err)
{
    enum tar_type type = type_of(entry);
    struct view raw = view_of(archive_entry_pathname(entry));

    buf_reset(&tar->path);
    if (path_clean(raw, &tar->path, err) < 0)
        return error_wrap(err, "tar: entry %llu at offset %lld", (unsigned long long)tar->entries,
                          (long long)archive_read_header_position(tar->archive));
    *ret = (struct tar_entry){
        .type = type,
        .path = buf_view(&tar->path),
        .raw_path = raw,
        .link = link_of(entry, type),
        .mode = (uint32_t)(archive_entry_perm(entry) & 07777),
        .uid = (uint32_t)archive_entry_uid(entry),
        .gid = (uint32_t)archive_entry_gid(entry),
        .mtime = archive_entry_mtime(entry),
        .size = type == TAR_FILE ? (uint64_t)archive_entry_size(entry) : 0,
        .header_offset = (uint64_t)archive_read_header_position(tar->archive),
        .data_offset = (uint64_t)archive_filter_bytes(tar->archive, 0),
        .sparse = archive_entry_sparse_count(entry) > 0,
    };
    return 1;
}

int tar_next(struct tar *tar, struct tar_entry *ret, struct error *err)
{
    struct archive_entry *entry;
    int r = archive_read_next_header(tar->archive, &entry);

    tar->block = NULL;
    tar->block_left = 0;
    tar->given = tar->size = 0;
    tar->body_ended = true;
    if (r == ARCHIVE_EOF)
        return 0;
    if (r < ARCHIVE_WARN)
        return fail(tar, err);
    if (++tar->entries > tar->limits.entries)
        return error_set(err, ERROR_LIMIT, "tar: more than %llu entries",
                         (unsigned long long)tar->limits.entries);
    r = describe(tar, entry, ret, err);
    if (r > 0) {
        tar->size = ret->size;
        tar->body_ended = ret->type != TAR_FILE;
        if (ret->data_offset - ret->header_offset > tar->limits.header_run)
            return error_set(err, ERROR_LIMIT,
                             "tar: the headers of %.*s are larger than %llu bytes",
                             VIEW_ARG(ret->path), (unsigned long long)tar->limits.header_run);
    }
    return r;
}

/* Asks libarchive for the next part of the body. */
static int fetch_block(struct tar *tar, struct error *err)
{
    const void *bytes;
    size_t len;
    int64_t offset;
    int r = archive_read_data_block(tar->archive, &bytes, &len, &offset);

    if (r == ARCHIVE_EOF) {
        tar->body_ended = true;
        return 0;
    }
    if (r < ARCHIVE_WARN)
        return fail(tar, err);
    tar->block = bytes;
    tar->block_left = len;
    tar->block_offset = (uint64_t)offset;
    return 0;
}

static struct view hole(struct tar *tar, uint64_t end)
{
    uint64_t len = end - tar->given;

    if (len > HOLE_BLOCK)
        len = HOLE_BLOCK;
    tar->given += len;
    return view_from(zeros, (size_t)len);
}

int tar_read(struct tar *tar, struct view *ret_block, struct error *err)
{
    while (tar->block_left == 0 && !tar->body_ended) {
        int r = fetch_block(tar, err);

        if (r < 0)
            return r;
    }
    if (tar->block_left && tar->block_offset > tar->given) {
        *ret_block = hole(tar, tar->block_offset);
        return 0;
    }
    if (tar->block_left) {
        *ret_block = view_from(tar->block, tar->block_left);
        tar->given += tar->block_left;
        tar->block_left = 0;
        return 0;
    }
    *ret_block = tar->given < tar->size ? hole(tar, tar->size) : VIEW_EMPTY;
    return 0;
}

int tar_read_all(struct tar *tar, struct buf *to, struct error *err)
{
    for (;;) {
        struct view block;
        int r = tar_read(tar, &block, err);

        if (r < 0 || block.len == 0)
            return r;
        buf_add(to, block);
        if (to->failed)
            return buf_failed(to, "the file", err);
    }
}
