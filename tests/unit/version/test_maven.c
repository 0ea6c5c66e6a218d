#include "version/order-table.h"

static void order(void **state)
{
    static order_row rows[] = {
        {"alpha"},
        {"0-alpha"},
        {"0-SNAPSHOT", "0.0-snapshot"},
        {"", "0", "0.0", "-", "ga", "0-0.final"},
        {"sp"},
        {"foo"},
        {"0.1"},
        {"1-alpha-SNAPSHOT", "1.0.alpha-snapshot"},
        {"1-alpha"},
        {"1-alpha-1-alpha"},
        {"1-alpha-1", "1-alpha1", "1a1", "1.0.0-ALPHA-1"},
        {"1-alpha-2"},
        {"1-alpha10"},
        {"1.0.alpha.1-0"},
        {"1-beta1", "1b1", "1.0.beta1"},
        {"1.0.0-M4", "1-milestone-4", "1m4"},
        {"1-rc", "1-cr", "1.0.0.RC"},
        {"1-rc-1", "1.0.0.RC1", "1.0-CR1", "1rc1"},
        {"1.0.0-RC2"},
        {"1.0-SNAPSHOT", "1-snapshot", "1.0.0.SNAPSHOT"},
        {"1-0-alpha", "1--alpha", "1-final-alpha"}, /* a list in first place */
        {"1.ga-0-alpha"},
        {"1", "1.0", "1.0.0.Final", "1-GA", "1.0-release", "1-0.0-0"},
        {"1-sp", "1.0.SP"},
        {"1-sp-1"},
        {"1-a"}, /* no digit behind it: a word of its own */
        {"1-foo"},
        {"1-foo-2"},
        {"1.0.0.jre7"},
        {"1.0.v2023"},
        {"1-0.1"},
        {"1-1", "1.0-1", "1.0-1-final"},
        {"1-1-foo"},
        {"1-2"},
        {"1-20040616"},
        {"1.0.1-SNAPSHOT"},
        {"1.0.1"},
        {"1.1"},
        {"1.1.0.1"},
        {"1.10"},
        {"2.0-20230101.010203-4"},
        {"2.0-20230101.010203-10"},
        {"2.0.1"},
        {"99999999999999999999999"},
        {"100000000000000000000000"},
    };

    (void)state;
    assert_ascending(VERSION_MAVEN, rows, COUNT(rows));
}

static void no_cycle(void **state)
{
    /* Maven 3.8 says 1.0.alpha.1 < 1 < 1-1 < 1.0.alpha.1, and
     * 1-sp < 1-0-alpha < 1 < 1-sp. */
    (void)state;
    assert_order(VERSION_MAVEN, "1.0.alpha.1", "1", -1);
    assert_order(VERSION_MAVEN, "1", "1-1", -1);
    assert_order(VERSION_MAVEN, "1.0.alpha.1", "1-1", -1);
    assert_order(VERSION_MAVEN, "1-0-alpha", "1", -1);
    assert_order(VERSION_MAVEN, "1", "1-sp", -1);
    assert_order(VERSION_MAVEN, "1-0-alpha", "1-sp", -1);
}

static void long_rows_are_linear(void **state)
{
    enum { LENGTH = 1 << 20 };
    char *zeros = malloc(LENGTH), *lists = malloc(LENGTH);

    (void)state;
    assert_non_null(zeros);
    assert_non_null(lists);
    for (size_t i = 0; i < LENGTH; i++) {
        zeros[i] = "0."[i % 2];
        lists[i] = "0-"[i % 2];
    }
    zeros[LENGTH - 2] = '1';
    lists[LENGTH - 2] = '1';
    assert_int_equal(version_compare(VERSION_MAVEN, view_from(zeros, LENGTH), VIEW("0.1")), -1);
    assert_int_equal(version_compare(VERSION_MAVEN, view_from(lists, LENGTH), VIEW("0.1")), -1);
    assert_int_equal(version_compare(VERSION_MAVEN, view_from(lists, LENGTH), VIEW("0")), 1);
    free(zeros);
    free(lists);
}

RUN_TESTS(cmocka_unit_test(order), cmocka_unit_test(no_cycle),
          cmocka_unit_test(long_rows_are_linear))
