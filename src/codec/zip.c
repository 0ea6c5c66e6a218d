#include "codec/zip.h"

#include <libdeflate.h>
#include <stdlib.h>

#include "base/cursor.h"

enum {
    END_SIZE = 22, /* of the end record without its comment */
    COMMENT_LIMIT = 0xffff,
    LOCATOR_SIZE = 20,
    END64_SIZE = 56, /* without extensible data */
    SIGNATURE_CENTRAL = 0x02014b50,
    SIGNATURE_SIGNED = 0x05054b50, /* a digital signature of the directory */
    SIGNATURE_LOCAL = 0x04034b50,
    SIGNATURE_END = 0x06054b50,
    SIGNATURE_END64 = 0x06064b50,
    SIGNATURE_LOCATOR64 = 0x07064b50,
    EXTRA_ZIP64 = 1,
    FLAG_ENCRYPTED = 1,
    METHOD_STORED = 0,
    METHOD_DEFLATED = 8,
};

struct zip {
    struct view bytes; /* from the archive's own start on */
    struct cursor directory;
    uint64_t count, read;
    uint64_t left; /* bytes that reads may still give */
    struct libdeflate_decompressor *inflater;
};

static uint32_t peek_u32(struct view bytes, size_t at)
{
    struct cursor c = cursor_of(view_sub(bytes, at, 4));

    return cursor_u32(&c);
}

/* The end record lies before a comment of up to 64 KiB; the last that fits is
 * taken, as its comment must reach exactly to the end of the file. */
static bool find_end(struct view bytes, size_t *ret)
{
    size_t lowest = bytes.len > END_SIZE + COMMENT_LIMIT ? bytes.len - END_SIZE - COMMENT_LIMIT : 0;

    if (bytes.len < END_SIZE)
        return false;
    for (size_t at = bytes.len - END_SIZE + 1; at-- > lowest;) {
        struct cursor c = cursor_of(view_sub(bytes, at + 20, 2));

        if (peek_u32(bytes, at) != SIGNATURE_END || at + END_SIZE + cursor_u16(&c) != bytes.len)
            continue;
        *ret = at;
        return true;
    }
    return false;
}

struct end_record {
    uint64_t disk, count, size, offset;
};

/* The fields of a zip64 end record replace those that are all ones. */
static bool read_end64(struct view bytes, size_t end, struct end_record *record)
{
    struct cursor c;
    uint64_t at;

    if (end < LOCATOR_SIZE || peek_u32(bytes, end - LOCATOR_SIZE) != SIGNATURE_LOCATOR64)
        return true;
    c = cursor_of(bytes);
    cursor_seek(&c, end - LOCATOR_SIZE + 8);
    at = cursor_u64(&c);
    if (at > end || peek_u32(bytes, (size_t)at) != SIGNATURE_END64)
        at = end - LOCATOR_SIZE - END64_SIZE; /* bytes stand before the archive */
    if (at > end)
        return false;
    cursor_seek(&c, (size_t)at);
    if (cursor_u32(&c) != SIGNATURE_END64)
        return false;
    cursor_skip(&c, 8 + 2 + 2);
    record->disk = cursor_u32(&c);
    cursor_skip(&c, 4 + 8);
    record->count = cursor_u64(&c);
    record->size = cursor_u64(&c);
    record->offset = cursor_u64(&c);
    return !c.failed;
}

/* Bytes before the archive, where the directory does not begin at its offset
 * but as far before the end records as it is long. */
static size_t prefix_of(struct view bytes, size_t end, const struct end_record *record)
{
    size_t end64 = END64_SIZE + LOCATOR_SIZE; /* in between, if there are any */
    size_t start = (size_t)record->offset;

    if (record->size < 4 || peek_u32(bytes, start) == SIGNATURE_CENTRAL)
        return 0;
    for (size_t behind = 0; behind <= end64; behind += end64) {
        size_t at = end - (size_t)record->size;

        if (at < behind || at - behind < start)
            continue;
        if (peek_u32(bytes, at - behind) == SIGNATURE_CENTRAL)
            return at - behind - start;
    }
    return 0;
}

static uint64_t total_limit(struct view bytes)
{
    uint64_t most;

    if (__builtin_mul_overflow((uint64_t)bytes.len, (uint64_t)ZIP_RATIO_LIMIT, &most))
        most = UINT64_MAX;
    return most < ZIP_TOTAL_LIMIT ? most : ZIP_TOTAL_LIMIT;
}

