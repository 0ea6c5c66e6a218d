#include "hygiene/census.h"

#include "hygiene/census-wire.h"

/* ---- Reading ---- */

uint64_t census_generation(void)
{
    enum { FORMAT = 1 }; /* of the encoding and of the builder's own decisions */

    return file_tag_fingerprint() * 31 + small_file_fingerprint() * 7 + FORMAT;
}

int census_reader_open(struct census_reader *reader, struct view bytes, struct error *err)
{
    reader->cursor = cursor_of(bytes);
    reader->path_len = 0;
    reader->uid = reader->gid = 0;
    reader->count = reader->left_out = 0;
    if (!view_eq(cursor_take(&reader->cursor, 8), view_of(CENSUS_MAGIC)))
        return error_set(err, ERROR_INPUT, "this is no census of a layer");
    if (cursor_u64(&reader->cursor) != census_generation())
        return error_set(err, ERROR_UNSUPPORTED, "other tables made this census of a layer");
    return 0;
}

/* The path after the one before; false when it is no path. */
static bool read_path(struct census_reader *reader)
{
    size_t shared = (size_t)cursor_count(&reader->cursor, reader->path_len);
    struct view rest = cursor_bytes(&reader->cursor);

    if (reader->cursor.failed || rest.len > sizeof(reader->path) - shared)
        return false;
    if (rest.len)
        memcpy(reader->path + shared, rest.ptr, rest.len);
    reader->path_len = shared + rest.len;
    return true;
}

static void read_status(struct census_reader *reader, struct census_entry *entry)
{
    entry->interesting = true;
    entry->mode = (uint32_t)cursor_count(&reader->cursor, 07777);
    entry->capabilities = cursor_varint(&reader->cursor);
    entry->notes = cursor_bytes(&reader->cursor);
}

static int damaged(struct error *err)
{
    return error_set(err, ERROR_INPUT, "the census of a layer is damaged");
}

static int read_end(struct census_reader *reader, struct error *err)
{
    uint64_t count = cursor_varint(&reader->cursor);

    reader->left_out = cursor_varint(&reader->cursor);
    return count == reader->count && cursor_at_end(&reader->cursor) ? 0 : damaged(err);
}

int census_next(struct census_reader *reader, struct census_entry *ret, struct error *err)
{
    struct cursor *c = &reader->cursor;
    uint8_t head = cursor_u8(c);
    struct census_entry entry = {.kind = head & CENSUS_KIND_MASK};

    if (head == 0 && !c->failed)
        return read_end(reader, err);
    if (entry.kind == 0 || entry.kind >= CENSUS_KIND_COUNT || !read_path(reader))
        return damaged(err);
    if (head & CENSUS_NEW_OWNER) {
        reader->uid = (uint32_t)cursor_count(c, UINT32_MAX);
        reader->gid = (uint32_t)cursor_count(c, UINT32_MAX);
    }
    if (entry.kind == FILE_REGULAR)
        entry.size = cursor_varint(c);
    if (entry.kind == FILE_SYMLINK || entry.kind == FILE_HARD_LINK)
        entry.link = cursor_bytes(c);
    if (head & CENSUS_INTERESTING)
        read_status(reader, &entry);
    if (c->failed || entry.link.len > PATH_LIMIT || ++reader->count > CENSUS_ENTRY_LIMIT)
        return damaged(err);
    entry.path = view_from(reader->path, reader->path_len);
    entry.uid = reader->uid;
    entry.gid = reader->gid;
    *ret = entry;
    return 1;
}
