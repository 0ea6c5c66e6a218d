#include "cmd/line/progress.h"

#include "base/text.h"
#include "test.h"

static const struct {
    const char *name;
    size_t width;
    uint64_t done, total, seconds;
    const char *want;
} cases[] = {
    {"nothing counted", 80, 0, 0, 3, "Reading layers  3 s"},
    {"of an unknown sum", 80, 1500000, 0, 3, "Reading layers  1.5 MB  3 s"},
    {"of a known sum", 80, 5000000, 20000000, 12, "Reading layers  5.0 of 20.0 MB, 25 %  12 s"},
    {"more than was said", 80, 30000000, 20000000, 1,
     "Reading layers  30.0 of 20.0 MB, 100 %  1 s"},
    {"cut to the terminal", 10, 0, 0, 3, "Reading l"},
};

static void formats_each_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char line[PROGRESS_LINE_LIMIT];

        print_message("%s\n", cases[i].name);
        progress_format(line, cases[i].width, "Reading layers", cases[i].done, cases[i].total,
                        cases[i].seconds);
        assert_string_equal(line, cases[i].want);
    }
}

static void does_nothing_without_a_terminal(void **state)
{
    struct progress *progress = progress_start(0);

    (void)state;
    assert_null(progress);
    progress_set(progress, "Reading layers", 1, 2);
    progress_stop(progress);
}

static void ends_before_its_first_line(void **state)
{
    struct progress *progress = progress_start(80);

    (void)state;
    assert_non_null(progress);
    progress_set(progress, "Reading layers", 1, 2);
    progress_stop(progress);
}

RUN_TESTS(cmocka_unit_test(formats_each_case), cmocka_unit_test(does_nothing_without_a_terminal),
          cmocka_unit_test(ends_before_its_first_line))
