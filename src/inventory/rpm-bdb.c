#include "inventory/rpm-bdb.h"

#include "base/cursor.h"
#include "inventory/rpm-header.h"

enum {
    HASH_MAGIC = 0x061561,
    VERSION_LOWEST = 5,
    VERSION_HIGHEST = 10,
    PAGE_SIZE_LOWEST = 512,
    PAGE_SIZE_HIGHEST = 64 << 10,
    META_MAGIC_AT = 12,
    META_CHECKSUM = 0x01, /* flag: pages carry checksums */
    PAGE_HEADER_SIZE = 26,
    PAGE_HEADER_SIZE_CHECKSUM = 32, /* 2 bytes of padding and the checksum behind it */
    PAGE_NEXT_AT = 16,
};

enum page_type {
    PAGE_HASH_UNSORTED = 2,
    PAGE_OVERFLOW = 7,
    PAGE_HASH_META = 8,
    PAGE_HASH = 13,
};

enum item_type {
    ITEM_KEY_DATA = 1,
    ITEM_DUPLICATES = 2,
    ITEM_OFF_PAGE = 3,
    ITEM_OFF_DUPLICATES = 4,
};

struct database {
    struct view content;
    size_t page_size, header_size;
    bool big_endian;
    struct rpm_reader reader;
    struct buf value; /* of an item off the page */
    size_t bad;       /* pages and items that can't be read */
};

struct page {
    struct view bytes;
    uint32_t next;
    uint16_t entries, offset;
    uint8_t type;
};

static uint16_t take_u16(const struct database *db, struct cursor *c)
{
    return db->big_endian ? cursor_u16be(c) : cursor_u16(c);
}

static uint32_t take_u32(const struct database *db, struct cursor *c)
{
    return db->big_endian ? cursor_u32be(c) : cursor_u32(c);
}

static int open_database(struct view content, struct database *db, struct error *err)
{
    struct cursor c = cursor_of(content);
    uint32_t version;
    uint8_t encryption, type, flags;

    db->content = content;
    cursor_seek(&c, META_MAGIC_AT);
    if (cursor_u32(&c) != HASH_MAGIC) {
        c = cursor_of(content);
        cursor_seek(&c, META_MAGIC_AT);
        db->big_endian = true;
        if (cursor_u32be(&c) != HASH_MAGIC)
            return error_set(err, ERROR_INPUT, "it is no Berkeley DB hash");
    }
    version = take_u32(db, &c);
    db->page_size = take_u32(db, &c);
    encryption = cursor_u8(&c);
    type = cursor_u8(&c);
    flags = cursor_u8(&c);
    if (c.failed || type != PAGE_HASH_META || version < VERSION_LOWEST || version > VERSION_HIGHEST)
        return error_set(err, ERROR_UNSUPPORTED, "a Berkeley DB hash of version %u is not known",
                         version);
    if (encryption)
        return error_set(err, ERROR_UNSUPPORTED, "it is encrypted");
    if (db->page_size < PAGE_SIZE_LOWEST || db->page_size > PAGE_SIZE_HIGHEST ||
        (db->page_size & (db->page_size - 1)))
        return error_set(err, ERROR_INPUT, "its page size of %zu bytes is not valid",
                         db->page_size);
    db->header_size = flags & META_CHECKSUM ? PAGE_HEADER_SIZE_CHECKSUM : PAGE_HEADER_SIZE;
    return 0;
}

static bool read_page(const struct database *db, size_t number, struct page *ret)
{
    struct cursor c;

    if (number >= db->content.len / db->page_size)
        return false;
    ret->bytes = view_sub(db->content, number * db->page_size, db->page_size);
    c = cursor_of(ret->bytes);
    cursor_seek(&c, PAGE_NEXT_AT);
    ret->next = take_u32(db, &c);
    ret->entries = take_u16(db, &c);
    ret->offset = take_u16(db, &c);
    cursor_u8(&c); /* level, of trees */
    ret->type = cursor_u8(&c);
    return true;
}

/* Overflow pages form a chain; `len` bytes lie on it in all. */
static bool read_chain(struct database *db, uint32_t number, uint32_t len, struct view *ret)
{
    struct page page;

    buf_reset(&db->value);
    if (len > RPM_BDB_VALUE_LIMIT || len > db->content.len)
        return false;
    while (db->value.len < len) {
        if (!read_page(db, number, &page) || page.type != PAGE_OVERFLOW || page.offset == 0 ||
            page.offset > page.bytes.len - db->header_size)
            return false;
        buf_add(&db->value, view_sub(page.bytes, db->header_size, page.offset));
        if (db->value.failed)
            return false;
        number = page.next;
    }
    *ret = view_sub(buf_view(&db->value), 0, len);
    return true;
}

