#include "codec/tar-writer.h"

#include <stdlib.h>

#include "base/fd.h"
#include "codec/tar-header.h"

enum {
    WRITE_BLOCK = 64 << 10, /* bytes that are written at once */
    NAME_SIZE = 100,        /* of the fields of a ustar header */
    PREFIX_SIZE = 155,
    SIZE_DIGITS = 11, /* octal */
};

struct tar_writer {
    int fd;
    uint64_t left, padding; /* of the present entry's body */
    size_t len;
    char block[WRITE_BLOCK];
};

int tar_writer_new(int fd, struct tar_writer **ret, struct error *err)
{
    struct tar_writer *w = calloc(1, sizeof(*w));

    if (!w)
        return error_memory(err);
    w->fd = fd;
    *ret = w;
    return 0;
}

void tar_writer_free(struct tar_writer *w)
{
    free(w);
}

static int flush(struct tar_writer *w, struct error *err)
{
    size_t len = w->len;

    w->len = 0;
    return fd_write_all(w->fd, view_from(w->block, len), err);
}

static int put(struct tar_writer *w, struct view bytes, struct error *err)
{
    while (bytes.len) {
        struct view part = view_sub(bytes, 0, WRITE_BLOCK - w->len);

        memcpy(w->block + w->len, part.ptr, part.len);
        w->len += part.len;
        bytes = view_sub(bytes, part.len, bytes.len);
        if (w->len == WRITE_BLOCK) {
            int r = flush(w, err);

            if (r < 0)
                return r;
        }
    }
    return 0;
}

static int put_zeros(struct tar_writer *w, uint64_t count, struct error *err)
{
    static const char zeros[4096];

    while (count) {
        size_t len = count < sizeof(zeros) ? (size_t)count : sizeof(zeros);
        int r = put(w, view_from(zeros, len), err);

        if (r < 0)
            return r;
        count -= len;
    }
    return 0;
}

/* What is missing of the present entry's body. */
static int end_body(struct tar_writer *w, struct error *err)
{
    uint64_t missing = w->left + w->padding;

    w->left = w->padding = 0;
    return put_zeros(w, missing, err);
}

static char letter_of(enum tar_type type)
{
    static const char letters[] = {
        [TAR_FILE] = '0',    [TAR_DIRECTORY] = '5', [TAR_SYMLINK] = '2', [TAR_HARDLINK] = '1',
        [TAR_CHARDEV] = '3', [TAR_BLOCKDEV] = '4',  [TAR_FIFO] = '6',
    };

    return letters[type];
}

/* One octal number with its leading zeros and a NUL. */
static void put_octal(char *to, size_t digits, uint64_t value)
{
    to[digits] = '\0';
    while (digits-- > 0) {
        to[digits] = (char)('0' + (value & 7));
        value >>= 3;
    }
}

/* The name whole, or cut at a "/" into prefix and name; false when neither fits. */
static bool split_name(struct view path, struct view *prefix, struct view *name)
{
    *prefix = VIEW_EMPTY;
    *name = path;
    if (path.len <= NAME_SIZE)
        return true;
    for (size_t i = path.len - NAME_SIZE - 1; i < path.len && i <= PREFIX_SIZE; i++) {
        if (path.ptr[i] != '/' || i == 0 || i + 1 == path.len)
            continue;
        *prefix = view_sub(path, 0, i);
        *name = view_sub(path, i + 1, path.len);
        return true;
    }
    return false;
}

static void copy(char *to, struct view text, size_t size)
{
    if (text.len)
        memcpy(to, text.ptr, text.len < size ? text.len : size);
}

/* POSIX.1-2017 pax, "ustar Interchange Format". */
static int put_header(struct tar_writer *w, char letter, struct view prefix, struct view name,
                      struct view link, uint32_t mode, uint64_t size, struct error *err)
{
    char record[TAR_RECORD] = {0};
    uint32_t sum = 0;

    copy(record, name, NAME_SIZE);
    put_octal(record + 100, 7, mode & 07777);
    put_octal(record + 108, 7, 0);
    put_octal(record + 116, 7, 0);
    put_octal(record + 124, SIZE_DIGITS, size >> (3 * SIZE_DIGITS) ? 0 : size);
    put_octal(record + 136, 11, 0);
    memset(record + 148, ' ', 8);
    record[156] = letter;
    copy(record + 157, link, NAME_SIZE);
    copy(record + 257, VIEW("ustar\00000"), 8);
    copy(record + 345, prefix, PREFIX_SIZE);
    for (size_t i = 0; i < sizeof(record); i++)
        sum += (unsigned char)record[i];
    put_octal(record + 148, 6, sum);
    return put(w, view_from(record, sizeof(record)), err);
}

/* "LENGTH KEY=VALUE\n", where LENGTH counts its own digits too. */
static void add_pax(struct buf *to, struct view key, struct view value)
{
    size_t rest = key.len + value.len + 3, len = rest + 1;

    for (size_t power = 10; power <= len; power *= 10)
        len++;
    buf_addf(to, "%zu ", len);
    buf_add(to, key);
    buf_add_char(to, '=');
    buf_add(to, value);
    buf_add_char(to, '\n');
}

static int put_pax(struct tar_writer *w, struct view records, struct error *err)
{
    int r = put_header(w, 'x', VIEW_EMPTY, VIEW("pax"), VIEW_EMPTY, 0644, records.len, err);

    if (r >= 0)
        r = put(w, records, err);
    return r < 0 ? r : put_zeros(w, tar_padding(records.len), err);
}

static void add_pax_size(struct buf *to, uint64_t size)
{
    char text[24];
    int len = snprintf(text, sizeof(text), "%llu", (unsigned long long)size);

    add_pax(to, VIEW("size"), view_from(text, (size_t)len));
}

int tar_writer_entry(struct tar_writer *w, enum tar_type type, struct view path, struct view link,
                     uint32_t mode, uint64_t size, struct error *err)
{
    _cleanup_(buf_done) struct buf pax = BUF_INIT(TAR_HEADER_LIMIT);
    struct view prefix, name;
    int r = end_body(w, err);

    if (type != TAR_FILE)
        size = 0;
    if (!split_name(path, &prefix, &name))
        add_pax(&pax, VIEW("path"), path);
    if (link.len > NAME_SIZE)
        add_pax(&pax, VIEW("linkpath"), link);
    if (size >> (3 * SIZE_DIGITS))
        add_pax_size(&pax, size);
    if (r >= 0 && pax.failed)
        r = buf_failed(&pax, "the header of a tar entry", err);
    if (r >= 0 && pax.len)
        r = put_pax(w, buf_view(&pax), err);
    if (r >= 0)
        r = put_header(w, letter_of(type), prefix, name, link, mode, size, err);
    if (r < 0)
        return r;
    w->left = size;
    w->padding = tar_padding(size);
    return 0;
}

int tar_writer_body(struct tar_writer *w, struct view bytes, struct error *err)
{
    bytes = view_sub(bytes, 0, w->left < bytes.len ? (size_t)w->left : bytes.len);
    w->left -= bytes.len;
    return put(w, bytes, err);
}

int tar_writer_finish(struct tar_writer *w, struct error *err)
{
    int r = end_body(w, err);

    if (r >= 0)
        r = put_zeros(w, 2 * (uint64_t)TAR_RECORD, err);
    return r < 0 ? r : flush(w, err);
}
