#include "test.h"

#include <libdeflate.h>
#include <stdio.h>

#include "codec/zip.h"
#include "samples.h"

struct member {
    const char *name;
    struct view body;
    bool deflated, zip64;
    unsigned flags, method; /* put instead, when not 0 */
    uint32_t crc_xor, size_add, offset_add;
};

struct archive {
    struct buf bytes, directory;
    unsigned count;
};

#define ARCHIVE_INIT                                                                               \
    {                                                                                              \
        BUF_INIT(SAMPLE_LIMIT), BUF_INIT(SAMPLE_LIMIT), 0                                          \
    }

static void archive_done(struct archive *a)
{
    buf_done(&a->bytes);
    buf_done(&a->directory);
}

static void deflate(struct view body, struct buf *to)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(6);
    size_t room = libdeflate_deflate_compress_bound(compressor, body.len);
    char *at = buf_reserve(to, room);

    to->len +=
        libdeflate_deflate_compress(compressor, body.ptr ? body.ptr : "", body.len, at, room);
    libdeflate_free_compressor(compressor);
}

/* The fields that local and central headers share. */
static void add_fields(struct buf *to, const struct member *m, uint32_t crc, size_t stored)
{
    unsigned method = m->method ? m->method : m->deflated ? 8 : 0;

    buf_add_u16(to, 20);
    buf_add_u16(to, (uint16_t)m->flags);
    buf_add_u16(to, (uint16_t)method);
    buf_add_u32(to, 0);
    buf_add_u32(to, crc);
    buf_add_u32(to, m->zip64 ? UINT32_MAX : (uint32_t)stored);
    buf_add_u32(to, m->zip64 ? UINT32_MAX : (uint32_t)m->body.len + m->size_add);
    buf_add_u16(to, (uint16_t)strlen(m->name));
}

static void add_member(struct archive *a, const struct member *m)
{
    _cleanup_(buf_done) struct buf stored = BUF_INIT(SAMPLE_LIMIT), extra = BUF_INIT(100);
    uint32_t crc = libdeflate_crc32(0, m->body.ptr, m->body.len) ^ m->crc_xor;
    size_t offset = a->bytes.len + m->offset_add;

    if (m->deflated)
        deflate(m->body, &stored);
    else
        buf_add(&stored, m->body);
    buf_add_u32(&a->bytes, 0x04034b50);
    add_fields(&a->bytes, m, crc, stored.len);
    buf_add_u16(&a->bytes, 3); /* an extra field that only the local header has */
    buf_add_str(&a->bytes, m->name);
    buf_add(&a->bytes, VIEW("pad"));
    buf_add(&a->bytes, buf_view(&stored));

    if (m->zip64) {
        buf_add(&extra, VIEW("\x55\x54\x02\0xx")); /* another field before it */
        buf_add_u16(&extra, 1);
        buf_add_u16(&extra, 24);
        buf_add_u64(&extra, m->body.len);
        buf_add_u64(&extra, stored.len);
        buf_add_u64(&extra, offset);
    }
    buf_add_u32(&a->directory, 0x02014b50);
    buf_add_u16(&a->directory, 20);
    add_fields(&a->directory, m, crc, stored.len);
    buf_add_u16(&a->directory, (uint16_t)extra.len);
    buf_add_u16(&a->directory, 2); /* comment */
    buf_add_u64(&a->directory, 0);
    buf_add_u32(&a->directory, m->zip64 ? UINT32_MAX : (uint32_t)offset);
    buf_add_str(&a->directory, m->name);
    buf_add(&a->directory, buf_view(&extra));
    buf_add(&a->directory, VIEW("hi"));
    a->count++;
}

