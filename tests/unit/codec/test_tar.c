#include "test.h"

#include <stdio.h>
#include <sys/mman.h>

#include "base/fd.h"
#include "codec/tar.h"
#include "samples.h"
#include "tar-sample.h"

static struct tar *open_chunks(const struct buf *archive, size_t chunk)
{
    struct tar *tar = NULL;

    assert_int_equal(tar_open(sample_chunks(buf_view(archive), chunk), NULL, &tar, NULL), 0);
    return tar;
}

/* The only entry of the archive. */
static struct tar *open_one(struct buf *archive, struct tar_entry *ret)
{
    struct error err = ERROR_INIT;
    struct tar *tar;

    tar_sample_add_end(archive);
    tar = open_chunks(archive, 700);
    if (tar_next(tar, ret, &err) != 1)
        fail_msg("%s", err.message);
    return tar;
}

static void assert_next_fails(const struct buf *archive, int kind, const char *message)
{
    _cleanup_(tar_free_p) struct tar *tar = open_chunks(archive, 512);
    struct error err = ERROR_INIT, again = ERROR_INIT;
    struct tar_entry entry;
    struct view block;
    int r;

    while ((r = tar_next(tar, &entry, &err)) > 0)
        ;
    assert_int_equal(r, kind);
    assert_string_equal(err.message, message);
    assert_int_equal(tar_next(tar, &entry, &again), kind);
    assert_string_equal(again.message, message);
    assert_int_equal(tar_read(tar, &block, NULL), kind);
}

