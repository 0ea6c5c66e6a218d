#include "test.h"
#include "vulndb/cve.h"

static void of_ids(void **state)
{
    static const struct {
        const char *id, *want; /* NULL: none */
    } rows[] = {
        {"CVE-2023-4911", "CVE-2023-4911"},
        {"cve-2023-4911", "cve-2023-4911"},
        {"DEBIAN-CVE-2023-4911", "CVE-2023-4911"},
        {"UBUNTU-CVE-2023-1234567", "CVE-2023-1234567"},
        {"CVE-2023-491", NULL},
        {"CVE-23-4911", NULL},
        {"CVE-2023-4911x", NULL},
        {"CVE-2023-4911-2", NULL},
        {"CVE-2023-", NULL},
        {"XCVE-2023-4911", NULL},
        {"GHSA-cvee-2023-4911", NULL},
        {"CVE", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view got;
        bool found = cve_of_id(view_of(rows[i].id), &got);

        if (found != (rows[i].want != NULL))
            fail_msg("%s: %s", rows[i].id, found ? "found" : "not found");
        if (found)
            assert_view(got, rows[i].want);
    }
}

static void keys(void **state)
{
    (void)state;
    assert_true(cve_key(VIEW("CVE-1999-0001")) == 1);
    assert_true(cve_key(VIEW("CVE-2023-9999")) < cve_key(VIEW("CVE-2023-10000")));
    assert_true(cve_key(VIEW("CVE-2022-999999")) < cve_key(VIEW("CVE-2023-0001")));
    assert_true(cve_key(VIEW("CVE-2062-67108863")) == UINT32_MAX);
    assert_true(cve_key(VIEW("CVE-2062-67108864")) == 0);
    assert_true(cve_key(VIEW("CVE-1998-0001")) == 0);
    assert_true(cve_key(VIEW("CVE-2063-0001")) == 0);
    assert_true(cve_key(VIEW("DEBIAN-CVE-2023-0001")) == 0);
    assert_true(cve_key(VIEW("CVE-2023-99999999999999999999")) == 0);
}

RUN_TESTS(cmocka_unit_test(of_ids), cmocka_unit_test(keys))
