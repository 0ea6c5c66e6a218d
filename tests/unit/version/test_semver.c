#include "version/order-table.h"

static void order(void **state)
{
    static order_row rows[] = {
        {""},
        {"1."},
        {"1.0.0-"},
        {"1.0.0-a..b"},
        {"1.0.0-a_b"},
        {"1.0.0a"},
        {"latest"},
        {"v"},
        {"0", "0.0.0", "v0", "0.0"},
        {"1.0.0-0", "1-0", "v1.0-00"},
        {"1.0.0-1"},
        {"1.0.0-9"},
        {"1.0.0-10"},
        {"1.0.0-99999999999999999999"},
        {"1.0.0--"},
        {"1.0.0-1a"},
        {"1.0.0-A"},
        {"1.0.0-alpha", "1.0.0-alpha+build.1", "v1.0.0-alpha"},
        {"1.0.0-alpha.1"},
        {"1.0.0-alpha.1.0"},
        {"1.0.0-alpha.beta"},
        {"1.0.0-alpha-1"},
        {"1.0.0-beta"},
        {"1.0.0-beta.2"},
        {"1.0.0-beta.11"},
        {"1.0.0-rc.1"},
        {"1.0.0", "1", "1.0", "v1.0.0", "01.00.0", "1.0.0+20230101"},
        {"1.0.0.1"},
        {"1.0.1", " 1.0.1 ", "=v1.0.1", "V1.0.1"},
        {"1.2.0"},
        {"1.10.0"},
        {"2.0.0"},
        {"99999999999999999999.0.0"},
        {"100000000000000000000.0.0"},
    };

    (void)state;
    assert_ascending(VERSION_SEMVER, rows, COUNT(rows));
}

static void validity(void **state)
{
    static const char *const valid[] = {"1", "v1.2", "1.2.3-rc.1+b.2", "1.2.3.4", "1.2.3+001"};
    static const char *const malformed[] = {
        "", "v", "1.x", "*", "1.2.3+", "1.2.3-", "1.2.3 4", "1.2.3rc1", "vv1.2.3", "1.2.3-a+b+c"};

    (void)state;
    assert_validity(VERSION_SEMVER, valid, COUNT(valid), true);
    assert_validity(VERSION_SEMVER, malformed, COUNT(malformed), false);
}

RUN_TESTS(cmocka_unit_test(order), cmocka_unit_test(validity))
