#include "model/severity.h"

#include "test.h"

static void words(void **state)
{
    static const struct {
        const char *word;
        bool ok;
        enum severity want;
    } cases[] = {
        {"critical", true, SEVERITY_CRITICAL},
        {"HIGH", true, SEVERITY_HIGH},
        {"Important", true, SEVERITY_HIGH},
        {"Moderate", true, SEVERITY_MEDIUM},
        {"medium", true, SEVERITY_MEDIUM},
        {"low", true, SEVERITY_LOW},
        {"unimportant", true, SEVERITY_NEGLIGIBLE},
        {"not yet assigned", true, SEVERITY_UNKNOWN},
        {"", false, 0},
        {"severe", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum severity got;

        assert_int_equal(severity_parse(view_of(cases[i].word), &got), cases[i].ok);
        if (cases[i].ok)
            assert_int_equal(got, cases[i].want);
    }
    for (enum severity s = 0; s < SEVERITY_COUNT; s++) {
        enum severity back;

        assert_true(severity_parse(view_of(severity_name(s)), &back));
        assert_int_equal(back, s);
    }
}

static void scores(void **state)
{
    static const struct {
        double score;
        enum severity want;
    } cases[] = {{0, SEVERITY_NEGLIGIBLE}, {0.1, SEVERITY_LOW},      {3.9, SEVERITY_LOW},
                 {4.0, SEVERITY_MEDIUM},   {6.9, SEVERITY_MEDIUM},   {7.0, SEVERITY_HIGH},
                 {8.9, SEVERITY_HIGH},     {9.0, SEVERITY_CRITICAL}, {10, SEVERITY_CRITICAL}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(severity_of_score(cases[i].score), cases[i].want);
}

RUN_TESTS(cmocka_unit_test(words), cmocka_unit_test(scores))
