#include "base/clock.h"

#include "test.h"

static void dates(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t seconds;
    } cases[] = {
        {"1970-01-01", true, 0},
        {"2026-08-21", true, 1787270400},
        {"2026-08-21T17:46:43Z", true, 1787334403},
        {"2026-08-21T17:46:43.6019Z", true, 1787334403},
        {"2026-08-21T17:46Z", true, 1787334360},
        {"2026-08-21T19:46:43+02:00", true, 1787334403},
        {"2026-08-21 17:46:43", true, 1787334403},
        {"0001-01-01T00:00:00Z", true, -62135596800},
        {"2026-13-01", false, 0},
        {"2026-08", false, 0},
        {"2026-08-21T", false, 0},
        {"2026-08-21T17:46:43Zx", false, 0},
        {"", false, 0},
        {"yesterday", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t seconds = 1;

        if (clock_parse_rfc3339(view_of(cases[i].text), &seconds) != cases[i].ok)
            fail_msg("%s", cases[i].text);
        if (cases[i].ok)
            assert_int_equal(seconds, cases[i].seconds);
    }
}

static void stamps(void **state)
{
    char text[CLOCK_STAMP_SIZE];

    (void)state;
    assert_string_equal(clock_format(1787334403, text), "2026-08-21T17:46:43Z");
    assert_true(clock_now_ns() <= clock_now_ns());
    assert_true(clock_unix_seconds() > 1700000000);
}

RUN_TESTS(cmocka_unit_test(dates), cmocka_unit_test(stamps))
