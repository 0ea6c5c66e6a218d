#include "config/kubernetes/version.h"

#include "test.h"

static void parse(void **state)
{
    static const struct {
        const char *text;
        unsigned want; /* 0: refused */
    } cases[] = {
        {"1.31", 31},
        {"v1.31", 31},
        {"1.31.4", 31},
        {"v1.31.4-gke.1200", 31},
        {"v1.31.4+k3s1", 31},
        {"latest", KUBERNETES_MINOR_NEWEST},
        {"1.0", 1},
        {"1.08", 8},
        {"1.99", 99},
        {"1.999", 999},
        {"", 0},
        {"v", 0},
        {"1", 0},
        {"1.", 0},
        {"31", 0},
        {"2.1", 0},
        {"v2.1", 0},
        {"1.x", 0},
        {"1.-3", 0},
        {"1. 3", 0},
        {" 1.3", 0},
        {"1.3 ", 0},
        {"1.3.", 0},
        {"1.3.x", 0},
        {"1.3-gke.1", 0},
        {"1.3.4.5", 0},
        {"vv1.3", 0},
        {"Latest", 0},
        {"1.1000", 0},
        {"1.99999999999999999999", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error err = ERROR_INIT;
        unsigned minor = 0;
        int r = kubernetes_version_parse(view_of(cases[i].text), &minor, &err);

        if (minor != cases[i].want || r != (cases[i].want ? 0 : ERROR_USAGE))
            fail_msg("\"%s\": %d, 1.%u", cases[i].text, r, minor);
        assert_int_equal(error_is_set(&err), r < 0);
        assert_int_equal(err.hint[0] != '\0', r < 0);
    }
}

static void newer_than_known(void **state)
{
    static const struct {
        unsigned given, known;
        bool newer;
    } cases[] = {
        {0, KUBERNETES_MINOR_NEWEST, false},
        {1, 1, false},
        {18, 18, false},
        {KUBERNETES_MINOR_NEWEST, KUBERNETES_MINOR_NEWEST, false},
        {KUBERNETES_MINOR_NEWEST + 1, KUBERNETES_MINOR_NEWEST, true},
        {KUBERNETES_MINOR_LIMIT, KUBERNETES_MINOR_NEWEST, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error why = ERROR_INIT;

        assert_int_equal(kubernetes_minor_known(cases[i].given), cases[i].known);
        assert_int_equal(kubernetes_minor_is_newer(cases[i].given, &why), cases[i].newer);
        assert_int_equal(error_is_set(&why), cases[i].newer);
    }
}

static void keys(void **state)
{
    (void)state;
    assert_int_equal(kubernetes_key_since(VIEW("seccompProfile")), 19);
    assert_int_equal(kubernetes_key_since(VIEW("appArmorProfile")), 30);
    assert_int_equal(kubernetes_key_since(VIEW("privileged")), 0);
}

RUN_TESTS(cmocka_unit_test(parse), cmocka_unit_test(newer_than_known), cmocka_unit_test(keys))
