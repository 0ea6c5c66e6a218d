#include "test.h"

#include <math.h>

#include "codec/json-write.h"
#include "codec/json.h"

enum { TEXT_LIMIT = 1 << 20 };

static void write_sample(struct json_writer *w)
{
    json_write_object(w);
    json_write_member(w, VIEW("id"), VIEW("X"));
    json_write_key(w, VIEW("empty"));
    json_write_array(w);
    json_write_end(w);
    json_write_key(w, VIEW("list"));
    json_write_array(w);
    json_write_int(w, INT64_MIN);
    json_write_uint(w, UINT64_MAX);
    json_write_bool(w, true);
    json_write_bool(w, false);
    json_write_null(w);
    json_write_object(w);
    json_write_end(w);
    json_write_object(w);
    json_write_key(w, VIEW("n"));
    json_write_double(w, 0.1);
    json_write_end(w);
    json_write_end(w);
    json_write_end(w);
}

static void test_layout(void **state)
{
    static const char compact[] = "{\"id\":\"X\",\"empty\":[],\"list\":[-9223372036854775808,"
                                  "18446744073709551615,true,false,null,{},{\"n\":0.1}]}";
    static const char pretty[] = "{\n"
                                 "  \"id\": \"X\",\n"
                                 "  \"empty\": [],\n"
                                 "  \"list\": [\n"
                                 "    -9223372036854775808,\n"
                                 "    18446744073709551615,\n"
                                 "    true,\n"
                                 "    false,\n"
                                 "    null,\n"
                                 "    {},\n"
                                 "    {\n"
                                 "      \"n\": 0.1\n"
                                 "    }\n"
                                 "  ]\n"
                                 "}";

    (void)state;
    for (int i = 0; i < 2; i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
        struct json_writer w = JSON_WRITER_INIT(&text, i == 1);

        write_sample(&w);
        assert_int_equal(json_write_done(&w, "the sample", NULL), 0);
        assert_view(buf_view(&text), i == 1 ? pretty : compact);
    }
}

static void test_strings(void **state)
{
    static const struct {
        struct view text;
        const char *want;
    } cases[] = {
        {VIEW(""), "\"\""},
        {VIEW("a\"b\\c/"), "\"a\\\"b\\\\c/\""},
        {VIEW("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
        {VIEW("\0\1\x1f\x7f"), "\"\\u0000\\u0001\\u001f\\u007f\""},
        {VIEW("é中😀"), "\"é中😀\""},
        {VIEW("\xff"), "\"\xef\xbf\xbd\""},
        {VIEW("a\xe4\xb8z"), "\"a\xef\xbf\xbd\xef\xbf\xbdz\""},
        {VIEW("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {VIEW("\xc0\xaf\xf4\x90\x80\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                                           "\xef\xbf\xbd\xef\xbf\xbd\""},
        {VIEW("\xf0\x9f\x98"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
        struct json_writer w = JSON_WRITER_INIT(&text, false);

        json_write_string(&w, cases[i].text);
        assert_int_equal(json_write_done(&w, "it", NULL), 0);
        assert_view(buf_view(&text), cases[i].want);
    }
}

/* Every byte before every other: what is written can be read. */
static void test_strings_are_read_back(void **state)
{
    struct json_parser *parser;

    (void)state;
    assert_int_equal(json_parser_new(&parser, NULL), 0);
    for (unsigned i = 0; i < 0x10000; i += 3) {
        const char bytes[] = {(char)(i >> 8), (char)i};
        _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
        struct json_writer w = JSON_WRITER_INIT(&text, false);
        struct json_value value;
        struct error err = ERROR_INIT;

        json_write_string(&w, view_from(bytes, sizeof(bytes)));
        if (json_parse(parser, buf_view(&text), &value, &err) < 0)
            fail_msg("%04x: %s", i, err.message);
        if (bytes[0] >= 0 && bytes[1] >= 0)
            assert_true(view_eq(json_string(value), view_from(bytes, sizeof(bytes))));
    }
    json_parser_free(parser);
}

static void test_doubles(void **state)
{
    static const struct {
        double value;
        const char *want;
    } cases[] = {
        {0, "0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {9.8, "9.8"},
        {0.00071, "0.00071"},
        {1.0 / 3, "0.3333333333333333"},
        {1e300, "1e+300"},
        {5e-324, "5e-324"},
        {0.1 + 0.2, "0.30000000000000004"},
        {NAN, "null"},
        {INFINITY, "null"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
        struct json_writer w = JSON_WRITER_INIT(&text, false);

        json_write_double(&w, cases[i].value);
        assert_view(buf_view(&text), cases[i].want);
    }
}

static void misuse_key_in_array(struct json_writer *w)
{
    json_write_array(w);
    json_write_key(w, VIEW("k"));
    json_write_null(w);
    json_write_end(w);
}

static void misuse_value_without_key(struct json_writer *w)
{
    json_write_object(w);
    json_write_null(w);
    json_write_end(w);
}

static void misuse_key_without_value(struct json_writer *w)
{
    json_write_object(w);
    json_write_key(w, VIEW("k"));
    json_write_end(w);
}

static void misuse_end_too_many(struct json_writer *w)
{
    json_write_object(w);
    json_write_end(w);
    json_write_end(w);
}

static void misuse_not_ended(struct json_writer *w)
{
    json_write_object(w);
}

static void misuse_too_deep(struct json_writer *w)
{
    for (int i = 0; i <= JSON_WRITE_DEPTH_LIMIT; i++)
        json_write_array(w);
    for (int i = 0; i <= JSON_WRITE_DEPTH_LIMIT; i++)
        json_write_end(w);
}

static void misuse_two_documents(struct json_writer *w)
{
    json_write_null(w);
    json_write_null(w);
}

static void misuse_nothing(struct json_writer *w)
{
    (void)w;
}

static void test_misuse(void **state)
{
    static void (*const cases[])(struct json_writer * w) = {
        misuse_key_in_array,  misuse_value_without_key, misuse_key_without_value,
        misuse_end_too_many,  misuse_not_ended,         misuse_too_deep,
        misuse_two_documents, misuse_nothing,
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
        struct json_writer w = JSON_WRITER_INIT(&text, false);
        struct error err = ERROR_INIT;

        cases[i](&w);
        assert_int_equal(json_write_done(&w, "the report", &err), ERROR_INTERNAL);
        assert_string_equal(err.message, "the report is not a whole JSON document");
    }
}

static void test_limit(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(10);
    struct json_writer w = JSON_WRITER_INIT(&text, false);
    struct error err = ERROR_INIT;

    (void)state;
    json_write_string(&w, VIEW("longer than that"));
    assert_int_equal(json_write_done(&w, "the report", &err), ERROR_LIMIT);
    assert_string_equal(err.message, "the report is larger than 10 bytes");
}

RUN_TESTS(cmocka_unit_test(test_layout), cmocka_unit_test(test_strings),
          cmocka_unit_test(test_strings_are_read_back), cmocka_unit_test(test_doubles),
          cmocka_unit_test(test_misuse), cmocka_unit_test(test_limit))