static void test_types(void **state)
{
    static const struct {
        char letter;
        enum tar_type want;
        bool has_body;
    } cases[] = {
        {'0', TAR_FILE, true},     {'1', TAR_HARDLINK, false}, {'2', TAR_SYMLINK, false},
        {'3', TAR_CHARDEV, false}, {'4', TAR_BLOCKDEV, false}, {'5', TAR_DIRECTORY, false},
        {'6', TAR_FIFO, false},    {'7', TAR_FILE, true},      {'D', TAR_DIRECTORY, true},
        {'Z', TAR_FILE, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
        _cleanup_(tar_free_p) struct tar *tar = NULL;
        bool is_link = cases[i].want == TAR_HARDLINK || cases[i].want == TAR_SYMLINK;
        struct tar_entry entry;

        tar_sample_add_header(&archive, &(struct tar_sample_header){.type = cases[i].letter,
                                                                    .name = VIEW("./a/b"),
                                                                    .link = VIEW("../c"),
                                                                    .mode = 0104755,
                                                                    .size = 5});
        if (cases[i].has_body)
            tar_sample_add_body(&archive, VIEW("hello"));
        tar_sample_add_file(&archive, "next", VIEW_EMPTY);
        tar = open_one(&archive, &entry);
        assert_int_equal(entry.type, cases[i].want);
        assert_view(entry.path, "a/b");
        assert_view(entry.raw_path, "./a/b");
        assert_view(entry.link, is_link ? "../c" : "");
        assert_int_equal(entry.mode, 04755);
        assert_int_equal(entry.uid, 1000);
        assert_int_equal(entry.gid, 1001);
        assert_int_equal(entry.mtime, 1234567890);
        assert_int_equal(entry.size, cases[i].want == TAR_FILE ? 5 : 0);
        assert_int_equal(tar_next(tar, &entry, NULL), 1);
        assert_view(entry.path, "next");
        assert_int_equal(tar_next(tar, &entry, NULL), 0);
        assert_int_equal(tar_next(tar, &entry, NULL), 0);
    }
}

static void test_old_directory(void **state)
{
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct tar_entry entry;

    (void)state;
    tar_sample_add_header(
        &archive, &(struct tar_sample_header){
                      .magic = SAMPLE_V7, .type_nul = true, .name = VIEW("dir/"), .size = 9});
    tar_sample_add_header(
        &archive,
        &(struct tar_sample_header){.magic = SAMPLE_V7, .type_nul = true, .name = VIEW("file")});
    tar = open_one(&archive, &entry);
    assert_int_equal(entry.type, TAR_DIRECTORY);
    assert_view(entry.path, "dir");
    assert_int_equal(tar_next(tar, &entry, NULL), 1);
    assert_int_equal(entry.type, TAR_FILE);
}

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static void test_names(void **state)
{
    static const struct {
        struct tar_sample_header header;
        char extension;
        struct view text;
        const char *want, *want_raw;
    } cases[] = {
        {{.name = VIEW(HUNDRED)}, 0, VIEW(""), HUNDRED, HUNDRED},
        {{.name = VIEW("b"), .prefix = VIEW("a/x")}, 0, VIEW(""), "a/x/b", "a/x/b"},
        {{.magic = SAMPLE_STAR, .name = VIEW("b"), .prefix = VIEW("a")}, 0, VIEW(""), "a/b", "a/b"},
        {{.magic = SAMPLE_GNU, .name = VIEW("b"), .prefix = VIEW("not read")},
         0,
         VIEW(""),
         "b",
         "b"},
        {{.name = VIEW("cut")}, 'L', VIEW(HUNDRED HUNDRED "\0"), HUNDRED HUNDRED, HUNDRED HUNDRED},
        {{.name = VIEW("cut")}, 'x', VIEW("15 path=é/./b\n"), "é/b", "é/./b"},
        {{.name = VIEW("cut")}, 'x', VIEW("13 path=\xff\xfe z\n"), "\xff\xfe z", "\xff\xfe z"},
        /* decomposed: e, U+0301 */
        {{.name = VIEW("cut")}, 'X', VIEW("12 path=e\xcc\x81\n"), "e\xcc\x81", "e\xcc\x81"},
        {{.name = VIEW("kept")}, 'x', VIEW("8 path=\n"), "kept", "kept"},
        {{.name = VIEW("kept")}, 'g', VIEW("10 path=x\n"), "kept", "kept"},
        {{.name = VIEW("kept")}, 'A', VIEW("rwx"), "kept", "kept"},
        {{.name = VIEW("../../etc/../a")}, 0, VIEW(""), "a", "../../etc/../a"},
        {{.name = VIEW("/etc//passwd")}, 0, VIEW(""), "etc/passwd", "/etc//passwd"},
        {{.name = VIEW("./")}, 0, VIEW(""), "", "./"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
        _cleanup_(tar_free_p) struct tar *tar = NULL;
        struct tar_entry entry;

        if (cases[i].extension)
            tar_sample_add_extension(&archive, cases[i].extension, cases[i].text);
        tar_sample_add_header(&archive, &cases[i].header);
        tar = open_one(&archive, &entry);
        assert_view(entry.path, cases[i].want);
        assert_view(entry.raw_path, cases[i].want_raw);
        assert_int_equal(tar_next(tar, &entry, NULL), 0);
    }
}

static void test_long_links(void **state)
{
    static const struct {
        char extension;
        struct view text;
        const char *want;
    } cases[] = {
        {'K', VIEW(HUNDRED HUNDRED), HUNDRED HUNDRED},
        {'x', VIEW("22 linkpath=../../ab/\n"), "../../ab/"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
        _cleanup_(tar_free_p) struct tar *tar = NULL;
        struct tar_entry entry;

        tar_sample_add_extension(&archive, cases[i].extension, cases[i].text);
        tar_sample_add_header(&archive, &(struct tar_sample_header){
                                            .type = '2', .name = VIEW("l"), .link = VIEW("cut")});
        tar = open_one(&archive, &entry);
        assert_view(entry.link, cases[i].want);
    }
}

static void test_numbers(void **state)
{
    static const struct {
        struct tar_sample_header header;
        struct view pax;
        uint32_t want_uid;
        int64_t want_mtime;
        uint64_t want_size;
    } cases[] = {
        {{.raw_uid = VIEW("   12 \0 "), .raw_size = VIEW("         7 \0")},
         VIEW(""),
         10,
         1234567890,
         7},
        {{.raw_uid = VIEW("\x80\0\0\0\0\1\0\0")}, VIEW(""), 65536, 1234567890, 0},
        {{.raw_uid = VIEW("\x80\0\0\1\0\0\0\0")}, VIEW(""), UINT32_MAX, 1234567890, 0},
        {{.raw_uid = VIEW("\xff\xff\xff\xff\xff\xff\xff\xff")},
         VIEW(""),
         UINT32_MAX,
         1234567890,
         0},
        {{.raw_size = VIEW("\x80\0\0\0\0\0\0\0\0\0\2\1")}, VIEW(""), 1000, 1234567890, 513},
        {{.raw_mtime = VIEW("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe")},
         VIEW(""),
         1000,
         -2,
         0},
        {{.raw_mtime = VIEW("\0\0\0\0\0\0\0\0\0\0\0\0")}, VIEW(""), 1000, 0, 0},
        {{.size = 1}, VIEW("9 size=3\n"), 1000, 1234567890, 3},
        {{.size = 1}, VIEW("8 size=\n"), 1000, 1234567890, 1},
        {{.size = 0}, VIEW("17 uid=123456789\n20 mtime=-1.0000001\n"), 123456789, -2, 0},
        {{.size = 0}, VIEW("18 uid=4294967296\n14 mtime=12.9\n"), UINT32_MAX, 12, 0},
        {{.size = 0}, VIEW("7 uid=\n9 mtime=\n"), 1000, 1234567890, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
        _cleanup_(tar_free_p) struct tar *tar = NULL;
        struct tar_sample_header header = cases[i].header;
        struct tar_entry entry;

        if (cases[i].pax.len)
            tar_sample_add_extension(&archive, 'x', cases[i].pax);
        header.name = VIEW("n");
        tar_sample_add_header(&archive, &header);
        if (cases[i].want_size)
            tar_sample_add_body(&archive,
                                view_sub(VIEW(HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED), 0,
                                         (size_t)cases[i].want_size));
        tar = open_one(&archive, &entry);
        assert_int_equal(entry.uid, cases[i].want_uid);
        assert_int_equal(entry.mtime, cases[i].want_mtime);
        assert_int_equal(entry.size, cases[i].want_size);
        assert_int_equal(tar_next(tar, &entry, NULL), 0);
    }
}

static void test_bad_headers(void **state)
{
    static const struct {
        struct tar_sample_header header;
        const char *want;
    } cases[] = {
        {{.wrong_checksum = true}, "tar: no header at offset 512"},
        {{.raw_size = VIEW("12345678x01")}, "tar: no header at offset 512"},
        {{.raw_size = VIEW("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")},
         "tar: no header at offset 512"},
        {{.raw_size = VIEW("\x80\0\0\0\x80\0\0\0\0\0\0\0")}, "tar: no header at offset 512"},
        {{.raw_size = VIEW("\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")},
         "tar: no header at offset 512"},
        {{.type = 'M'}, "tar: the file at offset 512 began in another volume"},
        {{.type = 'x', .size = TAR_HEADER_LIMIT + 1},
         "tar: a header of the entry at offset 512 is larger than 1048576 bytes"},
        {{.type = 'x'}, "tar: truncated at offset 1536"},
        {{.type = 'L'}, "tar: truncated at offset 1536"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
        struct tar_sample_header header = cases[i].header;
        int kind = i == 5 ? ERROR_UNSUPPORTED : i == 6 ? ERROR_LIMIT : ERROR_INPUT;

        header.name = VIEW("n");
        tar_sample_add_file(&archive, "first", VIEW_EMPTY);
        tar_sample_add_header(&archive, &header);
        tar_sample_add_end(&archive);
        assert_next_fails(&archive, kind, cases[i].want);
    }
}

static void test_bad_pax(void **state)
{
    static const struct view cases[] = {
        VIEW("x"),
        VIEW("path=a\n"),
        VIEW(" path=a\n"),
        VIEW("5 path=a\n"),
        VIEW("99 path=a\n"),
        VIEW("10 path=a_"),
        VIEW("0 path=a\n"),
        VIEW("1 path=a\n"),
        VIEW("3 \n"),
        VIEW("6 abc\n"),
        VIEW("99999999999999999999999 path=a\n"),
        VIEW("12 path=a\0b\n"),
        VIEW("15 linkpath=\0b\n"),
        VIEW("11 size=-1\n"),
        VIEW("11 size=1x\n"),
        VIEW("10 uid=-1\n"),
        VIEW("13 mtime=1.x\n"),
        VIEW("11 mtime=x\n"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);

        tar_sample_add_extension(&archive, 'x', cases[i]);
        tar_sample_add_file(&archive, "n", VIEW_EMPTY);
        tar_sample_add_end(&archive);
        assert_next_fails(&archive, ERROR_INPUT,
                          "tar: entry at offset 0: a pax header is malformed");
    }
}

static void test_path_limits(void **state)
{
    static const struct {
        size_t repeats;
        const char *part;
        const char *want;
    } cases[] = {
        {1000, "d/", NULL},
        {1025, "d/", "tar: entry at offset 0: a path is deeper than 1024 directories"},
        {4096, "x", NULL},
        {4097, "x", "tar: entry at offset 0: a path is longer than 4096 bytes"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT), name = BUF_INIT(10000);

        for (size_t k = 0; k < cases[i].repeats; k++)
            buf_add_str(&name, cases[i].part);
        tar_sample_add_pax(&archive, "path", buf_view(&name));
        if (cases[i].want) {
            tar_sample_add_file(&archive, "n", VIEW_EMPTY);
            assert_next_fails(&archive, ERROR_LIMIT, cases[i].want);
        } else {
            _cleanup_(tar_free_p) struct tar *tar = NULL;
            struct tar_entry entry;

            tar_sample_add_file(&archive, "n", VIEW_EMPTY);
            tar = open_one(&archive, &entry);
            assert_true(view_eq(entry.raw_path, buf_view(&name)));
        }
    }
}

static void test_bodies(void **state)
{
    static const size_t sizes[] = {0, 1, 511, 512, 513, 70000};
    static const size_t chunks[] = {1, 100, 512, 100000};
    _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT), archive = BUF_INIT(SAMPLE_LIMIT);

    (void)state;
    sample_text(&text, 70000);
    for (size_t i = 0; i < COUNT(sizes); i++)
        tar_sample_add_file(&archive, "file", view_sub(buf_view(&text), 0, sizes[i]));
    tar_sample_add_end(&archive);
    for (size_t c = 0; c < COUNT(chunks); c++) {
        _cleanup_(tar_free_p) struct tar *tar = open_chunks(&archive, chunks[c]);

        for (size_t i = 0; i < COUNT(sizes); i++) {
            _cleanup_(buf_done) struct buf got = BUF_INIT(sizes[i]);
            struct tar_entry entry;
            struct view block;

            assert_int_equal(tar_next(tar, &entry, NULL), 1);
            assert_int_equal(entry.size, sizes[i]);
            if (c != 2) { /* else skipped */
                assert_int_equal(tar_read_all(tar, &got, NULL), 0);
                assert_true(view_eq(buf_view(&got), view_sub(buf_view(&text), 0, sizes[i])));
            }
            if (c != 3) {
                assert_int_equal(tar_read(tar, &block, NULL), 0);
                assert_true(c == 2 || block.len == 0);
                assert_true(view_eq(block, view_sub(buf_view(&text), 0, block.len)));
            }
            assert_true(
                view_eq(view_sub(buf_view(&archive), (size_t)entry.data_offset, (size_t)entry.size),
                        view_sub(buf_view(&text), 0, sizes[i])));
        }
    }
}

static void test_read_all_limit(void **state)
{
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT), got = BUF_INIT(4);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct tar_entry entry;

    (void)state;
    tar_sample_add_file(&archive, "n", VIEW("hello"));
    tar_sample_add_file(&archive, "m", VIEW_EMPTY);
    tar = open_one(&archive, &entry);
    assert_int_equal(tar_read_all(tar, &got, NULL), ERROR_LIMIT);
    assert_int_equal(tar_next(tar, &entry, NULL), 1); /* which harms no other entry */
    assert_view(entry.path, "m");
}

static int count_entries(struct view bytes, size_t *ret_count, struct error *err)
{
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct tar_entry entry;
    size_t count = 0;
    int r;

    assert_int_equal(tar_open(sample_chunks(bytes, 1000), NULL, &tar, NULL), 0);
    while ((r = tar_next(tar, &entry, err)) > 0)
        count++;
    *ret_count = count;
    return r;
}

static void add_mixed(struct buf *archive)
{
    tar_sample_add_file(archive, "one", VIEW("1"));
    tar_sample_add_pax(archive, "path", VIEW("two"));
    tar_sample_add_file(archive, "cut", VIEW(HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED));
    tar_sample_add_extension(archive, 'L', VIEW("three"));
    tar_sample_add_header(archive, &(struct tar_sample_header){.type = '5'});
}

/* Cut anywhere but between two entries, it is told. */
static void test_truncated(void **state)
{
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
    size_t whole[] = {0, 1024, 1024 + 1024 + 512 + 1024, 0};

    (void)state;
    add_mixed(&archive);
    whole[3] = archive.len;
    for (size_t len = 0; len <= archive.len; len++) {
        struct error err = ERROR_INIT;
        size_t count, done = 0;
        int r = count_entries(view_sub(buf_view(&archive), 0, len), &count, &err);

        while (done < 3 && whole[done + 1] <= len)
            done++;
        if (len == whole[done]) {
            assert_int_equal(r, 0);
            assert_int_equal(count, done);
            continue;
        }
        assert_int_equal(r, ERROR_INPUT);
        assert_true(count == done || count == done + 1);
        assert_non_null(strstr(err.message, "tar: truncated at offset"));
    }
}

static void test_truncated_body(void **state)
{
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT), got = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct error err = ERROR_INIT;
    struct tar_entry entry;

    (void)state;
    tar_sample_add_header(&archive, &(struct tar_sample_header){.name = VIEW("n"), .size = 2000});
    tar_sample_add_body(&archive, VIEW(HUNDRED));
    tar = open_chunks(&archive, 64);
    assert_int_equal(tar_next(tar, &entry, NULL), 1);
    assert_int_equal(tar_read_all(tar, &got, &err), ERROR_INPUT);
    assert_string_equal(err.message, "tar: truncated at offset 1024");
}

static void test_ends(void **state)
{
    static const struct {
        size_t zeros;
        struct view behind;
        const char *want; /* NULL: fine */
    } cases[] = {
        {0, VIEW(""), NULL},
        {512, VIEW(""), NULL},
        {1024, VIEW(""), NULL},
        {10240, VIEW(""), NULL},
        {1024, VIEW("anything"), NULL},
        {512, VIEW(HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED),
         "tar: a lone zero record before offset 1024"},
        {100, VIEW(""), "tar: truncated at offset 612"},
    };
    static const char zeros[10240];

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
        struct error err = ERROR_INIT;
        bool empty = i >= COUNT(cases);
        size_t count, k = i % COUNT(cases);
        int r;

        if (!empty)
            tar_sample_add_file(&archive, "n", VIEW_EMPTY);
        buf_add(&archive, view_from(zeros, cases[k].zeros));
        buf_add(&archive, cases[k].behind);
        r = count_entries(buf_view(&archive), &count, &err);
        assert_int_equal(r, cases[k].want ? ERROR_INPUT : 0);
        assert_int_equal(count, !empty);
        if (cases[k].want && !empty)
            assert_string_equal(err.message, cases[k].want);
    }
}

static void test_other_formats(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT), zipped = BUF_INIT(SAMPLE_LIMIT);
    struct error err = ERROR_INIT;
    size_t count;

    (void)state;
    sample_text(&text, 5000);
    assert_int_equal(count_entries(buf_view(&text), &count, &err), ERROR_INPUT);
    assert_string_equal(err.message, "tar: this is no tar archive");
    sample_gzip(buf_view(&text), &zipped);
    assert_int_equal(count_entries(buf_view(&zipped), &count, &err), ERROR_INPUT);
    assert_string_equal(err.message, "tar: this is no tar archive");
}

