#include "base/text.h"

#include "test.h"

static void languages(void **state)
{
    static const struct {
        const char *name;
        bool ok;
        enum text_language language;
    } cases[] = {
        {"zh", true, TEXT_CHINESE},
        {"zh_CN.UTF-8", true, TEXT_CHINESE},
        {"zh-Hans", true, TEXT_CHINESE},
        {"en_US.UTF-8", true, TEXT_ENGLISH},
        {"C.UTF-8", true, TEXT_ENGLISH},
        {"C", true, TEXT_ENGLISH},
        {"zhx", false, 0},
        {"fr", false, 0},
        {"", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum text_language language;

        assert_int_equal(text_language_parse(view_of(cases[i].name), &language), cases[i].ok);
        if (cases[i].ok)
            assert_int_equal(language, cases[i].language);
    }
}

static void texts_follow_the_language(void **state)
{
    (void)state;
    assert_string_equal(tr("out of memory"), "out of memory");
    assert_string_equal(tr_in(TEXT_CHINESE, "out of memory"), "内存不足");
    text_set_language(TEXT_CHINESE);
    assert_string_equal(tr("out of memory"), "内存不足");
    assert_string_equal(tr("not in the catalogue"), "not in the catalogue");
    text_set_language(TEXT_ENGLISH);
}

static void widths(void **state)
{
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {{"", 0},  {"abc", 3}, {"漏洞", 4},     {"é", 1},       {"e\xcc\x81", 1},
                 {"…", 1}, {"😀", 2},   {"\xff\xff", 2}, {"\xe6\xbc", 2}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(text_width(view_of(cases[i].text)), cases[i].width);
}

static void prefixes(void **state)
{
    static const struct {
        const char *text;
        size_t columns;
        const char *want;
    } cases[] = {{"", 3, ""},       {"abc", 3, "abc"},   {"abcd", 3, "abc"}, {"abc", 0, ""},
                 {"漏洞", 3, "漏"}, {"漏洞", 4, "漏洞"}, {"漏", 1, ""}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_true(
            view_eq(text_prefix(view_of(cases[i].text), cases[i].columns), view_of(cases[i].want)));
}

RUN_TESTS(cmocka_unit_test(prefixes), cmocka_unit_test(languages),
          cmocka_unit_test(texts_follow_the_language), cmocka_unit_test(widths))