static int read_end(struct zip *zip, struct error *err)
{
    struct end_record record;
    struct cursor c = cursor_of(zip->bytes);
    size_t end;

    if (!find_end(zip->bytes, &end))
        return error_set(err, ERROR_INPUT, "zip: no end record: it is cut short, or no zip file");
    cursor_seek(&c, end + 4);
    record.disk = cursor_u16(&c);
    cursor_skip(&c, 2 + 2);
    record.count = cursor_u16(&c);
    record.size = cursor_u32(&c);
    record.offset = cursor_u32(&c);
    if (!read_end64(zip->bytes, end, &record))
        return error_set(err, ERROR_INPUT, "zip: the zip64 end record is malformed");
    if (record.disk != 0)
        return error_set(err, ERROR_UNSUPPORTED, "zip: split archives are not read");
    if (record.count > ZIP_ENTRIES_LIMIT)
        return error_set(err, ERROR_LIMIT, "zip: more than %d members", ZIP_ENTRIES_LIMIT);
    if (record.offset > end || record.size > end - record.offset)
        return error_set(err, ERROR_INPUT, "zip: the directory lies outside of the file");
    zip->count = record.count;
    zip->bytes = view_sub(zip->bytes, prefix_of(zip->bytes, end, &record), zip->bytes.len);
    zip->directory = cursor_of(view_sub(zip->bytes, (size_t)record.offset, (size_t)record.size));
    return 0;
}

int zip_open(struct view bytes, struct zip **ret, struct error *err)
{
    struct zip *zip = calloc(1, sizeof(*zip));
    int r;

    if (!zip)
        return error_memory(err);
    zip->bytes = bytes;
    zip->left = total_limit(bytes);
    zip->inflater = libdeflate_alloc_decompressor();
    r = zip->inflater ? read_end(zip, err) : error_memory(err);
    if (r < 0) {
        zip_close(zip);
        return r;
    }
    *ret = zip;
    return 0;
}

void zip_close(struct zip *zip)
{
    if (!zip)
        return;
    libdeflate_free_decompressor(zip->inflater);
    free(zip);
}

uint64_t zip_count(const struct zip *zip)
{
    return zip->count;
}

/* The zip64 extra field holds, in this order, those of size, stored size and
 * offset that are all ones in the record. Other fields may be malformed: some
 * tools align members by them. */
static bool read_extra(struct view extra, struct zip_entry *entry)
{
    struct cursor c = cursor_of(extra);

    while (cursor_left(&c) >= 4) {
        uint16_t id = cursor_u16(&c);
        struct cursor field = cursor_of(cursor_take(&c, cursor_u16(&c)));

        if (id != EXTRA_ZIP64 || c.failed)
            continue;
        if (entry->size == UINT32_MAX)
            entry->size = cursor_u64(&field);
        if (entry->stored_size == UINT32_MAX)
            entry->stored_size = cursor_u64(&field);
        if (entry->offset == UINT32_MAX)
            entry->offset = cursor_u64(&field);
        return !field.failed;
    }
    return true;
}

static int fail_member(const struct zip *zip, struct error *err)
{
    return error_set(err, ERROR_INPUT, "zip: member %llu of the directory is malformed",
                     (unsigned long long)zip->read + 1);
}

int zip_next(struct zip *zip, struct zip_entry *ret, struct error *err)
{
    struct cursor *c = &zip->directory;
    struct zip_entry entry = {0};
    uint16_t flags, name_len, extra_len, comment_len;
    struct view extra;

    if (zip->read == zip->count && cursor_left(c) > 0 &&
        peek_u32(c->bytes, c->at) != SIGNATURE_SIGNED)
        return error_set(err, ERROR_INPUT, "zip: the directory goes on behind its last member");
    if (zip->read == zip->count)
        return 0;
    if (cursor_u32(c) != SIGNATURE_CENTRAL)
        return fail_member(zip, err);
    cursor_skip(c, 2 + 2);
    flags = cursor_u16(c);
    entry.method = cursor_u16(c);
    cursor_skip(c, 2 + 2);
    entry.crc = cursor_u32(c);
    entry.stored_size = cursor_u32(c);
    entry.size = cursor_u32(c);
    name_len = cursor_u16(c);
    extra_len = cursor_u16(c);
    comment_len = cursor_u16(c);
    cursor_skip(c, 2 + 2 + 4);
    entry.offset = cursor_u32(c);
    entry.name = cursor_take(c, name_len);
    extra = cursor_take(c, extra_len);
    cursor_skip(c, comment_len);
    if (c->failed || name_len > ZIP_NAME_LIMIT || !read_extra(extra, &entry))
        return fail_member(zip, err);
    entry.encrypted = flags & FLAG_ENCRYPTED;
    entry.directory = view_ends(entry.name, VIEW("/"));
    zip->read++;
    *ret = entry;
    return 1;
}

