#include "test.h"

#include <stdio.h>

#include "codec/tar.h"
#include "samples.h"
#include "tar-sample.h"

/* A file of 5000 bytes with "abc" at 1000 and "xyz" at 4997, in each format. */
static void add_pax_sparse(struct buf *archive, struct view records, struct view body)
{
    tar_sample_add_records(archive, records);
    tar_sample_add_file(archive, "GNUSparseFile.0/name", body);
}

static void add_0_0(struct buf *archive)
{
    add_pax_sparse(archive,
                   VIEW("GNU.sparse.size=5000\n"
                        "GNU.sparse.numblocks=2\n"
                        "GNU.sparse.offset=1000\n"
                        "GNU.sparse.numbytes=3\n"
                        "GNU.sparse.offset=4997\n"
                        "GNU.sparse.numbytes=3\n"
                        "path=name\n"),
                   VIEW("abcxyz"));
}

static void add_0_1(struct buf *archive)
{
    add_pax_sparse(archive,
                   VIEW("GNU.sparse.size=5000\n"
                        "GNU.sparse.numblocks=2\n"
                        "GNU.sparse.map=1000,3,4997,3\n"
                        "GNU.sparse.name=name\n"),
                   VIEW("abcxyz"));
}

static void add_1_0(struct buf *archive)
{
    _cleanup_(buf_done) struct buf body = BUF_INIT(SAMPLE_LIMIT);

    tar_sample_add_body(&body, VIEW("2\n1000\n3\n4997\n3\n"));
    buf_add(&body, VIEW("abcxyz"));
    add_pax_sparse(archive,
                   VIEW("GNU.sparse.major=1\n"
                        "GNU.sparse.minor=0\n"
                        "GNU.sparse.name=name\n"
                        "GNU.sparse.realsize=5000\n"),
                   buf_view(&body));
}

static void add_old(struct buf *archive)
{
    tar_sample_add_header(archive,
                          &(struct tar_sample_header){
                              .magic = SAMPLE_GNU,
                              .type = 'S',
                              .name = VIEW("name"),
                              .size = 6,
                              .patch_at = 386,
                              .patch = VIEW("00000001750\00000000000003\0"
                                            "00000011605\00000000000003\0"
                                            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                            "\0"
                                            "00000011610\0"),
                          });
    tar_sample_add_body(archive, VIEW("abcxyz"));
}

/* The second fragment stands in a record behind the header. */
static void add_old_continued(struct buf *archive)
{
    char record[512] = "00000011605\00000000000003";

    tar_sample_add_header(archive,
                          &(struct tar_sample_header){
                              .magic = SAMPLE_GNU,
                              .type = 'S',
                              .name = VIEW("name"),
                              .size = 6,
                              .patch_at = 386,
                              .patch = VIEW("00000001750\00000000000003\0"
                                            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                            "\1"
                                            "00000011610\0"),
                          });
    buf_add(archive, view_from(record, sizeof(record)));
    tar_sample_add_body(archive, VIEW("abcxyz"));
}

static void (*const formats[])(struct buf *archive) = {add_0_0, add_0_1, add_1_0, add_old,
                                                       add_old_continued};

static void test_formats(void **state)
{
    char want[5000] = {0};

    (void)state;
    memcpy(want + 1000, "abc", 3);
    memcpy(want + 4997, "xyz", 3);
    for (size_t f = 0; f < COUNT(formats); f++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);

        formats[f](&archive);
        tar_sample_add_file(&archive, "next", VIEW_EMPTY);
        for (size_t chunk = 1; chunk < 700; chunk += 99) {
            _cleanup_(tar_free_p) struct tar *tar = NULL;
            _cleanup_(buf_done) struct buf got = BUF_INIT(SAMPLE_LIMIT);
            struct error err = ERROR_INIT;
            struct tar_entry entry;

            assert_int_equal(tar_open(sample_chunks(buf_view(&archive), chunk), NULL, &tar, NULL),
                             0);
            if (tar_next(tar, &entry, &err) != 1 || tar_read_all(tar, &got, &err) < 0)
                fail_msg("format %zu: %s", f, err.message);
            assert_view(entry.path, "name");
            assert_int_equal(entry.size, 5000);
            assert_true(entry.sparse);
            assert_true(view_eq(buf_view(&got), view_from(want, sizeof(want))));
            assert_int_equal(tar_next(tar, &entry, NULL), 1);
            assert_view(entry.path, "next");
            assert_false(entry.sparse);
        }
    }
}

/* Not read, or read in part, the body is passed over. */
static void test_skipped(void **state)
{
    (void)state;
    for (size_t f = 0; f < 2 * COUNT(formats); f++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
        _cleanup_(tar_free_p) struct tar *tar = NULL;
        struct tar_entry entry;
        struct view block;

        formats[f / 2](&archive);
        tar_sample_add_file(&archive, "next", VIEW_EMPTY);
        assert_int_equal(tar_open(sample_chunks(buf_view(&archive), 512), NULL, &tar, NULL), 0);
        assert_int_equal(tar_next(tar, &entry, NULL), 1);
        if (f % 2)
            assert_int_equal(tar_read(tar, &block, NULL), 0);
        assert_int_equal(tar_next(tar, &entry, NULL), 1);
        assert_view(entry.path, "next");
    }
}

