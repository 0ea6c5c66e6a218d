#include "codec/stream.h"
#include "codec/tar.h"
#include "codec/zip.h"
#include "secret/scanner.h"

enum { TAR_MAGIC_AT = 257, SNIFF = 512 };

static bool is_tar(struct view start)
{
    return view_starts(view_sub(start, TAR_MAGIC_AT, 5), VIEW("ustar"));
}

static bool is_zip(struct view start)
{
    return view_starts(start, VIEW("PK\3\4")) || view_starts(start, VIEW("PK\5\6"));
}

bool archive_is(struct view start)
{
    return is_zip(start) || is_tar(start) ||
           stream_sniff(view_sub(start, 0, STREAM_MAGIC_SIZE)) != STREAM_PLAIN;
}

/* "outer.zip!/inner" */
static struct view member_path(const struct secret_scanner *s, struct view name, struct buf *to)
{
    buf_add(to, s->file->path);
    buf_add_str(to, "!/");
    buf_add(to, name);
    return to->failed ? s->file->path : buf_view(to);
}

/* False when no more may be unpacked. */
static bool spend(struct secret_scanner *s, uint64_t bytes)
{
    struct error why;

    s->unpacked += bytes;
    if (s->unpacked <= SECRET_ARCHIVE_LIMIT)
        return true;
    error_set(&why, ERROR_LIMIT, "the archive holds more than %d MiB; the rest is not looked into",
              SECRET_ARCHIVE_LIMIT >> 20);
    scanner_tell(s, &why);
    return false;
}

/* ---- zip ---- */

static void scan_zip_member(struct secret_scanner *s, struct zip *zip,
                            const struct zip_entry *entry)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(SECRET_ARCHIVE_FILE_LIMIT);
    _cleanup_(buf_done) struct buf path = BUF_INIT(SCANNER_PATH_LIMIT);
    struct error why = ERROR_INIT;
    struct file_state state, *before;
    struct view name = member_path(s, entry->name, &path);
    int r = zip_read(zip, entry, &bytes, &why);

    before = scanner_enter(s, &state, name);
    if (r < 0)
        scanner_tell(s, &why);
    else
        scanner_whole(s, buf_view(&bytes));
    scanner_leave(s, before);
}

static bool scan_zip(struct secret_scanner *s, struct view bytes)
{
    _cleanup_(zip_close_p) struct zip *zip = NULL;
    struct error why = ERROR_INIT;
    struct zip_entry entry;
    int r;

    if (zip_open(bytes, &zip, &why) < 0)
        return false;
    while ((r = zip_next(zip, &entry, &why)) == 1) {
        if (entry.directory || entry.size == 0)
            continue;
        if (!spend(s, entry.size))
            return true;
        scan_zip_member(s, zip, &entry);
    }
    if (r < 0)
        scanner_tell(s, &why);
    return true;
}

/* ---- tar and compressed files ---- */

static int scan_tar_member(struct secret_scanner *s, struct tar *tar, const struct tar_entry *entry,
                           struct error *err)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(SCANNER_PATH_LIMIT);
    struct file_state state;
    struct file_state *before = scanner_enter(s, &state, member_path(s, entry->path, &path));
    struct view block;
    int r;

    while ((r = tar_read(tar, &block, err)) == 0 && block.len && spend(s, block.len))
        scanner_add(s, block);
    scanner_finish(s);
    scanner_leave(s, before);
    return r;
}

static void scan_tar(struct secret_scanner *s, struct tar *tar)
{
    struct error why = ERROR_INIT;
    struct tar_entry entry;
    int r;

    while ((r = tar_next(tar, &entry, &why)) == 1 && s->unpacked <= SECRET_ARCHIVE_LIMIT) {
        if (entry.type != TAR_FILE || entry.size == 0)
            continue;
        r = scan_tar_member(s, tar, &entry, &why);
        if (r < 0)
            break;
    }
    if (r < 0)
        scanner_tell(s, &why);
}

/* The name of what "notes.txt.gz" holds. */
static struct view without_suffix(struct view path)
{
    struct view name = view_sub(path, (size_t)(view_rfind(path, '/') + 1), path.len);
    ptrdiff_t dot = view_rfind(name, '.');

    return view_sub(name, 0, dot > 0 ? (size_t)dot : name.len);
}

static void scan_compressed(struct secret_scanner *s, struct stream *stream)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(SCANNER_PATH_LIMIT);
    struct error why = ERROR_INIT;
    struct file_state state;
    struct file_state *before =
        scanner_enter(s, &state, member_path(s, without_suffix(s->file->path), &path));
    struct view block;
    int r;

    while ((r = stream_next(stream, &block, &why)) == 0 && block.len && spend(s, block.len))
        scanner_add(s, block);
    if (r < 0)
        scanner_tell(s, &why);
    scanner_finish(s);
    scanner_leave(s, before);
}

static int open_decoded(struct view bytes, struct stream **ret, struct error *err)
{
    enum stream_format format;
    struct stream *source;
    int r = stream_open_view(bytes, &source, err);

    return r < 0 ? r : stream_open_decoded(source, SECRET_ARCHIVE_LIMIT, &format, ret, err);
}

/* What the decoder gives first; false when it gives nothing. */
static bool peek(struct view bytes, bool *ret_tar)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    struct view block = VIEW_EMPTY;

    if (open_decoded(bytes, &stream, NULL) < 0 || stream_next(stream, &block, NULL) < 0)
        return false;
    *ret_tar = is_tar(view_sub(block, 0, SNIFF));
    return block.len > 0;
}

bool archive_scan(struct secret_scanner *s, struct view bytes)
{
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    bool holds_tar = false;

    if (is_zip(bytes))
        return scan_zip(s, bytes);
    if (!peek(bytes, &holds_tar) || open_decoded(bytes, &stream, NULL) < 0)
        return false;
    if (!holds_tar) {
        scan_compressed(s, stream);
        return true;
    }
    if (tar_open(take_ptr(&stream), NULL, &tar, NULL) < 0)
        return false;
    scan_tar(s, tar);
    return true;
}
