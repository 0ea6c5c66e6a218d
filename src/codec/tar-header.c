#include "codec/tar-header.h"

/* Where a field of the record lies. */
struct field {
    size_t at, len;
};

static const struct field field_name = {0, 100};
static const struct field field_mode = {100, 8};
static const struct field field_uid = {108, 8};
static const struct field field_gid = {116, 8};
static const struct field field_size = {124, 12};
static const struct field field_mtime = {136, 12};
static const struct field field_checksum = {148, 8};
static const struct field field_type = {156, 1};
static const struct field field_link = {157, 100};
static const struct field field_magic = {257, 8};
static const struct field field_prefix = {345, 155};
static const struct field field_star_prefix = {345, 131};
static const struct field field_star_magic = {508, 4};
static const struct field field_gnu_fragments = {386,
                                                 (size_t)TAR_GNU_FRAGMENTS *TAR_GNU_FRAGMENT_SIZE};
static const struct field field_gnu_continued = {482, 1};
static const struct field field_gnu_real_size = {483, 12};

static struct view take(struct view record, struct field field)
{
    return view_sub(record, field.at, field.len);
}

/* Up to the first NUL. */
static struct view take_text(struct view record, struct field field)
{
    struct view text = take(record, field);

    return view_cut(&text, '\0');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\0';
}

static bool octal(struct view field, int64_t *ret)
{
    uint64_t value = 0;

    while (field.len && is_blank(field.ptr[0]))
        field = view_sub(field, 1, field.len);
    while (field.len && is_blank(field.ptr[field.len - 1]))
        field.len--;
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] < '0' || field.ptr[i] > '7' || value > INT64_MAX >> 3)
            return false;
        value = value << 3 | (uint64_t)(field.ptr[i] - '0');
    }
    *ret = (int64_t)value;
    return true;
}

/* Two's complement, big-endian, behind a bit that says so. */
static bool base256(struct view field, int64_t *ret)
{
    bool negative = field.ptr[0] & 0x40;
    uint64_t value = negative ? UINT64_MAX : 0;

    for (size_t i = 0; i < field.len; i++) {
        unsigned char byte = (unsigned char)field.ptr[i];

        if (i == 0)
            byte = negative ? byte : byte & 0x7f;
        if ((int64_t)value >> 55 != (negative ? -1 : 0))
            return false; /* more than 63 bits */
        value = value << 8 | byte;
    }
    *ret = (int64_t)value;
    return true;
}

bool tar_number(struct view field, int64_t *ret)
{
    return field.len && field.ptr[0] & 0x80 ? base256(field, ret) : octal(field, ret);
}

static bool take_number(struct view record, struct field field, int64_t *ret)
{
    return tar_number(take(record, field), ret);
}

static bool take_size(struct view record, struct field field, uint64_t *ret)
{
    int64_t size;

    if (!take_number(record, field, &size) || size < 0)
        return false;
    *ret = (uint64_t)size;
    return true;
}

bool tar_record_is_zero(struct view record)
{
    return record.ptr[0] == '\0' && memcmp(record.ptr, record.ptr + 1, record.len - 1) == 0;
}

/* The sum of all bytes, those of the checksum as blanks. Some old writers
 * added signed characters. */
static bool checksum_holds(struct view record)
{
    struct view blanks = take(record, field_checksum);
    uint32_t sum = 0;
    int32_t signed_sum = 0;
    int64_t want;

    if (!tar_number(blanks, &want))
        return false;
    for (size_t i = 0; i < TAR_RECORD; i++) {
        sum += (unsigned char)record.ptr[i];
        signed_sum += (signed char)record.ptr[i];
    }
    for (size_t i = 0; i < blanks.len; i++) {
        sum += (unsigned)' ' - (unsigned char)blanks.ptr[i];
        signed_sum += ' ' - (signed char)blanks.ptr[i];
    }
    return want == sum || want == signed_sum;
}

static bool take_gnu_fields(struct view record, struct tar_header *header)
{
    header->gnu = true;
    header->fragments = take(record, field_gnu_fragments);
    header->continued = take(record, field_gnu_continued).ptr[0] != '\0';
    return header->type != 'S' || take_size(record, field_gnu_real_size, &header->real_size);
}

bool tar_header_parse(struct view record, struct tar_header *ret)
{
    struct view magic = take(record, field_magic);
    struct tar_header header = {
        .type = take(record, field_type).ptr[0],
        .name = take_text(record, field_name),
        .link = take_text(record, field_link),
    };

    if (!checksum_holds(record) || !take_number(record, field_mode, &header.mode) ||
        !take_number(record, field_uid, &header.uid) ||
        !take_number(record, field_gid, &header.gid) ||
        !take_number(record, field_mtime, &header.mtime) ||
        !take_size(record, field_size, &header.size))
        return false;
    if (view_eq(magic, VIEW("ustar  \0"))) {
        if (!take_gnu_fields(record, &header))
            return false;
    } else if (view_starts(magic, VIEW("ustar\0"))) {
        bool star = view_eq(take(record, field_star_magic), VIEW("tar\0"));

        header.prefix = take_text(record, star ? field_star_prefix : field_prefix);
    }
    *ret = header;
    return true;
}
