#include "rule/program/quantity.h"

#include "test.h"

static const struct {
    const char *text;
    bool valid;
    int64_t want; /* thousandths */
} cases[] = {
    {"0", true, 0},
    {"1", true, 1000},
    {"500m", true, 500},
    {"1.5", true, 1500},
    {".5", true, 500},
    {"5.", true, 5000},
    {"-2", true, -2000},
    {"+2", true, 2000},
    {"1k", true, 1000000},
    {"1M", true, INT64_C(1000000000)},
    {"1Ki", true, 1024000},
    {"1Mi", true, INT64_C(1048576000)},
    {"1.5Gi", true, INT64_C(1610612736000)},
    {"1Ti", true, INT64_C(1099511627776000)},
    {"1Pi", true, INT64_C(1125899906842624000)},
    {"1Ei", true, INT64_MAX},
    {"1P", true, INT64_C(1000000000000000000)},
    {"1E", true, INT64_MAX},
    {"-1E", true, -INT64_MAX},
    {"1e3", true, 1000000},
    {"1E3", true, 1000000},
    {"12e-1", true, 1200},
    {"1e+2", true, 100000},
    {"1e999999", true, INT64_MAX},
    {"0e999999", true, 0},
    {"1u", true, 1},
    {"1n", true, 1},
    {"2500u", true, 3},
    {"-1n", true, -1},
    {"0n", true, 0},
    {"0.0001", true, 1},
    {"0.00000000000000000000000001", true, 1},
    {"1000000000000000000000000", true, INT64_MAX},
    {"0.1Ki", true, 102400},
    {" 5 ", true, 5000},
    {"", false, 0},
    {"m", false, 0},
    {".", false, 0},
    {"-", false, 0},
    {"1 Gi", false, 0},
    {"1gi", false, 0},
    {"1K", false, 0},
    {"1ki", false, 0},
    {"1.2.3", false, 0},
    {"0x10", false, 0},
    {"1e", false, 0},
    {"1e+", false, 0},
    {"1mi", false, 0},
    {"lots", false, 0},
};

static void test_quantities(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t got = 0;
        bool valid = rule_quantity_parse(view_of(cases[i].text), &got);

        if (valid != cases[i].valid || (valid && got != cases[i].want))
            fail_msg("\"%s\": %d, %lld", cases[i].text, valid, (long long)got);
    }
}

RUN_TESTS(cmocka_unit_test(test_quantities))
