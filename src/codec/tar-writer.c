#include "codec/tar-writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <sys/stat.h>

struct tar_writer {
    struct archive *archive;
    struct archive_entry *entry;
};

static int fail(struct tar_writer *w, struct error *err)
{
    const char *why = archive_error_string(w->archive);

    return error_set(err, ERROR_IO, "cannot write a tar: %s", why ? why : "out of memory");
}

int tar_writer_new(int fd, struct tar_writer **ret, struct error *err)
{
    struct tar_writer *w = calloc(1, sizeof(*w));

    if (!w)
        return error_memory(err);
    w->archive = archive_write_new();
    w->entry = archive_entry_new();
    if (!w->archive || !w->entry) {
        tar_writer_free(w);
        return error_memory(err);
    }
    if (archive_write_set_format_pax_restricted(w->archive) != ARCHIVE_OK ||
        archive_write_set_options(w->archive, "hdrcharset=BINARY") != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(w->archive, 1) != ARCHIVE_OK ||
        archive_write_open_fd(w->archive, fd) != ARCHIVE_OK) {
        fail(w, err);
        tar_writer_free(w);
        return ERROR_IO;
    }
    *ret = w;
    return 0;
}

void tar_writer_free(struct tar_writer *w)
{
    if (!w)
        return;
    archive_entry_free(w->entry);
    archive_write_free(w->archive);
    free(w);
}

static mode_t file_type(enum tar_type type)
{
    switch (type) {
    case TAR_DIRECTORY:
        return S_IFDIR;
    case TAR_SYMLINK:
        return S_IFLNK;
    case TAR_FIFO:
        return S_IFIFO;
    case TAR_CHARDEV:
        return S_IFCHR;
    case TAR_BLOCKDEV:
        return S_IFBLK;
    default:
        return S_IFREG;
    }
}

int tar_writer_entry(struct tar_writer *w, enum tar_type type, struct view path, struct view link,
                     uint32_t mode, uint64_t size, struct error *err)
{
    _cleanup_free_ char *name = strndup(path.len ? path.ptr : "", path.len);
    _cleanup_free_ char *target = strndup(link.len ? link.ptr : "", link.len);

    if (!name || !target)
        return error_memory(err);
    archive_entry_clear(w->entry);
    archive_entry_set_pathname(w->entry, name);
    archive_entry_set_filetype(w->entry, file_type(type));
    archive_entry_set_perm(w->entry, mode & 07777);
    archive_entry_set_size(w->entry, type == TAR_FILE ? (int64_t)size : 0);
    if (type == TAR_SYMLINK)
        archive_entry_set_symlink(w->entry, target);
    if (type == TAR_HARDLINK)
        archive_entry_set_hardlink(w->entry, target);
    return archive_write_header(w->archive, w->entry) < ARCHIVE_WARN ? fail(w, err) : 0;
}

int tar_writer_body(struct tar_writer *w, struct view bytes, struct error *err)
{
    return archive_write_data(w->archive, bytes.ptr, bytes.len) < 0 ? fail(w, err) : 0;
}

int tar_writer_finish(struct tar_writer *w, struct error *err)
{
    return archive_write_close(w->archive) < ARCHIVE_WARN ? fail(w, err) : 0;
}