static void test_signed_checksum(void **state)
{
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct tar_entry entry;

    (void)state;
    tar_sample_add_header(
        &archive, &(struct tar_sample_header){.name = VIEW("\xe9\xe9"), .signed_checksum = true});
    tar = open_one(&archive, &entry);
    assert_view(entry.path, "\xe9\xe9");
}

static void test_extensions_do_not_stay(void **state)
{
    static const char *const want[] = {"long", "own", "last", "gnu before pax", "own"};
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct tar_entry entry;

    (void)state;
    tar_sample_add_extension(&archive, 'L', VIEW("long"));
    tar_sample_add_file(&archive, "own", VIEW_EMPTY);
    tar_sample_add_file(&archive, "own", VIEW_EMPTY);
    tar_sample_add_pax(&archive, "path", VIEW("first"));
    tar_sample_add_pax(&archive, "path", VIEW("last"));
    tar_sample_add_file(&archive, "own", VIEW_EMPTY);
    tar_sample_add_extension(&archive, 'L', VIEW("gnu before pax"));
    tar_sample_add_pax(&archive, "path", VIEW("pax"));
    tar_sample_add_file(&archive, "own", VIEW_EMPTY);
    tar_sample_add_file(&archive, "own", VIEW_EMPTY);
    tar_sample_add_end(&archive);
    tar = open_chunks(&archive, 512);
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_int_equal(tar_next(tar, &entry, NULL), 1);
        assert_view(entry.path, want[i]);
    }
    assert_int_equal(tar_next(tar, &entry, NULL), 0);
}

