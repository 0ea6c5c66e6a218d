#include "net/base64.h"

#include "base/cleanup.h"

#include "test.h"

/* RFC 4648 section 10, and what is not base64. */
static void both_ways(void **state)
{
    static const struct {
        const char *bytes, *text;
    } cases[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfd\xfb", "//79+w=="},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(64), bytes = BUF_INIT(64),
                                       bare = BUF_INIT(64);
        size_t unpadded = strcspn(cases[i].text, "=");

        base64_encode(view_of(cases[i].bytes), &text);
        assert_string_equal(buf_cstr(&text), cases[i].text);
        assert_true(base64_decode(view_of(cases[i].text), &bytes));
        assert_string_equal(buf_cstr(&bytes), cases[i].bytes);
        assert_true(base64_decode(view_sub(view_of(cases[i].text), 0, unpadded), &bare));
        assert_string_equal(buf_cstr(&bare), cases[i].bytes);
    }
}

static void refused(void **state)
{
    static const char *const cases[] = {
        "Z", "Zg=", "Zm9vZ", "Zh==", "Z===", "====", "Zm 9", "Zm9v\n", "Zm-_", "Zg==Zg=="};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf bytes = BUF_INIT(64);

        print_message("%s\n", cases[i]);
        assert_false(base64_decode(view_of(cases[i]), &bytes));
    }
}

RUN_TESTS(cmocka_unit_test(both_ways), cmocka_unit_test(refused))