static void finish(struct archive *a, bool zip64, const char *comment)
{
    size_t start = a->bytes.len, end;

    buf_add(&a->bytes, buf_view(&a->directory));
    end = a->bytes.len;
    if (zip64) {
        buf_add_u32(&a->bytes, 0x06064b50);
        buf_add_u64(&a->bytes, 44);
        buf_add_u32(&a->bytes, 0);
        buf_add_u64(&a->bytes, 0);
        buf_add_u64(&a->bytes, a->count);
        buf_add_u64(&a->bytes, a->count);
        buf_add_u64(&a->bytes, a->directory.len);
        buf_add_u64(&a->bytes, start);
        buf_add_u32(&a->bytes, 0x07064b50);
        buf_add_u32(&a->bytes, 0);
        buf_add_u64(&a->bytes, end);
        buf_add_u32(&a->bytes, 1);
    }
    buf_add_u32(&a->bytes, 0x06054b50);
    buf_add_u32(&a->bytes, 0);
    buf_add_u16(&a->bytes, zip64 ? 0xffff : (uint16_t)a->count);
    buf_add_u16(&a->bytes, zip64 ? 0xffff : (uint16_t)a->count);
    buf_add_u32(&a->bytes, zip64 ? UINT32_MAX : (uint32_t)a->directory.len);
    buf_add_u32(&a->bytes, zip64 ? UINT32_MAX : (uint32_t)start);
    buf_add_u16(&a->bytes, (uint16_t)strlen(comment));
    buf_add_str(&a->bytes, comment);
}

/* Reads everything; the first failure. */
static int read_all(struct view bytes, size_t limit, struct buf *ret, struct error *err)
{
    _cleanup_(zip_close_p) struct zip *zip = NULL;
    struct zip_entry entry;
    int r = zip_open(bytes, &zip, err);

    while (r >= 0 && (r = zip_next(zip, &entry, err)) > 0) {
        _cleanup_(buf_done) struct buf body = BUF_INIT(limit);

        r = zip_read(zip, &entry, &body, err);
        if (r >= 0 && ret) {
            buf_addf(ret, "%.*s=", VIEW_ARG(entry.name));
            buf_add(ret, buf_view(&body));
            buf_add_char(ret, ';');
        }
    }
    return r;
}

static void add_sample(struct archive *a, bool zip64)
{
    const struct member members[] = {
        {.name = "dir/", .zip64 = zip64},
        {.name = "dir/stored", .body = VIEW("stored"), .zip64 = zip64},
        {.name = "dir/deflated",
         .body = VIEW("aaaaaaaaaaaaaaaaaaaaaaaaaa"),
         .deflated = true,
         .zip64 = zip64},
        {.name = "empty", .deflated = true, .zip64 = zip64},
    };

    for (size_t i = 0; i < COUNT(members); i++)
        add_member(a, &members[i]);
}

#define SAMPLE_CONTENT "dir/=;dir/stored=stored;dir/deflated=aaaaaaaaaaaaaaaaaaaaaaaaaa;empty=;"