/* The attribute holds any bytes, and is the next entry's only. */
static void test_capability(void **state)
{
    static const char value[] = "\x01\0\0\x02\0\x20\0\0\0\0\0\0";
    const struct view bytes = view_from(value, sizeof(value) - 1);
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct tar_entry entry;

    (void)state;
    tar_sample_add_pax(&archive, "SCHILY.xattr.security.capability", bytes);
    tar_sample_add_file(&archive, "ping", VIEW_EMPTY);
    tar_sample_add_file(&archive, "plain", VIEW_EMPTY);
    tar = open_one(&archive, &entry);
    assert_true(view_eq(entry.capability, bytes));
    assert_int_equal(tar_next(tar, &entry, NULL), 1);
    assert_int_equal(entry.capability.len, 0);
}

/* What is passed over belongs to no entry: the archive may end behind it. */
static void test_ignored_at_the_end(void **state)
{
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct tar_entry entry;

    (void)state;
    tar_sample_add_extension(&archive, 'g', VIEW("10 path=x\n"));
    tar_sample_add_file(&archive, "own", VIEW_EMPTY);
    tar_sample_add_extension(&archive, 'V', VIEW_EMPTY);
    tar = open_one(&archive, &entry);
    assert_int_equal(entry.header_offset, 1024);
    assert_int_equal(tar_next(tar, &entry, NULL), 0);
}

