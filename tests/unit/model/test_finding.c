#include "model/finding.h"

#include "model/report.h"
#include "test.h"

#define V .kind = VIEW("vulnerability")
#define M .kind = VIEW("misconfiguration")

static const struct package openssl = {.name = VIEW("openssl"), .version = VIEW("3")};
static const struct package openssl_old = {.name = VIEW("openssl"), .version = VIEW("1")};
static const struct package curl = {.name = VIEW("curl"), .version = VIEW("8")};

/* In the order that they must have. */
static const struct finding sorted[] = {
    {V, .id = VIEW("z"), .package = &curl, .severity = SEVERITY_LOW},
    {V, .id = VIEW("z"), .package = &openssl_old, .severity = SEVERITY_LOW},
    {V, .id = VIEW("z"), .package = &openssl, .severity = SEVERITY_HIGH},
    {V, .id = VIEW("a"), .package = &openssl, .severity = SEVERITY_LOW},
    {V, .id = VIEW("b"), .package = &openssl, .severity = SEVERITY_LOW},
    {V, .id = VIEW("a"), .package = &openssl, .location.path = VIEW("x")},
    {V, .id = VIEW("a")},
    {M, .id = VIEW("z"), .location.path = VIEW("a.yaml"), .location.line = 2},
    {M, .id = VIEW("y"), .location.path = VIEW("a.yaml"), .location.line = 10},
    {M, .id = VIEW("z"), .location = {.path = VIEW("a.yaml"), .line = 10, .column = 2},
     .severity = SEVERITY_HIGH},
    {M, .id = VIEW("x"), .location = {.path = VIEW("a.yaml"), .line = 10, .column = 2}},
    {M, .id = VIEW("z"), .location = {.path = VIEW("a.yaml"), .line = 10, .column = 2}},
    {M, .id = VIEW("z"), .location = {.path = VIEW("a.yaml"), .line = 10, .column = 2},
     .resource = VIEW("Pod a")},
    {M, .id = VIEW("z"), .location = {.path = VIEW("a.yaml"), .line = 10, .column = 2},
     .resource = VIEW("Pod a"), .part = VIEW("app")},
    {M, .id = VIEW("a"), .location.path = VIEW("b.yaml")},
    {.kind = VIEW("secret"), .location.path = VIEW("a")},
    {.kind = VIEW("malware"), .location.path = VIEW("a")},
};

static void orders_findings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sorted); i++) {
        for (size_t k = 0; k < COUNT(sorted); k++) {
            int got = finding_compare(&sorted[i], &sorted[k]);
            int want = (i > k) - (i < k);

            if ((got > 0) - (got < 0) != want)
                fail_msg("%zu and %zu: %d", i, k, got);
        }
    }
}

static void names_kinds(void **state)
{
    static const struct finding other = {.kind = VIEW("something")};

    (void)state;
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++) {
        const struct finding f = {.kind = view_of(finding_kind_name((enum finding_kind)kind))};

        assert_int_equal(finding_kind_of(&f), kind);
    }
    assert_int_equal(finding_kind_of(&other), FINDING_MISCONFIGURATION);
}

static void only_vulnerabilities_have_a_fix(void **state)
{
    static const struct {
        struct finding finding;
        bool want;
    } cases[] = {
        {{V, .status = FINDING_FIXED}, true},
        {{V, .status = FINDING_AFFECTED}, false},
        {{M, .status = FINDING_FIXED}, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(finding_has_fix(&cases[i].finding), cases[i].want);
}

static void knows_what_was_looked_for(void **state)
{
    static const struct finding secret = {.kind = VIEW("secret")};
    static const struct {
        const char *name, *artifact;
        unsigned looked_for;
        bool with_secret;
        unsigned want;
    } cases[] = {
        {"an image", "image", 0, false, 1 << FINDING_VULNERABILITY},
        {"an image with a secret", "image", 0, true,
         1 << FINDING_VULNERABILITY | 1 << FINDING_SECRET},
        {"configuration", "config", 0, false, 1 << FINDING_MISCONFIGURATION},
        {"secrets", "secret", 0, false, 1 << FINDING_SECRET},
        {"as said", "image", 1 << FINDING_MALWARE, true, 1 << FINDING_MALWARE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct report report = {.artifact.kind = view_of(cases[i].artifact),
                                      .looked_for = cases[i].looked_for,
                                      .findings = &secret,
                                      .finding_count = cases[i].with_secret};

        print_message("%s\n", cases[i].name);
        for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
            assert_int_equal(report_looks_for(&report, (enum finding_kind)kind),
                             cases[i].want >> kind & 1);
    }
}

static void has_a_fingerprint(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);

    (void)state;
    assert_view(finding_fingerprint(0x12, UINT64_MAX, arena), "0000000000000012ffffffffffffffff");
}

RUN_TESTS(cmocka_unit_test(orders_findings), cmocka_unit_test(has_a_fingerprint),
          cmocka_unit_test(names_kinds), cmocka_unit_test(only_vulnerabilities_have_a_fix),
          cmocka_unit_test(knows_what_was_looked_for))
