#include "version/order-table.h"

static void order(void **state)
{
    static order_row rows[] = {
        /* malformed: by bytes */
        {""},
        {"-1"},
        {"1-"},
        {"1.0 2"},
        {"1:"},
        {"99999999999:1"},
        {":1"},
        {"a:1"},
        /* valid */
        {"~"},
        {"0~", "0:0~"},
        {"0", "00", "0-0", "0:0", " 0\t", "000-000"},
        {"0.0~beta"},
        {"0.0.20100501-4"},
        {"1.0~~"},
        {"1.0~~a"},
        {"1.0~"},
        {"1.0~rc1-1"},
        {"1.0~rc2-1"},
        {"1.0", "1.0-0", "1.00-0"},
        {"1.0-1~bpo11+1"},
        {"1.0-1"},
        {"1.0-1+b1"},
        {"1.0-1.1"},
        {"1.0-10"},
        {"1.0a"},
        {"1.0zz"},
        {"1.0+dfsg-1"},
        {"1.0-1-1"},
        {"1.0."},
        {"1.0.1"},
        {"1.0_1"},
        {"1.2.3-4"},
        {"1.2.13.dfsg-1"},
        {"1.10.2+dfsg-1+deb8u1"},
        {"1.10.2+dfsg-1+deb8u10"},
        {"9999999999999999999999"},
        {"10000000000000000000000"},
        {"a1"},
        {"1:0"},
        {"1:0:1"},
        {"2:0"},
        {"10:0"},
        {"2147483647:0"},
    };

    (void)state;
    assert_ascending(VERSION_DPKG, rows, COUNT(rows));
}

static void validity(void **state)
{
    static const char *const valid[] = {"1", "1:2:3-1", "a", "1_0", "~", " 1.0 ", "1--1", "1\n"};
    static const char *const malformed[] = {"",   " ",    ":1",  "1:",   "a:1",         "-1",
                                            "1-", "1:-1", "1 2", "+1:2", "2147483648:1"};

    (void)state;
    assert_validity(VERSION_DPKG, valid, COUNT(valid), true);
    assert_validity(VERSION_DPKG, malformed, COUNT(malformed), false);
}

static void any_bytes(void **state)
{
    (void)state;
    /* A byte beyond ASCII or a NUL sorts behind letters, by its value. */
    assert_order(VERSION_DPKG, "1z", "1\xc3", -1);
    assert_order(VERSION_DPKG, "1+", "1\xc3", -1);
    assert_int_equal(version_compare(VERSION_DPKG, VIEW("1"), VIEW("1\0")), -1);
    assert_int_equal(version_compare(VERSION_DPKG, VIEW("1\0"), VIEW("1\0")), 0);
}

RUN_TESTS(cmocka_unit_test(order), cmocka_unit_test(validity), cmocka_unit_test(any_bytes))