static void test_offsets(void **state)
{
    static const struct {
        uint64_t header, data;
    } want[] = {{0, 512}, {1024, 2560}, {3584, 5120}};
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct tar_entry entry;

    (void)state;
    add_mixed(&archive);
    tar = open_chunks(&archive, 512);
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_int_equal(tar_next(tar, &entry, NULL), 1);
        assert_int_equal(entry.header_offset, want[i].header);
        assert_int_equal(entry.data_offset, want[i].data);
    }
}

/* A body is passed over by seeking; one that is cut short is told all the same. */
static void test_seeking(void **state)
{
    static const size_t missing[] = {0, 1, 512, 600000};
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT), text = BUF_INIT(SAMPLE_LIMIT);

    (void)state;
    sample_text(&text, 1 << 20);
    tar_sample_add_file(&archive, "large", buf_view(&text));
    for (size_t i = 0; i < COUNT(missing); i++) {
        _cleanup_close_ int fd = memfd_create("sample", MFD_CLOEXEC);
        _cleanup_(tar_free_p) struct tar *tar = NULL;
        struct error err = ERROR_INIT;
        struct stream *source, *decoded;
        struct tar_entry entry;

        assert_int_equal(
            fd_write_all(fd, view_sub(buf_view(&archive), 0, archive.len - missing[i]), NULL), 0);
        assert_int_equal(stream_open_fd(fd, 0, -1, &source, NULL), 0);
        assert_int_equal(stream_open_decoded(source, UINT64_MAX, NULL, &decoded, NULL), 0);
        assert_int_equal(tar_open(decoded, NULL, &tar, NULL), 0);
        assert_int_equal(tar_next(tar, &entry, NULL), 1);
        assert_int_equal(tar_next(tar, &entry, &err), missing[i] ? ERROR_INPUT : 0);
        if (missing[i])
            assert_non_null(strstr(err.message, "tar: truncated at offset"));
    }
}

