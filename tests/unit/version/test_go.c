#include "version/order-table.h"

static void order(void **state)
{
    static order_row rows[] = {
        {"(devel)"},
        {"v01.2.3"},
        {"v1.2-rc1"},
        {"v1.2.3-01"},
        {"v1.2.3.4"},
        {"v0.0.0-20200308084313-2adbaa4891b9", "0.0.0-20200308084313-2adbaa4891b9"},
        {"v0.0.0-20210308084313-0adbaa4891b9"},
        {"v0.0.0", "0", "v0"},
        {"v1.0.0-0"},
        {"v1.0.0-alpha"},
        {"v1.0.0-rc.2"},
        {"v1.0.0-rc.16"},
        {"v1.0.0-rc93"},
        {"v1.0.0", "v1", "1.0", "v1.0.0+meta"},
        {"v1.0.1-0.20260318132218-6e6b740c4852"},
        {"v1.0.1"},
        {"go1.13beta1", "v1.13.0-beta.1"},
        {"go1.13rc2"},
        {"go1.13", "1.13.0"},
        {"1.20.0-0"},
        {"go1.20rc1"},
        {"go1.20", "go1.20.0", "1.20", "v1.20.0"},
        {"go1.20.5", "1.20.5", "go1.20.5-vendor", "go1.20.5+auto", "go1.20.5 X:boringcrypto"},
        {"go1.21rc", "1.21.0-rc"},
        {"go1.21rc2", "1.21rc2", "v1.21.0-rc.2", "1.21.0-rc.2", "go1.21.0rc2"},
        {"go1.21rc10"},
        {"go1.21", "go1.21.0"},
        {"go1.21.3"},
        {"v2.6.3+incompatible", "2.6.3"},
        {"v10.6.4+incompatible"},
    };

    (void)state;
    assert_ascending(VERSION_GO, rows, COUNT(rows));
}

static void validity(void **state)
{
    static const char *const valid[] = {"v1", "1.2", "v1.2.3-a.b+c", "go1", "go1.4", "go1.9.2rc2"};
    static const char *const malformed[] = {
        "",   "v",      "(devel)",    "V1.2.3",    "v1.2.3.4",         "v1.2-a",  "v1.02.3",
        "go", "gov1.2", "go1.21rc02", "go1.21RC1", "devel go1.22-abc", "v1.2.3-", "go1.21rc1a"};

    (void)state;
    assert_validity(VERSION_GO, valid, COUNT(valid), true);
    assert_validity(VERSION_GO, malformed, COUNT(malformed), false);
}

RUN_TESTS(cmocka_unit_test(order), cmocka_unit_test(validity))
