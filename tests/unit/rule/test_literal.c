/* Literals: numbers, times and networks as conditions write them. */
#include "rule/program/literal.h"

#include "rule/program/network.h"
#include "rule/program/time.h"
#include "rule/program/value-text.h"

#include "test.h"

static const struct {
    const char *text;
    bool valid, whole;
    double want;
} numbers[] = {
    {"0", true, true, 0},
    {"-0", true, true, 0},
    {"42", true, true, 42},
    {"+42", true, true, 42},
    {"-115", true, true, -115},
    {"0x1F", true, true, 31},
    {"-0x10", true, true, -16},
    {"9223372036854775807", true, true, 9223372036854775807.0},
    {"-9223372036854775808", true, true, -9223372036854775808.0},
    {"9223372036854775808", true, false, 9223372036854775808.0},
    {"1.5", true, false, 1.5},
    {"1.0", true, true, 1},
    {"1e3", true, true, 1000},
    {"-2.5e-1", true, false, -0.25},
    {"", false, false, 0},
    {"-", false, false, 0},
    {"0x", false, false, 0},
    {"0xg", false, false, 0},
    {"1a", false, false, 0},
    {"nan", false, false, 0},
    {"inf", false, false, 0},
    {"1e999", false, false, 0},
    {" 1", false, false, 0},
    {"1,5", false, false, 0},
};

static void test_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct rule_number number = {0};
        bool valid = rule_number_parse(view_of(numbers[i].text), &number);

        if (valid != numbers[i].valid ||
            (valid && (number.whole != numbers[i].whole || number.decimal < numbers[i].want ||
                       number.decimal > numbers[i].want)))
            fail_msg("\"%s\": %d %d %g", numbers[i].text, valid, number.whole, number.decimal);
    }
}

static void test_order(void **state)
{
    static const char *const rising[] = {
        "-9223372036854775808",
        "-1.5",
        "-1",
        "0",
        "0.5",
        "1",
        "9007199254740992",
        "9007199254740993",
        "9223372036854775806",
        "9223372036854775807",
        "1e300",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rising); i++)
        for (size_t k = 0; k < COUNT(rising); k++) {
            struct rule_number a, b;

            assert_true(rule_number_parse(view_of(rising[i]), &a));
            assert_true(rule_number_parse(view_of(rising[k]), &b));
            assert_int_equal(rule_number_compare(a, b), (i > k) - (i < k));
        }
}

#define SECONDS INT64_C(1000000000)

static const struct {
    const char *text;
    bool valid;
    int64_t want;
} times[] = {
    {"0", true, 0},
    {"1500", true, 1500},
    {"-7", true, -7},
    {"5ns", true, 5},
    {"3us", true, 3000},
    {"2ms", true, 2000000},
    {"90s", true, 90 * SECONDS},
    {"1h30m", true, 5400 * SECONDS},
    {"1.5s", true, 3 * SECONDS / 2},
    {"0.5d", true, 43200 * SECONDS},
    {"-10s", true, -10 * SECONDS},
    {"1970-01-01T00:00:01Z", true, SECONDS},
    {"1970-01-01T08:00:00+08:00", true, 0},
    {"2026-01-31T12:00:00.25Z", true, 1769860800 * SECONDS + SECONDS / 4},
    {"1969-12-31T23:59:59Z", true, -SECONDS},
    {"", false, 0},
    {"s", false, 0},
    {"5x", false, 0},
    {"1h 30m", false, 0},
    {"h1", false, 0},
    {"1.s5", false, 0},
    {"300000d", false, 0},
    {"99999999999999999999", false, 0},
    {"2026-13-01T00:00:00Z", false, 0},
    {"2026-01-31T12:00:00", false, 0},
    {"2026-01-31T12:00:00.Z", false, 0},
    {"2026-01-31T12:00:00+0800", false, 0},
    {"2026-01-31 12:00:00Z", false, 0},
};

static void test_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(times); i++) {
        int64_t got = 0;
        bool valid = rule_time_parse(view_of(times[i].text), &got);

        if (valid != times[i].valid || (valid && got != times[i].want))
            fail_msg("\"%s\": %d %lld", times[i].text, valid, (long long)got);
    }
}

static const struct {
    const char *text, *printed; /* NULL: it is none */
} networks[] = {
    {"10.1.2.3", "10.1.2.3"},
    {"10.0.0.0/8", "10.0.0.0/8"},
    {"10.0.0.1/32", "10.0.0.1"},
    {"0.0.0.0/0", "0.0.0.0/0"},
    {"FD00::0001", "fd00::1"},
    {"::/0", "::/0"},
    {"::1/128", "::1"},
    {"10.0.0", NULL},
    {"10.0.0.256", NULL},
    {"10.0.0.0/33", NULL},
    {"10.0.0.0/", NULL},
    {"10.0.0.0/-1", NULL},
    {"::/129", NULL},
    {"/8", NULL},
    {"", NULL},
    {"localhost", NULL},
};

static void test_networks(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(networks); i++) {
        struct rule_value value = {.type = RULE_NETWORK};
        char buffer[RULE_VALUE_TEXT_ROOM];
        struct view text;
        bool valid = rule_network_parse(view_of(networks[i].text), &value.address);

        if (valid != (networks[i].printed != NULL))
            fail_msg("\"%s\": %d", networks[i].text, valid);
        if (!valid)
            continue;
        assert_true(rule_value_text(&value, buffer, &text));
        assert_view(text, networks[i].printed);
    }
}

RUN_TESTS(cmocka_unit_test(test_numbers), cmocka_unit_test(test_order),
          cmocka_unit_test(test_times), cmocka_unit_test(test_networks))
