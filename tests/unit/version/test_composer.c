#include "version/order-table.h"

static void order(void **state)
{
    static order_row rows[] = {
        {""},
        {"1.2.3.4.5"},
        {"feature/x"},
        {"dev-"},
        {"dev-1.0"},
        {"dev-feature/x", "DEV-feature/x"},
        {"dev-master", "master", "dev-master as 1.0"},
        {"dev-trunk", "trunk"},
        {"0.0.0-dev"},
        {"0", "0.0.0.0", "v0"},
        {"1.0-dev", "1-dev", "v1.0.0.0-DEV", "1.0.dev", "1.0_dev"},
        {"1.0.0-alpha-dev"},
        {"1.0.0-alpha", "1.0a", "1.0-A"},
        {"1.0.0-alpha1", "1.0.0a1", "1.0alpha.1", "1.0.0-alpha-1", "1.0_alpha1"},
        {"1.0.0-alpha2"},
        {"1.0.0-alpha2.1"},
        {"1.0.0-beta1-dev"},
        {"1.0.0-beta1", "1.0.0b1", "1.0.0.BETA1", "1.0.0-beta1+build"},
        {"1.0.0-beta10"},
        {"1.0.0-RC1", "1.0.0rc1", "1.0-rc.1"},
        {"1.0.0", "1", "v1.0", "1.0.0-stable", "1.0.0+build", "1.0.0@beta"},
        {"1.0.0-patch-dev"},
        {"1.0.0-patch", "1.0pl", "1.0-p"},
        {"1.0.0-p1", "1.0.0-patch1", "1.0.0pl.1"},
        {"1.0.0-p2"},
        {"1.0.0.1"},
        {"1.0.1"},
        {"1.0.x-dev", "1.0.9999999.9999999-dev", "1.0.X-DEV", "1.0.*.x-dev"},
        {"1.2.0", "1.2"},
        {"1.10"},
        {"1.x-dev", "1.*-dev", "v1.x-dev"},
        {"2.0", "2.0 as 1.0"},
        {"2010-01-02", "2010:01:02"}, /* a date has no fourth number */
        {"2010.01.02", "2010.1.2"},
        {"2010-01-02.5"},
        {"20100102-203040"},
        {"20100102203040"},
    };

    (void)state;
    assert_ascending(VERSION_COMPOSER, rows, COUNT(rows));
}

static void validity(void **state)
{
    static const char *const valid[] = {
        "1",         "1.",      "1-",         "1.0--dev", "20190101",
        "201901011", "dev-x y", "1.0-Stable", "99999.0",  "2010-01-02-beta2"};
    static const char *const malformed[] = {
        "",    "a",     "1.2.3.4.5",  "1.0-foo", "1.0-beta.x",  "x-dev",     "1..0",
        "vv1", "1.0 2", "1.0-beta_1", "1.y-dev", "1.0-stablex", "2010-1-2-x"};

    (void)state;
    assert_validity(VERSION_COMPOSER, valid, COUNT(valid), true);
    assert_validity(VERSION_COMPOSER, malformed, COUNT(malformed), false);
}

RUN_TESTS(cmocka_unit_test(order), cmocka_unit_test(validity))
