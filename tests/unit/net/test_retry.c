#include "net/retry.h"

#include "test.h"

static const struct retry_policy policy = {
    .attempts = 5,
    .first_ms = 500,
    .longest_ms = 3000,
    .asked_limit_ms = 60000,
};

static void delays(void **state)
{
    static const struct {
        const char *name;
        unsigned failed;
        int64_t asked;
        uint32_t random;
        int64_t want;
    } cases[] = {
        {"first", 1, -1, 0, 500},
        {"shortened by half at most", 1, -1, UINT32_MAX, 250},
        {"doubles", 2, -1, 0, 1000},
        {"doubles again", 3, -1, 0, 2000},
        {"up to the longest", 4, -1, 0, 3000},
        {"attempts are used up", 5, -1, 0, -1},
        {"the server asks for none", 1, 0, 0, 0},
        {"the server asks for a pause", 1, 7, 0, 7000},
        {"the longest pause", 1, 60, 0, 60000},
        {"too long a pause", 1, 61, 0, -1},
        {"asked, but attempts are used up", 5, 1, 0, -1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("%s\n", cases[i].name);
        assert_int_equal(retry_delay_ms(&policy, cases[i].failed, cases[i].asked, cases[i].random),
                         cases[i].want);
    }
}

static void retry_after(void **state)
{
    enum { NOON = 1784376000 }; /* 2026-07-18T12:00:00Z */
    static const struct {
        const char *value;
        int64_t want;
    } cases[] = {
        {"120", 120},
        {" 0 ", 0},
        {"99999999999", INT32_MAX},
        {"Sat, 18 Jul 2026 12:00:30 GMT", 30},
        {"Sat, 18 Jul 2026 11:00:00 GMT", 0},
        {"", -1},
        {"soon", -1},
        {"-5", -1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("%s\n", cases[i].value);
        assert_int_equal(retry_parse_after(view_of(cases[i].value), NOON), cases[i].want);
    }
}

static void statuses(void **state)
{
    static const struct {
        int status;
        bool passing, refused;
    } cases[] = {
        {200, false, false}, {401, false, false}, {404, false, false}, {408, true, false},
        {429, true, true},   {500, true, false},  {501, false, false}, {502, true, false},
        {503, true, true},   {504, true, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(retry_is_passing(cases[i].status), cases[i].passing);
        assert_int_equal(retry_was_refused(cases[i].status), cases[i].refused);
    }
}

RUN_TESTS(cmocka_unit_test(delays), cmocka_unit_test(retry_after), cmocka_unit_test(statuses))