static int find_data(const struct zip *zip, const struct zip_entry *entry, struct view *ret,
                     struct error *err)
{
    struct cursor c = cursor_of(zip->bytes);
    uint16_t name_len, extra_len;

    if (entry->offset > zip->bytes.len)
        cursor_fail(&c);
    cursor_seek(&c, c.failed ? 0 : (size_t)entry->offset);
    if (cursor_u32(&c) != SIGNATURE_LOCAL)
        cursor_fail(&c);
    cursor_skip(&c, 22);
    name_len = cursor_u16(&c);
    extra_len = cursor_u16(&c);
    cursor_skip(&c, (size_t)name_len + extra_len);
    if (c.failed || entry->stored_size > cursor_left(&c))
        return error_set(err, ERROR_INPUT, "zip: member %.*s lies outside of the file",
                         VIEW_ARG(entry->name));
    *ret = cursor_take(&c, (size_t)entry->stored_size);
    return 0;
}

/* Fills `to`, of entry->size bytes. */
static int expand(struct zip *zip, const struct zip_entry *entry, struct view data, char *to,
                  struct error *err)
{
    bool fine = entry->size == data.len; /* of a stored one */

    if (entry->method == METHOD_DEFLATED)
        fine = libdeflate_deflate_decompress(zip->inflater, data.ptr, data.len, to,
                                             (size_t)entry->size, NULL) == LIBDEFLATE_SUCCESS;
    else if (fine && data.len)
        memcpy(to, data.ptr, data.len);
    if (!fine)
        return error_set(err, ERROR_INPUT, "zip: member %.*s is corrupt", VIEW_ARG(entry->name));
    if (libdeflate_crc32(0, to, (size_t)entry->size) != entry->crc)
        return error_set(err, ERROR_INPUT, "zip: member %.*s has the wrong checksum",
                         VIEW_ARG(entry->name));
    return 0;
}

/* Whether a member may be read at all, before memory is taken for it. */
static int check(const struct zip *zip, const struct zip_entry *entry, size_t room,
                 struct error *err)
{
    if (entry->encrypted)
        return error_set(err, ERROR_UNSUPPORTED, "zip: member %.*s is encrypted",
                         VIEW_ARG(entry->name));
    if (entry->method != METHOD_STORED && entry->method != METHOD_DEFLATED)
        return error_set(err, ERROR_UNSUPPORTED,
                         "zip: member %.*s is compressed by the unknown method %u",
                         VIEW_ARG(entry->name), entry->method);
    if (entry->size > room)
        return error_set(err, ERROR_LIMIT, "zip: member %.*s is larger than %zu bytes",
                         VIEW_ARG(entry->name), room);
    if (entry->size / ZIP_RATIO_LIMIT > entry->stored_size)
        return error_set(err, ERROR_INPUT, "zip: member %.*s is corrupt", VIEW_ARG(entry->name));
    if (entry->size > zip->left)
        return error_set(err, ERROR_LIMIT, "zip: the members expand to too many bytes");
    return 0;
}

int zip_read(struct zip *zip, const struct zip_entry *entry, struct buf *to, struct error *err)
{
    struct view data;
    char *room, none;
    int r = check(zip, entry, to->max - to->len, err);

    if (r >= 0)
        r = find_data(zip, entry, &data, err);
    if (r < 0)
        return r;
    room = entry->size ? buf_reserve(to, (size_t)entry->size) : &none;
    if (!room)
        return buf_failed(to, "a member of a zip file", err);
    r = expand(zip, entry, data, room, err);
    if (r < 0)
        return r;
    zip->left -= entry->size;
    to->len += (size_t)entry->size;
    return 0;
}
