#include "version/order-table.h"

static void order(void **state)
{
    static order_row rows[] = {
        {""},
        {"0.8.1p1"}, /* from before PEP 440 */
        {"1.0-foo"},
        {"2004d"},
        {"0.dev0"},
        {"0", "0.0", "0.0.0", "v0"},
        {"0.1.post0"},
        {"1.dev0", "1.0dev", "1.0.0.dev0", "1.0-DEV", "1.0_dev-0"},
        {"1.0.dev456"},
        {"1.0a0.dev1"},
        {"1.0a1", "1.0alpha1", "1.0.a.1", "1.0-A1", "1.0_alpha_1", "v1.0a01"},
        {"1.0a1.post0.dev3"},
        {"1.0a1.post0", "1.0a1-0", "1.0a1.post"},
        {"1.0a2.dev456"},
        {"1.0a12.dev456"},
        {"1.0a12"},
        {"1.0b1.dev456"},
        {"1.0b2", "1.0beta2", "1.0.0b2"},
        {"1.0b2.post345.dev456"},
        {"1.0b2.post345"},
        {"1.0rc0", "1.0rc", "1.0c", "1.0pre", "1.0.preview", "1.0-RC-"},
        {"1.0rc1.dev456"},
        {"1.0rc1", "1.0c1", "1.0pre1", "1.0.preview1", "1.0-c.1"},
        {"1.0", "1", "1.0.0.0", " 1.0\n", "v1.0", "0!1.0"},
        {"1.0+abc"},
        {"1.0+abc.5"},
        {"1.0+abc.7", "1.0+ABC-7", "1.0+abc_07"},
        {"1.0+ubuntu.1"},
        {"1.0+0"},
        {"1.0+5"},
        {"1.0+5.a"},
        {"1.0+5.0"},
        {"1.0+10"},
        {"1.0.post0.dev1"},
        {"1.0.post0", "1.0-0", "1.0post", "1.0.rev", "1.0-r0", "1.0_POST_0"},
        {"1.0.post456.dev34"},
        {"1.0.post456", "1.0-456"},
        {"1.0.1"},
        {"1.1.dev1"},
        {"1.2"},
        {"1.10"},
        {"2012.4"},
        {"99999999999999999999999"},
        {"1!0"},
        {"1!1.0"},
        {"2!0.1rc1"},
    };

    (void)state;
    assert_ascending(VERSION_PEP440, rows, COUNT(rows));
}

static void validity(void **state)
{
    static const char *const valid[] = {"1.0a",    "1.0.post", "1.0dev-",
                                        "1.0a--1", "V1",       "1!2.3a4.post5.dev6+l.o"};
    static const char *const malformed[] = {
        "",        "a",    "1.",      "1..0",           "!1",   "1.0+", "1.0+a.",  "1.0+.a",
        "1.0a1b1", "1.0-", "1.0-a_b", "1.0.dev1.post1", "1.0d", "1 .0", "1.0+a+b", "vv1"};

    (void)state;
    assert_validity(VERSION_PEP440, valid, COUNT(valid), true);
    assert_validity(VERSION_PEP440, malformed, COUNT(malformed), false);
}

RUN_TESTS(cmocka_unit_test(order), cmocka_unit_test(validity))
