#include "inventory/rpm-ndb.h"

#include "base/cleanup.h"
#include "base/cursor.h"
#include "inventory/rpm-header.h"

enum {
    HEADER_SIZE = 32,
    SLOT_SIZE = 16,
    BLOCK_SIZE = 16,
    PAGE_SIZE = 4096,
    BLOB_HEAD_SIZE = 16,
    BLOB_TAIL_SIZE = 12,
    ADLER_MODULUS = 65521,
    ADLER_RUN = 5552, /* bytes until the sums may overflow, RFC 1950 9 */
};

static const struct view header_magic = VIEW("RpmP"), slot_magic = VIEW("Slot"),
                         blob_start = VIEW("BlbS"), blob_end = VIEW("BlbE");

struct slot {
    uint32_t package, first_block, block_count;
};

static uint32_t adler32(struct view bytes)
{
    uint32_t a = 1, b = 0;

    for (size_t i = 0; i < bytes.len;) {
        size_t end = bytes.len - i > ADLER_RUN ? i + ADLER_RUN : bytes.len;

        for (; i < end; i++) {
            a += (unsigned char)bytes.ptr[i];
            b += a;
        }
        a %= ADLER_MODULUS;
        b %= ADLER_MODULUS;
    }
    return b << 16 | a;
}

/* The rpm header in the slot's blob. */
static int read_blob(struct view content, const struct slot *slot, struct view *ret,
                     struct error *err)
{
    uint64_t start = (uint64_t)slot->first_block * BLOCK_SIZE;
    uint64_t size = (uint64_t)slot->block_count * BLOCK_SIZE;
    struct cursor c;
    struct view blob, head, tail;
    uint32_t len, checksum;

    if (start > content.len || size > content.len - start)
        return error_set(err, ERROR_INPUT, "its place at byte %llu is behind the end of the file",
                         (unsigned long long)start);
    blob = view_sub(content, (size_t)start, (size_t)size);
    if (blob.len < BLOB_HEAD_SIZE + BLOB_TAIL_SIZE)
        return error_set(err, ERROR_INPUT, "its place has %zu bytes", blob.len);
    c = cursor_of(view_sub(blob, 0, BLOB_HEAD_SIZE));
    head = cursor_take(&c, blob_start.len);
    if (!view_eq(head, blob_start) || cursor_u32(&c) != slot->package)
        return error_set(err, ERROR_INPUT, "something else stands at byte %llu",
                         (unsigned long long)start);
    cursor_u32(&c); /* generation */
    len = cursor_u32(&c);
    c = cursor_of(view_sub(blob, blob.len - BLOB_TAIL_SIZE, BLOB_TAIL_SIZE));
    checksum = cursor_u32(&c);
    if (cursor_u32(&c) != len || len > blob.len - BLOB_HEAD_SIZE - BLOB_TAIL_SIZE)
        return error_set(err, ERROR_INPUT, "its lengths at byte %llu disagree",
                         (unsigned long long)start);
    tail = cursor_take(&c, blob_end.len);
    if (!view_eq(tail, blob_end) ||
        adler32(view_sub(blob, 0, blob.len - BLOB_TAIL_SIZE)) != checksum)
        return error_set(err, ERROR_INPUT, "its checksum at byte %llu is wrong",
                         (unsigned long long)start);
    *ret = view_sub(blob, BLOB_HEAD_SIZE, len);
    return 0;
}

static void read_slot(struct view content, const struct slot *slot, struct rpm_reader *reader,
                      size_t *missing)
{
    struct error why = ERROR_INIT;
    struct view blob = VIEW_EMPTY;

    if (read_blob(content, slot, &blob, &why) < 0) {
        package_list_note(&reader->list, "package %u: %s", slot->package, why.message);
        ++*missing;
        return;
    }
    rpm_reader_add_or_note(reader, blob, slot->package);
}

static int told_missing(size_t missing, struct error *err)
{
    if (missing == 0)
        return 0;
    error_set(err, ERROR_INPUT, "it is cut or damaged: %zu packages can't be read", missing);
    error_hint(err, "these packages are missing from the result");
    return ERROR_INPUT;
}

static int read_slots(struct view content, uint32_t page_count, struct rpm_reader *reader,
                      struct error *err)
{
    uint64_t end = (uint64_t)page_count * PAGE_SIZE;
    struct cursor c =
        cursor_of(view_sub(content, 0, end > content.len ? content.len : (size_t)end));
    size_t missing = 0;

    cursor_seek(&c, HEADER_SIZE);
    while (cursor_left(&c) >= SLOT_SIZE) {
        size_t at = c.at;
        struct slot slot;

        if (!view_eq(cursor_take(&c, slot_magic.len), slot_magic))
            return error_set(err, ERROR_INPUT, "no slot stands at byte %zu", at);
        slot.package = cursor_u32(&c);
        slot.first_block = cursor_u32(&c);
        slot.block_count = cursor_u32(&c);
        if (slot.first_block)
            read_slot(content, &slot, reader, &missing);
    }
    if (end > content.len)
        return error_set(err, ERROR_INPUT, "it ends at byte %zu, within its slots", content.len);
    return told_missing(missing, err);
}

static int parse_ndb(struct view path, struct view content, struct buf *payload, struct error *err)
{
    _cleanup_(rpm_reader_done) struct rpm_reader reader;
    struct cursor c = cursor_of(content);
    uint32_t version, page_count;
    int r;

    (void)path;
    rpm_reader_init(&reader, payload);
    if (!view_eq(cursor_take(&c, header_magic.len), header_magic))
        return error_set(err, ERROR_INPUT, "it is no ndb database of rpm");
    version = cursor_u32(&c);
    cursor_u32(&c); /* generation */
    page_count = cursor_u32(&c);
    if (c.failed)
        return error_set(err, ERROR_INPUT, "it ends within its header");
    if (version != 0)
        return error_set(err, ERROR_UNSUPPORTED, "its version is %u, and 0 is the one known",
                         version);
    r = read_slots(content, page_count, &reader, err);
    package_list_end(&reader.list);
    return r;
}

static const char *const patterns[] = {"usr/lib/sysimage/rpm/Packages.db",
                                       "var/lib/rpm/Packages.db", "usr/share/rpm/Packages.db",
                                       NULL};

const struct analyser analyser_rpm_ndb = {
    .name = "rpm-ndb",
    .version = 1,
    .kind = FACT_PACKAGES,
    .patterns = patterns,
    .size_limit = RPM_NDB_LIMIT,
    .parse = parse_ndb,
};
