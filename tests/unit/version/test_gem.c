#include "version/order-table.h"

static void order(void **state)
{
    static order_row rows[] = {
        {"1..0"},
        {"a.1"},
        {"junk"},
        {"0.a"},
        {"0.beta"},
        {"", "0", "0.0", " ", "00.0.0"},
        {"0.0.1"},
        {"1.A"},
        {"1.a", "1.0.a", "1.0.0.a", "1.a.0", "1.0.a.0.0"},
        {"1.a.1", "1.0.a1"},
        {"1.0.a9"},
        {"1.0.a10"},
        {"1.0.beta2"},
        {"1.0-a-b", "1.pre.a.pre.b"},
        {"1.0-java"},
        {"1.pre"},
        {"1-1", "1.pre.1", "1.0.pre1"},
        {"1.0.rc1"},
        {"1.0.rc1.1"},
        {"1", "1.0", "1.0.0.0", " 1.0 ", "01"},
        {"1.0.1.b.0.0", "1.0.1.b"},
        {"1.0.1"},
        {"1.8.2.a9"},
        {"1.8.2.a10"},
        {"1.8.2"},
        {"4.2.11.1"},
        {"5.2.4.rc1"},
        {"5.2.4"},
        {"9999999999999999999999"},
        {"10000000000000000000000"},
    };

    (void)state;
    /* A word with a zero behind it: the zero is padding. */
    assert_order(VERSION_GEM, "1.0.0.a.0", "1.a", 0);
    assert_ascending(VERSION_GEM, rows, COUNT(rows));
}

static void validity(void **state)
{
    static const char *const valid[] = {"", "1", "1.a", "1.0-x86-linux", "1--a", "1.0a", "1.0-a.b"};
    static const char *const malformed[] = {"a",  "1.",    "1..2", "1-",
                                            "1a", "1.0_1", "v1",   "1.0-a..b"};

    (void)state;
    assert_validity(VERSION_GEM, valid, COUNT(valid), true);
    assert_validity(VERSION_GEM, malformed, COUNT(malformed), false);
}

RUN_TESTS(cmocka_unit_test(order), cmocka_unit_test(validity))