/* Items grow down from the end of the page: one ends where the one before it
 * begins. */
static struct view item_at(const struct database *db, const struct page *page, size_t i)
{
    struct cursor c = cursor_of(page->bytes);
    size_t start, end = page->bytes.len;

    cursor_seek(&c, db->header_size + (i ? i - 1 : 0) * sizeof(uint16_t));
    if (i)
        end = take_u16(db, &c);
    start = take_u16(db, &c);
    if (c.failed || start >= end || end > page->bytes.len)
        return VIEW_EMPTY;
    return view_sub(page->bytes, start, end - start);
}

/* {1 type, 3 unused, 4 page, 4 length} */
static bool read_off_page(struct database *db, struct view item, struct view *ret)
{
    struct cursor c = cursor_of(item);
    uint32_t number, len;

    cursor_skip(&c, 4);
    number = take_u32(db, &c);
    len = take_u32(db, &c);
    return !c.failed && read_chain(db, number, len, ret);
}

/* {1 type}, then {2 length, value, 2 length} for each. */
static bool read_duplicates(struct database *db, struct view item, uint32_t number)
{
    struct cursor c = cursor_of(item);

    cursor_skip(&c, 1);
    while (cursor_left(&c)) {
        uint16_t len = take_u16(db, &c);
        struct view value = cursor_take(&c, len);

        if (take_u16(db, &c) != len || c.failed)
            return false;
        rpm_reader_add_or_note(&db->reader, value, number);
    }
    return true;
}

static bool read_value(struct database *db, struct view item, uint32_t number)
{
    struct view value;

    switch (item.len ? item.ptr[0] : 0) {
    case ITEM_KEY_DATA:
        rpm_reader_add_or_note(&db->reader, view_sub(item, 1, item.len), number);
        return true;
    case ITEM_DUPLICATES:
        return read_duplicates(db, item, number);
    case ITEM_OFF_PAGE:
        if (!read_off_page(db, item, &value))
            return false;
        rpm_reader_add_or_note(&db->reader, value, number);
        return true;
    default: /* ITEM_OFF_DUPLICATES are trees, which a Packages file never has */
        return false;
    }
}

/* The instance number; false when it is none. */
static bool read_key(const struct database *db, struct view item, uint32_t *ret)
{
    struct cursor c = cursor_of(item);

    if (cursor_u8(&c) != ITEM_KEY_DATA || item.len != 1 + sizeof(*ret))
        return false;
    *ret = take_u32(db, &c);
    return !c.failed;
}

static void note_bad(struct database *db, size_t page, size_t item)
{
    package_list_note(&db->reader.list, "item %zu of page %zu can't be read", item, page);
    db->bad++;
}

static void read_hash_page(struct database *db, const struct page *page, size_t number)
{
    for (size_t i = 0; i + 1 < page->entries; i += 2) {
        uint32_t instance;

        if (!read_key(db, item_at(db, page, i), &instance))
            note_bad(db, number, i);
        else if (instance && !read_value(db, item_at(db, page, i + 1), instance))
            note_bad(db, number, i + 1);
    }
}

static int read_pages(struct database *db, struct error *err)
{
    struct page page;

    for (size_t i = 1; read_page(db, i, &page); i++)
        if (page.type == PAGE_HASH || page.type == PAGE_HASH_UNSORTED)
            read_hash_page(db, &page, i);
    if (db->content.len % db->page_size)
        error_set(err, ERROR_INPUT, "it is cut within page %zu", db->content.len / db->page_size);
    else if (db->bad)
        error_set(err, ERROR_INPUT, "it is cut or damaged: %zu items can't be read", db->bad);
    else
        return 0;
    error_hint(err, "these packages are missing from the result");
    return ERROR_INPUT;
}

static int parse_bdb(struct view path, struct view content, struct buf *payload, struct error *err)
{
    struct database db = {.value = BUF_INIT(RPM_BDB_VALUE_LIMIT + PAGE_SIZE_HIGHEST)};
    int r = open_database(content, &db, err);

    (void)path;
    if (r < 0)
        return r;
    rpm_reader_init(&db.reader, payload);
    r = read_pages(&db, err);
    package_list_end(&db.reader.list);
    rpm_reader_done(&db.reader);
    buf_done(&db.value);
    return r;
}

static const char *const patterns[] = {"usr/lib/sysimage/rpm/Packages", "var/lib/rpm/Packages",
                                       "usr/share/rpm/Packages", NULL};

const struct analyser analyser_rpm_bdb = {
    .name = "rpm-bdb",
    .version = 1,
    .kind = FACT_PACKAGES,
    .patterns = patterns,
    .size_limit = RPM_BDB_LIMIT,
    .parse = parse_bdb,
};
