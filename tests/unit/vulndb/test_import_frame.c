/* How a worker's answer travels: frames, tallies, bundles. */
#include "vulndb/import/bundle.h"
#include "vulndb/import/frame.h"

#include <stdio.h>

#include "import-collect.h"

#include "test.h"

struct reader {
    struct frame_reader base;
    struct collector collector;
    struct import_result last;
    int results;
};

static int on_result(struct frame_reader *base, const struct import_result *result,
                     struct error *err)
{
    struct reader *reader = (struct reader *)base;

    (void)err;
    reader->last = *result;
    reader->results++;
    return 0;
}

static void reader_init(struct reader *reader)
{
    *reader = (struct reader){.base = {.arena = arena_new(1 << 20), .result = on_result}};
    collector_init(&reader->collector);
    reader->base.sink = &reader->collector.sink;
}

static void reader_done(struct reader *reader)
{
    collector_done(&reader->collector);
    arena_free(reader->base.arena);
}

static void write_frames(struct buf *to)
{
    static const struct advisory advisory = {.id = VIEW("CVE-2024-1111"), .title = VIEW("t")};
    static const struct finding_kev kev = {true, VIEW("2024-01-01"), VIEW("2024-01-15"), true};
    struct import_result result = {.name = "a.json", .importer = &importer_kev};

    assert_int_equal(frame_add_record(&advisory, to, NULL), 0);
    assert_int_equal(frame_add_kev(VIEW("CVE-2024-2222"), &kev, to, NULL), 0);
    assert_int_equal(frame_add_epss(VIEW("CVE-2024-3333"), 0.25, 0.5, to, NULL), 0);
    error_set(&result.error, ERROR_INPUT, "no good");
    error_hint(&result.error, "look at it");
    result.tally.records = 3;
    result.tally.bytes = 1 << 20;
    tally_unknown(&result.tally, VIEW("Mars"), 2);
    tally_problem(&result.tally, "a %s", "problem");
    assert_int_equal(frame_add_result(&result, to, NULL), 0);
}

/* However the bytes are cut, the frames come whole. */
static void test_round_trip(void **state)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(1 << 20);

    (void)state;
    write_frames(&bytes);
    for (size_t step = 1; step <= bytes.len; step += 7) {
        struct reader reader;
        size_t at = 0, used = 0;

        reader_init(&reader);
        for (size_t end = step; at < bytes.len; end += step) {
            struct view part = view_sub(buf_view(&bytes), at, end - at);

            assert_int_equal(frame_read_all(&reader.base, part, &used, NULL), 0);
            at += used;
        }
        assert_string_equal(buf_cstr(&reader.collector.text),
                            "CVE-2024-1111 title=\"t\"\n"
                            "KEV CVE-2024-2222 2024-01-01 2024-01-15 ransomware\n"
                            "EPSS CVE-2024-3333 0.25000 0.50000\n");
        assert_int_equal(reader.results, 1);
        assert_string_equal(reader.last.name, "a.json");
        assert_ptr_equal(reader.last.importer, &importer_kev);
        assert_int_equal(reader.last.error.kind, ERROR_INPUT);
        assert_string_equal(reader.last.error.message, "no good");
        assert_string_equal(reader.last.error.hint, "look at it");
        assert_int_equal(reader.last.tally.records, 3);
        assert_int_equal(reader.last.tally.bytes, 1 << 20);
        assert_string_equal(reader.last.tally.unknown_names[0].name, "Mars");
        assert_string_equal(reader.last.tally.problems[0], "a problem");
        reader_done(&reader);
    }
}

/* A worker that was taken over can say anything. */
static void test_nonsense(void **state)
{
    static const struct view answers[] = {
        VIEW("\x09\0\0\0\0"),                   /* no such kind */
        VIEW("\x00\xff\xff\xff\xff"),           /* longer than any frame */
        VIEW("\x00\x01\0\0\0\0"),               /* a record that is none */
        VIEW("\x01\x06\0\0\0\x01\x61\0\0\0\0"), /* bytes behind a KEV entry */
        VIEW("\x02\x02\0\0\0\x01\x61"),         /* an EPSS entry without scores */
        VIEW("\x02\x12\0\0\0\x01\x61\0\0\0\0\0\0\xf8\x7f\0\0\0\0\0\0\0\0"), /* not a number */
        VIEW("\x02\x12\0\0\0\x01\x61\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0\0"),   /* 2 */
        VIEW("\x03\x03\0\0\0\x01\x61\x7f"),                                 /* a result cut short */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct reader reader;
        struct error err = ERROR_INIT;
        size_t used = 0;

        reader_init(&reader);
        assert_true(frame_read_all(&reader.base, answers[i], &used, &err) < 0);
        assert_true(error_is_set(&err));
        reader_done(&reader);
    }
}

static void test_tally_limits(void **state)
{
    struct import_tally tally = {0}, sum = {0};
    char name[16];

    (void)state;
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "eco-%d", i);
        tally_unknown(&tally, view_of(name), 1);
        tally_problem(&tally, "problem %d", i);
    }
    tally_merge(&sum, &tally);
    tally_merge(&sum, &tally);
    assert_int_equal(tally.unknown, 100);
    assert_int_equal(tally.unknown_name_count, TALLY_UNKNOWN);
    assert_int_equal(tally.problem_count, TALLY_PROBLEMS);
    assert_int_equal(sum.unknown, 200);
    assert_int_equal(sum.unknown_names[0].count, 2);
    assert_int_equal(sum.problem_count, TALLY_PROBLEMS);
}

static void test_bundle(void **state)
{
    _cleanup_(buf_done) struct buf bundle = BUF_INIT(1 << 16);
    struct view name, bytes;
    struct cursor cursor;

    (void)state;
    bundle_add(&bundle, VIEW("a.json"), VIEW("{}"));
    bundle_add(&bundle, VIEW("b.json"), VIEW_EMPTY);
    cursor = cursor_of(buf_view(&bundle));
    assert_true(bundle_next(&cursor, &name, &bytes));
    assert_view(name, "a.json");
    assert_view(bytes, "{}");
    assert_true(bundle_next(&cursor, &name, &bytes));
    assert_view(name, "b.json");
    assert_view(bytes, "");
    assert_false(bundle_next(&cursor, &name, &bytes));
    cursor = cursor_of(view_sub(buf_view(&bundle), 0, bundle.len - 1));
    assert_true(bundle_next(&cursor, &name, &bytes));
    assert_false(bundle_next(&cursor, &name, &bytes));
}

RUN_TESTS(cmocka_unit_test(test_round_trip), cmocka_unit_test(test_nonsense),
          cmocka_unit_test(test_tally_limits), cmocka_unit_test(test_bundle))
