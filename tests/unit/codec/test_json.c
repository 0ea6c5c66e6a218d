#include "test.h"

#include "codec/json.h"
#include "samples.h"

static struct json_parser *parser;

static int set_up(void **state)
{
    (void)state;
    return json_parser_new(&parser, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    json_parser_free(parser);
    return 0;
}

/* The parser reads from a copy of exactly this size, so that a sanitizer sees
 * a read behind it. */
static int parse(struct view text, struct json_value *ret, struct error *err)
{
    _cleanup_free_ char *copy = malloc(text.len ? text.len : 1);

    assert_non_null(copy);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    return json_parse(parser, view_from(copy, text.len), ret, err);
}

static struct json_value parsed(const char *text)
{
    struct json_value value = {0};
    struct error err = ERROR_INIT;

    if (parse(view_of(text), &value, &err) < 0)
        fail_msg("%s: %s", text, err.message);
    return value;
}

static void test_types(void **state)
{
    static const struct {
        const char *text;
        enum json_type want;
        size_t count;
    } cases[] = {
        {"null", JSON_NULL, 0},
        {"true", JSON_BOOL, 0},
        {"false", JSON_BOOL, 0},
        {"0", JSON_NUMBER, 0},
        {"-1.5e3", JSON_NUMBER, 0},
        {"18446744073709551615", JSON_NUMBER, 0},
        {"\"\"", JSON_STRING, 0},
        {"[]", JSON_ARRAY, 0},
        {"{}", JSON_OBJECT, 0},
        {" [1, [2, 3], {}] ", JSON_ARRAY, 3},
        {"{\"a\": [], \"b\": {\"c\": 1}}", JSON_OBJECT, 2},
        {"\xef\xbb\xbf[1]", JSON_ARRAY, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json_value value = parsed(cases[i].text);

        assert_int_equal(json_type(value), cases[i].want);
        assert_int_equal(json_count(value), cases[i].count);
    }
}

static void test_path_and_iteration(void **state)
{
    static const char text[] =
        "{\"affected\": [{\"package\": {\"name\": \"curl\", \"name\": \"second\"}, \"n\": 1}, 7],"
        " \"id\": \"X-1\", \"\": 2, \"empty\": []}";
    static const char *const keys[] = {"affected", "id", "", "empty"};
    struct json_value root = parsed(text), first = {0};
    size_t n = 0;

    (void)state;
    for (struct json_iter i = json_iter(root); json_next(&i); n++)
        assert_view(i.key, keys[n]);
    assert_int_equal(n, 4);
    for (struct json_iter i = json_iter(json_get(root, VIEW("affected"))); json_next(&i);)
        if (json_type(i.value) == JSON_OBJECT)
            first = i.value;
    assert_view(json_string(json_path(first, "package", "name", NULL)), "curl");
    assert_view(json_get_string(root, VIEW("id")), "X-1");
    assert_int_equal(json_type(json_get(root, VIEW("absent"))), JSON_NONE);
    assert_int_equal(json_type(json_path(root, "id", "name", NULL)), JSON_NONE);
    assert_int_equal(json_type(json_path(root, "affected", "name", NULL)), JSON_NONE);
    for (struct json_iter i = json_iter(json_get(root, VIEW("empty"))); json_next(&i);)
        fail();
    for (struct json_iter i = json_iter(json_get(root, VIEW("id"))); json_next(&i);)
        fail();
}

/* A value asked for what it is not, and one that is not there. */
static void test_wrong_types(void **state)
{
    static const char *const texts[] = {"null", "true", "1", "\"s\"", "[1]", "{\"a\": 1}"};

    (void)state;
    for (size_t i = 0; i <= COUNT(texts); i++) {
        struct json_value value =
            i < COUNT(texts) ? parsed(texts[i]) : json_get(parsed("{}"), VIEW("a"));
        enum json_type type = json_type(value);
        int64_t integer = 77;
        double number = 77;

        assert_int_equal(json_bool(value), type == JSON_BOOL);
        assert_int_equal(json_int(value, &integer), type == JSON_NUMBER);
        assert_int_equal(json_double(value, &number), type == JSON_NUMBER);
        assert_int_equal(integer, type == JSON_NUMBER ? 1 : 77);
        assert_true(number == (type == JSON_NUMBER ? 1 : 77));
        assert_int_equal(json_string(value).len > 0, type == JSON_STRING);
        assert_int_equal(json_count(value), type == JSON_ARRAY || type == JSON_OBJECT);
        assert_int_equal(json_type(json_get(value, VIEW("a"))) != JSON_NONE, type == JSON_OBJECT);
    }
}

static void test_numbers(void **state)
{
    static const struct {
        const char *text;
        bool is_int;
        int64_t integer;
        double number;
    } cases[] = {
        {"0", true, 0, 0},
        {"-0", true, 0, 0},
        {"9223372036854775807", true, INT64_MAX, 9223372036854775807.0},
        {"-9223372036854775808", true, INT64_MIN, -9223372036854775808.0},
        {"9223372036854775808", false, 0, 9223372036854775808.0},
        {"18446744073709551615", false, 0, 18446744073709551615.0},
        {"18446744073709551616", false, 0, 18446744073709551616.0},
        {"-9223372036854775809", false, 0, -9223372036854775809.0},
        {"123456789012345678901234567890", false, 0, 123456789012345678901234567890.0},
        {"1.0", true, 1, 1},
        {"1e3", true, 1000, 1000},
        {"-2.5e1", true, -25, -25},
        {"1.5", false, 0, 1.5},
        {"1e300", false, 0, 1e300},
        {"9007199254740993.0", true, 9007199254740992, 9007199254740992.0},
        {"0.00071", false, 0, 0.00071},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json_value value = parsed(cases[i].text);
        int64_t integer = 0;
        double number = 0;

        assert_int_equal(json_int(value, &integer), cases[i].is_int);
        assert_true(integer == cases[i].integer);
        assert_true(json_double(value, &number));
        assert_true(number == cases[i].number);
    }
}

/* Digits in strings are not touched when a large integer is. */
static void test_large_integers_among_others(void **state)
{
    struct json_value value =
        parsed("{\"18446744073709551616\\\"\": [\"18446744073709551616\", -18446744073709551616, "
               "18446744073709551616.5, 5]}");
    static const double want[] = {-18446744073709551616.0, 18446744073709551616.5, 5};
    size_t n = 0;

    (void)state;
    value = json_get(value, VIEW("18446744073709551616\""));
    assert_int_equal(json_count(value), 4);
    for (struct json_iter i = json_iter(value); json_next(&i); n++) {
        double number;

        if (n == 0) {
            assert_view(json_string(i.value), "18446744073709551616");
            continue;
        }
        assert_true(json_double(i.value, &number));
        assert_true(number == want[n - 1]);
    }
}

/* The smallest integer stays exact beside one that is too large. */
static void test_exact_beside_large(void **state)
{
    struct json_value value = parsed("[-9223372036854775808, 18446744073709551616]");
    struct json_iter iter = json_iter(value);
    int64_t integer = 0;

    (void)state;
    assert_true(json_next(&iter));
    assert_true(json_int(iter.value, &integer));
    assert_true(integer == INT64_MIN);
}

static void test_strings(void **state)
{
    static const struct {
        const char *text;
        struct view want;
    } cases[] = {
        {"\"plain\"", VIEW("plain")},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", VIEW("\"\\/\b\f\n\r\t")},
        {"\"a\\u0000b\"", VIEW("a\0b")},
        {"\"\\u00e9\\u4E2d\\ud83d\\ude00\"", VIEW("é中😀")},
        {"\"é中😀\"", VIEW("é中😀")},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_true(view_eq(json_string(parsed(cases[i].text)), cases[i].want));
}

static void test_faults(void **state)
{
    static const struct {
        struct view text;
        const char *want;
    } cases[] = {
        {VIEW(""), "not JSON: there is nothing at byte 0"},
        {VIEW(" \n"), "not JSON: there is nothing at byte 2"},
        {VIEW("{"), "not JSON: a key is missing at byte 1"},
        {VIEW("{\"a\""), "not JSON: a colon is missing at byte 4"},
        {VIEW("{\"a\" 1}"), "not JSON: a colon is missing at byte 5"},
        {VIEW("{\"a\":}"), "not JSON: a value is missing or malformed at byte 5"},
        {VIEW("{\"a\":1,}"), "not JSON: a key is missing at byte 7"},
        {VIEW("{\"a\":1 \"b\":2}"), "not JSON: a comma or a brace is missing at byte 7"},
        {VIEW("{a:1}"), "not JSON: a key is missing at byte 1"},
        {VIEW("[1,]"), "not JSON: a value is missing or malformed at byte 3"},
        {VIEW("[1 2]"), "not JSON: a comma or a bracket is missing at byte 3"},
        {VIEW("[1}"), "not JSON: a comma or a bracket is missing at byte 2"},
        {VIEW("[1"), "not JSON: a comma or a bracket is missing at byte 2"},
        {VIEW("[[]"), "not JSON: a comma or a bracket is missing at byte 3"},
        {VIEW("1 2"), "not JSON: something follows the end at byte 2"},
        {VIEW("{} x"), "not JSON: something follows the end at byte 3"},
        {VIEW("]"), "not JSON: a value is missing or malformed at byte 0"},
        {VIEW("tru"), "not JSON: a value is missing or malformed at byte 0"},
        {VIEW("truex"), "not JSON: something follows the end at byte 4"},
        {VIEW("nul"), "not JSON: a value is missing or malformed at byte 0"},
        {VIEW("<html>"), "not JSON: a value is missing or malformed at byte 0"},
        {VIEW("-"), "not JSON: a number is malformed at byte 1"},
        {VIEW("[01]"), "not JSON: a comma or a bracket is missing at byte 2"},
        {VIEW("1."), "not JSON: a number is malformed at byte 2"},
        {VIEW("1e+"), "not JSON: a number is malformed at byte 3"},
        {VIEW("1e400"), "not JSON: a number is too large"},
        {VIEW("\"abc"), "not JSON: a string is not closed at byte 4"},
        {VIEW("\"abc\\\""), "not JSON: a string is not closed at byte 6"},
        {VIEW("\"a\tb\""), "not JSON: a string holds a control character at byte 2"},
        {VIEW("\"a\0b\""), "not JSON: a string holds a control character at byte 2"},
        {VIEW("\"\\x\""), "not JSON: an escape in a string is malformed at byte 2"},
        {VIEW("\"\\u12g4\""), "not JSON: an escape in a string is malformed at byte 5"},
        {VIEW("\"\\ud83d\""), "not JSON: half of a surrogate pair stands alone at byte 7"},
        {VIEW("\"\\ude00\""), "not JSON: half of a surrogate pair stands alone at byte 7"},
        {VIEW("\"\\ude00\\ude00\""), "not JSON: half of a surrogate pair stands alone at byte 7"},
        {VIEW("\"\\ud83d\\u0041\""), "not JSON: half of a surrogate pair stands alone at byte 13"},
        {VIEW("\"a\xff\""), "not JSON: the text is not UTF-8 at byte 2"},
        {VIEW("\"\xc0\xaf\""), "not JSON: the text is not UTF-8 at byte 1"},
        {VIEW("\"\xed\xa0\x80\""), "not JSON: the text is not UTF-8 at byte 1"},
        {VIEW("{\"a\":1}\xff"), "not JSON: something follows the end at byte 7"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json_value value = {NULL, 7};
        struct error err = ERROR_INIT;

        if (parse(cases[i].text, &value, &err) != ERROR_INPUT)
            fail_msg("accepted: %.*s", VIEW_ARG(cases[i].text));
        assert_string_equal(err.message, cases[i].want);
        assert_int_equal(value.index, 7);
    }
}

static void test_depth(void **state)
{
    static const struct {
        size_t depth;
        bool want;
    } cases[] = {{1, true}, {500, true}, {513, false}, {100000, false}};

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);
        struct json_value value;
        struct error err = ERROR_INIT;
        bool object = i % 2;

        for (size_t k = 0; k < cases[i / 2].depth; k++)
            buf_add_str(&text, object ? "{\"a\":" : "[");
        buf_add_char(&text, '1');
        for (size_t k = 0; k < cases[i / 2].depth; k++)
            buf_add_char(&text, object ? '}' : ']');
        assert_int_equal(parse(buf_view(&text), &value, &err), cases[i / 2].want ? 0 : ERROR_LIMIT);
        if (!cases[i / 2].want)
            assert_string_equal(err.message, "the JSON is nested too deeply");
    }
}

