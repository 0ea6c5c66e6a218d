#include "test.h"

static void cutting(void **state)
{
    static const struct {
        const char *text;
        char separator;
        const char *parts[4];
        size_t count;
    } cases[] = {
        {"a,b,c", ',', {"a", "b", "c"}, 3},
        {"a,,c", ',', {"a", "", "c"}, 3},
        {"a,", ',', {"a", ""}, 2},
        {",", ',', {"", ""}, 2},
        {"a", ',', {"a"}, 1},
        {"", ',', {""}, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct view rest = view_of(cases[i].text);
        size_t n = 0;

        while (rest.ptr)
            assert_view(view_cut(&rest, cases[i].separator), cases[i].parts[n++]);
        assert_int_equal(n, cases[i].count);
    }
}

static void lines_and_words(void **state)
{
    struct view rest = VIEW("one\r\ntwo\n\n\tthree  four ");

    (void)state;
    assert_view(view_line(&rest), "one");
    assert_view(view_line(&rest), "two");
    assert_view(view_line(&rest), "");
    assert_view(view_word(&rest), "three");
    assert_view(view_word(&rest), "four");
    assert_view(view_word(&rest), "");
}

static void numbers(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        uint64_t value;
    } cases[] = {
        {"0", true, 0},
        {"18446744073709551615", true, UINT64_MAX},
        {"18446744073709551616", false, 0},
        {"99999999999999999999", false, 0},
        {"", false, 0},
        {"-1", false, 0},
        {"1 ", false, 0},
        {"0x1", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t value = 7;

        assert_int_equal(view_to_u64(view_of(cases[i].text), &value), cases[i].ok);
        assert_int_equal(value, cases[i].ok ? cases[i].value : 7);
    }
}

static void comparing(void **state)
{
    (void)state;
    assert_true(view_cmp(VIEW("a"), VIEW("ab")) < 0);
    assert_true(view_cmp(VIEW("b"), VIEW("ab")) > 0);
    assert_int_equal(view_cmp(VIEW_EMPTY, VIEW("")), 0);
    assert_true(view_cmp(VIEW("\xff"), VIEW("a")) > 0);
    assert_true(view_eq(VIEW_EMPTY, VIEW("")));
    assert_true(view_eq_nocase(VIEW("CVE-1"), VIEW("cve-1")));
    assert_false(view_eq_nocase(VIEW("a"), VIEW("ab")));
    assert_true(view_starts(VIEW("sha256:x"), VIEW("sha256:")));
    assert_false(view_starts(VIEW("sha"), VIEW("sha256:")));
    assert_true(view_ends(VIEW("a.tar"), VIEW(".tar")));
    assert_false(view_ends(VIEW("tar"), VIEW(".tar")));
    assert_int_equal(view_find(VIEW("a/b/c"), '/'), 1);
    assert_int_equal(view_rfind(VIEW("a/b/c"), '/'), 3);
    assert_int_equal(view_find(VIEW_EMPTY, '/'), -1);
    assert_int_equal(view_find_view(VIEW("hello"), VIEW("llo")), 2);
    assert_int_equal(view_find_view(VIEW("hello"), VIEW("lll")), -1);
    assert_view(view_trim(VIEW(" \t a b\r\n")), "a b");
    assert_view(view_sub(VIEW("abc"), 2, 9), "c");
    assert_view(view_sub(VIEW("abc"), 9, 9), "");
    assert_view(view_strip_suffix(VIEW("a.json"), VIEW(".json")), "a");
}

RUN_TESTS(cmocka_unit_test(cutting), cmocka_unit_test(lines_and_words), cmocka_unit_test(numbers),
          cmocka_unit_test(comparing))