static void test_many_entries(void **state)
{
    static const struct tar_limits limits = {.entries = 99999};
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct error err = ERROR_INIT;
    struct tar_entry entry;
    size_t count;
    int r;

    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        char name[32];

        snprintf(name, sizeof(name), "dir-%u/file", i);
        tar_sample_add_file(&archive, name, VIEW_EMPTY);
    }
    assert_int_equal(count_entries(buf_view(&archive), &count, NULL), 0);
    assert_int_equal(count, 100000);

    assert_int_equal(tar_open(sample_chunks(buf_view(&archive), STREAM_BLOCK), &limits, &tar, NULL),
                     0);
    while ((r = tar_next(tar, &entry, &err)) > 0)
        ;
    assert_int_equal(r, ERROR_LIMIT);
    assert_string_equal(err.message, "tar: more than 99999 entries");
}

/* A damaged gzip is told although the tar within has ended. */
static void test_source_is_read_to_its_end(void **state)
{
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT),
                                   zipped = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct error err = ERROR_INIT;
    struct stream *stream;
    struct tar_entry entry;

    (void)state;
    tar_sample_add_file(&archive, "n", VIEW_EMPTY);
    tar_sample_add_end(&archive);
    sample_text(&archive, 2 * STREAM_DECODED_BLOCK);
    sample_gzip(buf_view(&archive), &zipped);
    zipped.ptr[zipped.len - 8] ^= 1; /* the CRC */
    assert_int_equal(stream_open_decoded(sample_chunks(buf_view(&zipped), 4096), UINT64_MAX, NULL,
                                         &stream, NULL),
                     0);
    assert_int_equal(tar_open(stream, NULL, &tar, NULL), 0);
    assert_int_equal(tar_next(tar, &entry, NULL), 1);
    assert_int_equal(tar_next(tar, &entry, &err), ERROR_INPUT);
    assert_non_null(strstr(err.message, "gzip: wrong checksum"));
}

RUN_TESTS(cmocka_unit_test(test_types), cmocka_unit_test(test_old_directory),
          cmocka_unit_test(test_names), cmocka_unit_test(test_long_links),
          cmocka_unit_test(test_numbers), cmocka_unit_test(test_bad_headers),
          cmocka_unit_test(test_bad_pax), cmocka_unit_test(test_path_limits),
          cmocka_unit_test(test_bodies), cmocka_unit_test(test_read_all_limit),
          cmocka_unit_test(test_truncated), cmocka_unit_test(test_truncated_body),
          cmocka_unit_test(test_ends), cmocka_unit_test(test_other_formats),
          cmocka_unit_test(test_signed_checksum), cmocka_unit_test(test_extensions_do_not_stay),
          cmocka_unit_test(test_ignored_at_the_end), cmocka_unit_test(test_offsets),
          cmocka_unit_test(test_capability), cmocka_unit_test(test_seeking),
          cmocka_unit_test(test_many_entries), cmocka_unit_test(test_source_is_read_to_its_end))
