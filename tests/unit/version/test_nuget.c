/* NuGet.Versioning isn't in Debian; these are its documented rules. */
#include "version/order-table.h"

static void order(void **state)
{
    static order_row rows[] = {
        {""},
        {"1.2.3.4.5"},
        {"1.2147483648"},
        {"2.14.01rc5"},
        {"v1.0"},
        {"0", "0.0.0.0"},
        {"1.0.0--5"}, /* the label "-5" is a number */
        {"1.0.0--1"},
        {"1.0.0-0", "1.0.0--0", "1.0-00"},
        {"1.0.0-1"},
        {"1.0.0-2"},
        {"1.0.0-10"},
        {"1.0.0-2147483647"},
        {"1.0.0-10000000000"}, /* above 32 bits: text */
        {"1.0.0-2147483648"},
        {"1.0.0-99999999999999999999"},
        {"1.0.0-a"},
        {"1.0.0-alpha", "1.0.0-ALPHA", "1.0-Alpha+build", "01.0.0.0-alpha"},
        {"1.0.0-alpha.1"},
        {"1.0.0-alpha.beta"},
        {"1.0.0-alpha1"},
        {"1.0.0-alpha10"},
        {"1.0.0-alpha2"},
        {"1.0.0-Beta"},
        {"1.0.0-rc.1"},
        {"1.0.0-RC.1.final"},
        {"1.0.0", "1", "1.0", "1.0.0.0", " 1.0.0+githash ", "01.00.000.0000"},
        {"1.0.0.1"},
        {"1.0.1"},
        {"1.4.353.15"},
        {"1.10"},
        {"07.04.00", "7.4"},
        {"98.1.190"},
        {"2147483647.2147483647.2147483647.2147483647"},
    };

    (void)state;
    assert_ascending(VERSION_NUGET, rows, COUNT(rows));
}

static void validity(void **state)
{
    static const char *const valid[] = {"1", "1.2.3.4-a.b+c.d", "1.0-0a", "1.0+1"};
    static const char *const malformed[] = {"",     "v1",       "1.",        "1..2",
                                            "1.0-", "1.0-a..b", "1.0-a_b",   "1.0+",
                                            "1.0a", "1.-1",     "4294967296"};

    (void)state;
    assert_validity(VERSION_NUGET, valid, COUNT(valid), true);
    assert_validity(VERSION_NUGET, malformed, COUNT(malformed), false);
}

RUN_TESTS(cmocka_unit_test(order), cmocka_unit_test(validity))