static void test_read(void **state)
{
    static const struct {
        const char *before, *comment;
        bool zip64;
    } cases[] = {
        {"", "", false},
        {"", "a comment PK\5\6 with a signature in it", false},
        {"", "", true},
        {"", "comment", true},
        {"#!/bin/sh\n", "", false},
        {"#!/bin/sh\n", "comment", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(archive_done) struct archive archive = ARCHIVE_INIT;
        _cleanup_(buf_done) struct buf got = BUF_INIT(SAMPLE_LIMIT), whole = BUF_INIT(SAMPLE_LIMIT);
        struct error err = ERROR_INIT;

        add_sample(&archive, cases[i].zip64);
        finish(&archive, cases[i].zip64, cases[i].comment);
        buf_add_str(&whole, cases[i].before);
        buf_add(&whole, buf_view(&archive.bytes));
        if (read_all(buf_view(&whole), 100, &got, &err) < 0)
            fail_msg("case %zu: %s", i, err.message);
        assert_view(buf_view(&got), SAMPLE_CONTENT);
    }
}

static void test_entry(void **state)
{
    _cleanup_(archive_done) struct archive archive = ARCHIVE_INIT;
    _cleanup_(zip_close_p) struct zip *zip = NULL;
    struct zip_entry entry;

    (void)state;
    add_sample(&archive, false);
    finish(&archive, false, "");
    assert_int_equal(zip_open(buf_view(&archive.bytes), &zip, NULL), 0);
    assert_int_equal(zip_count(zip), 4);
    assert_int_equal(zip_next(zip, &entry, NULL), 1);
    assert_true(entry.directory);
    assert_int_equal(zip_next(zip, &entry, NULL), 1);
    assert_false(entry.directory);
    assert_view(entry.name, "dir/stored");
    assert_int_equal(entry.size, 6);
    assert_int_equal(entry.stored_size, 6);
    assert_int_equal(entry.method, 0);
    assert_int_equal(zip_next(zip, &entry, NULL), 1);
    assert_int_equal(entry.size, 26);
    assert_int_equal(entry.method, 8);
    assert_int_equal(zip_next(zip, &entry, NULL), 1);
    assert_int_equal(zip_next(zip, &entry, NULL), 0);
    assert_int_equal(zip_next(zip, &entry, NULL), 0);
}

static void test_faults(void **state)
{
    static const struct {
        struct member member;
        int kind;
        const char *want;
    } cases[] = {
        {{.crc_xor = 1}, ERROR_INPUT, "zip: member a/b has the wrong checksum"},
        {{.crc_xor = 1, .deflated = true}, ERROR_INPUT, "zip: member a/b has the wrong checksum"},
        {{.size_add = 1}, ERROR_INPUT, "zip: member a/b is corrupt"},
        {{.size_add = 1, .deflated = true}, ERROR_INPUT, "zip: member a/b is corrupt"},
        {{.size_add = -1U, .deflated = true}, ERROR_INPUT, "zip: member a/b is corrupt"},
        {{.size_add = 1000000, .deflated = true}, ERROR_INPUT, "zip: member a/b is corrupt"},
        {{.size_add = 100000000, .deflated = true},
         ERROR_LIMIT,
         "zip: member a/b is larger than 10000000 bytes"},
        {{.flags = 1}, ERROR_UNSUPPORTED, "zip: member a/b is encrypted"},
        {{.method = 12},
         ERROR_UNSUPPORTED,
         "zip: member a/b is compressed by the unknown method 12"},
        {{.method = 8}, ERROR_INPUT, "zip: member a/b is corrupt"},
        {{.offset_add = 1}, ERROR_INPUT, "zip: member a/b lies outside of the file"},
        {{.offset_add = 1000000}, ERROR_INPUT, "zip: member a/b lies outside of the file"},
        {{.offset_add = -2U}, ERROR_INPUT, "zip: member a/b lies outside of the file"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(archive_done) struct archive archive = ARCHIVE_INIT;
        struct member member = cases[i].member;
        struct error err = ERROR_INIT;

        member.name = "a/b";
        member.body = VIEW("\xff hello hello hello");
        add_member(&archive, &member);
        finish(&archive, false, "");
        assert_int_equal(read_all(buf_view(&archive.bytes), 10000000, NULL, &err), cases[i].kind);
        assert_string_equal(err.message, cases[i].want);
    }
}

static void test_bad_directories(void **state)
{
    static const struct {
        size_t from_end; /* of the byte that is changed, in the end record */
        char value;
        const char *want;
    } cases[] = {
        {22, 'x', "zip: no end record: it is cut short, or no zip file"},
        {18, 1, "zip: split archives are not read"},
        {12, 5, "zip: member 5 of the directory is malformed"},
        {12, 3, "zip: the directory goes on behind its last member"},
        {7, 1, "zip: the directory lies outside of the file"},
        {3, 1, "zip: the directory lies outside of the file"},
        {6, 1, "zip: member dir/ lies outside of the file"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(archive_done) struct archive archive = ARCHIVE_INIT;
        struct error err = ERROR_INIT;

        add_sample(&archive, false);
        finish(&archive, false, "");
        archive.bytes.ptr[archive.bytes.len - cases[i].from_end] = cases[i].value;
        assert_true(read_all(buf_view(&archive.bytes), 100, NULL, &err) < 0);
        assert_string_equal(err.message, cases[i].want);
    }
}

/* Cut or damaged anywhere it is told, or nothing is lost. */
static void test_damage(void **state)
{
    (void)state;
    for (int zip64 = 0; zip64 < 2; zip64++) {
        _cleanup_(archive_done) struct archive archive = ARCHIVE_INIT;

        add_sample(&archive, zip64);
        finish(&archive, zip64, "");
        for (size_t len = 0; len < archive.bytes.len; len++)
            assert_true(read_all(view_sub(buf_view(&archive.bytes), 0, len), 100, NULL, NULL) < 0);
        for (size_t i = 0; i < archive.bytes.len; i++)
            for (int bit = 0; bit < 8; bit++) {
                archive.bytes.ptr[i] ^= (char)(1 << bit);
                read_all(buf_view(&archive.bytes), 100, NULL, NULL);
                archive.bytes.ptr[i] ^= (char)(1 << bit);
            }
    }
}

/* A bomb of members that share their bytes: together they may not give more
 * than deflate could make of the whole file. */
static void test_overlapping(void **state)
{
    _cleanup_(archive_done) struct archive archive = ARCHIVE_INIT;
    _cleanup_(buf_done) struct buf zeros = BUF_INIT(SAMPLE_LIMIT);
    struct error err = ERROR_INIT;
    struct member member = {.name = "a", .deflated = true};
    size_t one;

    (void)state;
    buf_reserve(&zeros, 10 << 20);
    memset(zeros.ptr, 0, 10 << 20);
    zeros.len = 10 << 20;
    member.body = buf_view(&zeros);
    add_member(&archive, &member);
    one = archive.directory.len;
    for (unsigned i = 0; i < 999; i++) {
        buf_reserve(&archive.directory, one);
        buf_add(&archive.directory, view_from(archive.directory.ptr, one));
        archive.count++;
    }
    finish(&archive, false, "");
    assert_int_equal(read_all(buf_view(&archive.bytes), SAMPLE_LIMIT, NULL, &err), ERROR_LIMIT);
    assert_string_equal(err.message, "zip: the members expand to too many bytes");
}

static void test_many(void **state)
{
    _cleanup_(archive_done) struct archive archive = ARCHIVE_INIT;
    _cleanup_(zip_close_p) struct zip *zip = NULL;
    struct zip_entry entry;
    unsigned count = 0;

    (void)state;
    for (unsigned i = 0; i < 70000; i++) {
        char name[20];

        snprintf(name, sizeof(name), "%u.json", i);
        add_member(&archive, &(struct member){.name = name, .body = VIEW("{}")});
    }
    finish(&archive, true, "");
    assert_int_equal(zip_open(buf_view(&archive.bytes), &zip, NULL), 0);
    while (zip_next(zip, &entry, NULL) > 0)
        count++;
    assert_int_equal(count, 70000);
}

/* What cannot be read leaves the buffer as it was, and the next can be read. */
static void test_buffer_is_kept(void **state)
{
    _cleanup_(archive_done) struct archive archive = ARCHIVE_INIT;
    _cleanup_(zip_close_p) struct zip *zip = NULL;
    _cleanup_(buf_done) struct buf to = BUF_INIT(10);
    struct zip_entry entry;

    (void)state;
    add_member(&archive, &(struct member){.name = "large", .body = VIEW("12345678901")});
    add_member(&archive, &(struct member){.name = "corrupt", .body = VIEW("1"), .crc_xor = 1});
    add_member(&archive, &(struct member){.name = "fine", .body = VIEW("23456789")});
    finish(&archive, false, "");
    buf_add(&to, VIEW("1"));
    assert_int_equal(zip_open(buf_view(&archive.bytes), &zip, NULL), 0);
    assert_int_equal(zip_next(zip, &entry, NULL), 1);
    assert_int_equal(zip_read(zip, &entry, &to, NULL), ERROR_LIMIT);
    assert_int_equal(zip_next(zip, &entry, NULL), 1);
    assert_int_equal(zip_read(zip, &entry, &to, NULL), ERROR_INPUT);
    assert_view(buf_view(&to), "1");
    assert_int_equal(zip_next(zip, &entry, NULL), 1);
    assert_int_equal(zip_read(zip, &entry, &to, NULL), 0);
    assert_view(buf_view(&to), "123456789");
}

RUN_TESTS(cmocka_unit_test(test_read), cmocka_unit_test(test_entry), cmocka_unit_test(test_faults),
          cmocka_unit_test(test_bad_directories), cmocka_unit_test(test_damage),
          cmocka_unit_test(test_overlapping), cmocka_unit_test(test_many),
          cmocka_unit_test(test_buffer_is_kept))
