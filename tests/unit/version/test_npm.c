#include "version/order-table.h"

static void order(void **state)
{
    static order_row rows[] = {
        {""},
        {"1.0.0-rc..1"},
        {"3.0.0.RC3"},
        {"latest"},
        {"0.0.0", "0", "= 0.0.0"},
        {"1.2.3-0"},
        {"1.2.3-1", "1.2.3-01"},
        {"1.2.3-", "1.2.3--"}, /* the label "-" */
        {"1.2.3---"},
        {"1.2.3--1"},
        {"1.2.3-alpha.1"},
        {"1.2.3-beta", "1.2.3beta", "v1.2.3-beta", "=v 1.2.3-beta"},
        {"1.2.3-beta.2", "1.2.3beta.2"},
        {"1.2.3-beta.10"},
        {"1.2.3-rc1"},
        {"1.2.3-rc10"},
        {"1.2.3-rc2"},
        {"1.2.3", "v1.2.3", "==1.2.3+build", "01.02.03"},
        {"1.2.3.4"},
        {"1.2.34"},
        {"15.1.0-canary.0"},
        {"15.1", "15.1.0"},
    };

    (void)state;
    assert_ascending(VERSION_NPM, rows, COUNT(rows));
}

static void validity(void **state)
{
    static const char *const valid[] = {"1.2.3",   "1.2",    "1.2.3beta",
                                        "=v1.2.3", "1.2.3-", "1.2.3-.4"};
    static const char *const malformed[] = {"", "V1.2.3", "1.2.x", "1.2.3+", "1.2.3-a_b", "^1.2.3"};

    (void)state;
    assert_validity(VERSION_NPM, valid, COUNT(valid), true);
    assert_validity(VERSION_NPM, malformed, COUNT(malformed), false);
}

RUN_TESTS(cmocka_unit_test(order), cmocka_unit_test(validity))
