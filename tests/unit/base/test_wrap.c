#include "base/wrap.h"

#include "base/cleanup.h"

#include "test.h"

static const struct {
    const char *name;
    struct wrap wrap;
    const char *text, *want;
} cases[] = {
    {"fits", {0, 20, 0}, "one two", "one two"},
    {"breaks at a blank", {0, 8, 0}, "one two three", "one two\nthree"},
    {"exactly full", {0, 7, 0}, "one two three", "one two\nthree"},
    {"indent", {2, 9, 2}, "one two three", "one two\n  three"},
    {"starts in the middle", {0, 10, 5}, "one two", "one\ntwo"},
    {"a word too wide", {0, 5, 0}, "a abcdefgh b", "a\nabcdefgh\nb"},
    {"blanks are folded", {0, 20, 0}, "a   b", "a b"},
    {"Chinese breaks anywhere", {0, 6, 0}, "漏洞扫描工具", "漏洞扫\n描工具"},
    {"but not before a full stop", {0, 6, 0}, "漏洞扫描。", "漏洞扫\n描。"},
    {"nor behind a bracket", {0, 6, 0}, "漏洞（扫）描", "漏洞\n（扫）\n描"},
    {"Latin words stay whole", {0, 8, 0}, "漏洞abcdef漏", "漏洞\nabcdef漏"},
    {"empty", {4, 8, 4}, "", ""},
};

static void wraps_each_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(1024);

        print_message("%s\n", cases[i].name);
        wrap_add(&text, cases[i].wrap, view_of(cases[i].text));
        assert_string_equal(buf_cstr(&text), cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(wraps_each_case))