static void test_malformed_maps(void **state)
{
#define MAP_MALFORMED "tar: entry at offset 0: the map of a sparse file is malformed"
#define PAX_MALFORMED "tar: entry at offset 0: a pax header is malformed"
    static const struct {
        struct view records, body;
        const char *want;
    } cases[] = {
        {VIEW("GNU.sparse.size=10\nGNU.sparse.map=1\n"), VIEW(""), MAP_MALFORMED},
        {VIEW("GNU.sparse.size=10\nGNU.sparse.map=1,2\n"), VIEW("a"), MAP_MALFORMED},
        {VIEW("GNU.sparse.size=10\nGNU.sparse.map=1,,\n"), VIEW("a"), PAX_MALFORMED},
        {VIEW("GNU.sparse.size=10\nGNU.sparse.map=9,2\n"), VIEW("ab"), MAP_MALFORMED},
        {VIEW("GNU.sparse.size=10\nGNU.sparse.map=4,1,3,1\n"), VIEW("ab"), MAP_MALFORMED},
        {VIEW("GNU.sparse.size=10\nGNU.sparse.map=1,3,3,1\n"), VIEW("abcd"), MAP_MALFORMED},
        {VIEW("GNU.sparse.size=10\nGNU.sparse.map=9223372036854775807,9\n"), VIEW("abcdefghi"),
         MAP_MALFORMED},
        {VIEW("GNU.sparse.major=1\nGNU.sparse.minor=0\n"), VIEW("1\n0\n"), MAP_MALFORMED},
        {VIEW("GNU.sparse.major=2\n"), VIEW(""),
         "tar: entry at offset 0: a sparse file is in the unknown format 2.0"},
        {VIEW("GNU.sparse.major=1\nGNU.sparse.minor=1\n"), VIEW(""),
         "tar: entry at offset 0: a sparse file is in the unknown format 1.1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT);
        _cleanup_(tar_free_p) struct tar *tar = NULL;
        struct error err = ERROR_INIT;
        struct tar_entry entry;

        add_pax_sparse(&archive, cases[i].records, cases[i].body);
        assert_int_equal(tar_open(sample_chunks(buf_view(&archive), 512), NULL, &tar, NULL), 0);
        assert_true(tar_next(tar, &entry, &err) < 0);
        assert_string_equal(err.message, cases[i].want);
    }
}

static void test_malformed_maps_in_bodies(void **state)
{
    static const struct view cases[] = {
        VIEW("x"),
        VIEW("\n"),
        VIEW("1\n0\n1\0"),
        VIEW("1\n-1\n1\n"),
        VIEW("1\n0\n\n"),
        VIEW("99999999999999999999\n"),
        VIEW("300000000000000000\n0\n"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT), body = BUF_INIT(1000);
        _cleanup_(tar_free_p) struct tar *tar = NULL;
        struct error err = ERROR_INIT;
        struct tar_entry entry;

        tar_sample_add_body(&body, cases[i]);
        add_pax_sparse(&archive, VIEW("GNU.sparse.major=1\nGNU.sparse.minor=0\n"), buf_view(&body));
        assert_int_equal(tar_open(sample_chunks(buf_view(&archive), 512), NULL, &tar, NULL), 0);
        assert_true(tar_next(tar, &entry, &err) < 0);
        assert_string_equal(err.message, MAP_MALFORMED);
    }
}

/* A bomb: a hole of 4 EiB is described at no cost, and reading it is limited. */
static void test_hole_limit(void **state)
{
    static const struct tar_limits limits = {.holes = 1000000};
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT), got = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct error err = ERROR_INIT;
    struct tar_entry entry;

    (void)state;
    for (unsigned i = 0; i < 2; i++)
        add_pax_sparse(&archive, VIEW("GNU.sparse.size=4611686018427387904\nGNU.sparse.map=0,0\n"),
                       VIEW(""));
    assert_int_equal(tar_open(sample_chunks(buf_view(&archive), 512), &limits, &tar, NULL), 0);
    assert_int_equal(tar_next(tar, &entry, NULL), 1);
    assert_int_equal(tar_next(tar, &entry, &err), 1);
    assert_int_equal(tar_read_all(tar, &got, &err), ERROR_LIMIT);
    assert_string_equal(err.message, "tar: the holes of sparse files are too large");
    assert_true(got.len <= 1000000);
}

static void test_fragment_limit(void **state)
{
    _cleanup_(buf_done) struct buf archive = BUF_INIT(SAMPLE_LIMIT), map = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct error err = ERROR_INIT;
    struct tar_entry entry;

    (void)state;
    buf_add(&map, VIEW("200000\n"));
    for (unsigned i = 0; i < 400000; i++)
        buf_add(&map, VIEW("0\n"));
    add_pax_sparse(&archive, VIEW("GNU.sparse.major=1\nGNU.sparse.minor=0\n"), buf_view(&map));
    assert_int_equal(tar_open(sample_chunks(buf_view(&archive), 4096), NULL, &tar, NULL), 0);
    assert_int_equal(tar_next(tar, &entry, &err), ERROR_LIMIT);
    assert_non_null(strstr(err.message, "a sparse file has more than 131072 fragments"));
}

RUN_TESTS(cmocka_unit_test(test_formats), cmocka_unit_test(test_skipped),
          cmocka_unit_test(test_malformed_maps), cmocka_unit_test(test_malformed_maps_in_bodies),
          cmocka_unit_test(test_hole_limit), cmocka_unit_test(test_fragment_limit))
