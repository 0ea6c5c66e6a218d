#include "version/order-table.h"

static void order(void **state)
{
    static order_row rows[] = {
        {"~~"},
        {"~"},
        {"~1"},
        {"", ":", "..."},
        {"-"},
        {"-1"},
        {"^"},
        {"FC5"},
        {"a"},
        {"xyz.4"},
        {"0", "00", "0:0", "0:00", ":0"},
        {"1.0~~"},
        {"1.0~rc1-1"},
        {"1.0~rc1^git1-1"},
        {"1.0~rc1.1"},
        {"1.0~rc2-1"},
        {"1.0", "1_0", "1.00", "1..0", "1.0.", "0:1.0"},
        {"1.0-1~1"},
        {"1.0-1.el8", "1.0-1_el8", "1.0-1el8", "1-0-1.el8"},
        {"1.0-1.el8_1"},
        {"1.0-1.el8_10"},
        {"1.0-1.el9"},
        {"1.0-1.1"},
        {"1.0^", "1.0^"},
        {"1.0^20210501-1"},
        {"1.0^20210501.1-1"},
        {"1.0^20210502-1"},
        {"1.0a"},
        {"1.0b-1"},
        {"1.0.1"},
        {"1.2"},
        {"1.10"},
        {"4.999.9"},
        {"5.0"},
        {"9999999999999999999999"},
        {"10000000000000000000000"},
        {"1:0"},
        {"1:1.8.0.302.b08-0.el8_4"},
        {"15:4.2.0-59.module_el8.5.0+2608+72063365.1"},
        {"15:4.2.0-59.module_el8.6.0+2608+72063365.1"},
        {"99999999999999999999:1"},
    };

    (void)state;
    assert_ascending(VERSION_RPM, rows, COUNT(rows));
}

static void bounds(void **state)
{
    static const struct {
        const char *installed, *bound;
        int want;
    } cases[] = {
        {"1.2-3", "1.2", 0},    {"0:1.2-3", "1.2", 0},    {"1.2-3", "1.2-4", -1},
        {"1.2-3", "0:1.3", -1}, {"1.2-3", "1.1", 1},      {"1:1.2-3", "1.2", 1},
        {"1.2", "1.2-3", 0},    {"1.2~rc1-3", "1.2", -1}, {"1.2-3", "1.2-3", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(version_compare_bound(VERSION_RPM, view_of(cases[i].installed),
                                               view_of(cases[i].bound)),
                         cases[i].want);
    /* A bound is an order for the other schemes. */
    assert_int_equal(version_compare_bound(VERSION_DPKG, VIEW("1.2-3"), VIEW("1.2")), 1);
}

static void validity(void **state)
{
    static const char *const valid[] = {"1", "1.0-1", "0:1.0^a~b-1.el8+1", "%{v}"};
    static const char *const malformed[] = {"", "1-", "-1", "1 0", "a:1", "1-2-3", "1/2"};

    (void)state;
    assert_validity(VERSION_RPM, valid, COUNT(valid), true);
    assert_validity(VERSION_RPM, malformed, COUNT(malformed), false);
}

RUN_TESTS(cmocka_unit_test(order), cmocka_unit_test(bounds), cmocka_unit_test(validity))