/* Cut anywhere, a document is refused, with the place. */
static void test_truncated(void **state)
{
    static const struct view text =
        VIEW("{\"id\": \"X\", \"list\": [1, -2.5e3, true, null, \"\\u00e9\\n\", {\"k\": []}]}");

    (void)state;
    for (size_t len = 0; len < text.len; len++) {
        struct json_value value;
        struct error err = ERROR_INIT;

        assert_int_equal(parse(view_sub(text, 0, len), &value, &err), ERROR_INPUT);
        assert_non_null(strstr(err.message, " at byte "));
    }
}

/* After a failure and after a large document the parser goes on. */
static void test_reuse(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);
    struct json_value value;

    (void)state;
    assert_int_equal(parse(VIEW("[1,"), &value, NULL), ERROR_INPUT);
    assert_int_equal(json_count(parsed("[1]")), 1);
    buf_add(&text, VIEW("["));
    for (unsigned i = 0; i < 300000; i++)
        buf_add(&text, VIEW("{\"key\": \"value\"},"));
    buf_add(&text, VIEW("0]"));
    assert_int_equal(parse(buf_view(&text), &value, NULL), 0);
    assert_int_equal(json_count(value), 300001);
    assert_int_equal(json_count(parsed("[1]")), 1);
}

/* An array so long that simdjson's own count of its elements saturates. */
static void test_long_array(void **state)
{
    enum { COUNT_LIMIT = 0xffffff };
    _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);
    struct json_value value;

    (void)state;
    buf_add(&text, VIEW("["));
    for (unsigned i = 0; i < COUNT_LIMIT + 10; i++)
        buf_add(&text, VIEW("0,"));
    buf_add(&text, VIEW("0]"));
    assert_int_equal(json_parse(parser, buf_view(&text), &value, NULL), 0);
    assert_int_equal(json_count(value), COUNT_LIMIT + 11);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

RUN_TESTS(ONE(test_types), ONE(test_path_and_iteration), ONE(test_wrong_types), ONE(test_numbers),
          ONE(test_large_integers_among_others), ONE(test_exact_beside_large), ONE(test_strings),
          ONE(test_faults), ONE(test_depth), ONE(test_truncated), ONE(test_reuse),
          ONE(test_long_array))
