#include "policy/gate.h"

#include "test.h"

#define U SEVERITY_UNKNOWN
#define N SEVERITY_NEGLIGIBLE
#define L SEVERITY_LOW
#define M SEVERITY_MEDIUM
#define H SEVERITY_HIGH
#define C SEVERITY_CRITICAL

#define VULNERABILITY .kind = VIEW("vulnerability")

/* One of each severity but low, which comes twice; critical and one low can be
 * fixed; the unknown one is known to be exploited. */
static const struct finding findings[] = {
    {VULNERABILITY, .severity = C, .status = FINDING_FIXED},
    {VULNERABILITY, .severity = H, .status = FINDING_AFFECTED},
    {VULNERABILITY, .severity = M, .status = FINDING_WILL_NOT_FIX},
    {VULNERABILITY, .severity = L, .status = FINDING_FIXED},
    {VULNERABILITY, .severity = L, .status = FINDING_INVESTIGATING},
    {VULNERABILITY, .severity = N, .status = FINDING_END_OF_LIFE},
    {VULNERABILITY, .severity = U, .status = FINDING_AFFECTED, .kev.listed = true},
};
enum { FINDINGS = COUNT(findings) };

static const struct gate_case {
    const char *name;
    struct gate gate;
    size_t shown, fixable;
    size_t failing;
} cases[] = {
    {"no filter, no gate", {0}, 7, 2, 0},
    {"any finding fails", {.armed = true}, 7, 2, 7},
    {"fail on critical", {.armed = true, .fail_on = C}, 7, 2, 1},
    {"fail on low and above", {.armed = true, .fail_on = L}, 7, 2, 5},
    {"one severity", {.severities = 1 << H}, 1, 0, 0},
    {"several severities", {.severities = 1 << H | 1 << C | 1 << U}, 3, 1, 0},
    {"only what can be fixed", {.ignore_unfixed = true}, 2, 2, 0},
    {"both filters", {.severities = 1 << L | 1 << H, .ignore_unfixed = true}, 1, 1, 0},
    {"what is not shown does not fail",
     {.severities = 1 << L, .armed = true, .fail_on = H},
     2,
     1,
     0},
    {"unfixed does not fail when ignored",
     {.ignore_unfixed = true, .armed = true, .fail_on = H},
     2,
     2,
     1},
    {"exploited ones fail whatever their severity", {.fail_on_kev = true}, 7, 2, 1},
    {"exploited ones and severe ones", {.fail_on_kev = true, .armed = true, .fail_on = H}, 7, 2, 3},
    {"exploited ones are shown where they fail",
     {.severities = 1 << H, .fail_on_kev = true},
     2,
     0,
     1},
    {"exploited ones without a fix can be ignored",
     {.ignore_unfixed = true, .fail_on_kev = true},
     2,
     2,
     0},
    {"nothing left passes", {.severities = 1 << M, .ignore_unfixed = true, .armed = true}, 0, 0, 0},
};

static void applies_each_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct gate_case *c = &cases[i];
        _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
        struct report report = {.findings = findings, .finding_count = FINDINGS};
        size_t sum = 0;

        print_message("%s\n", c->name);
        assert_int_equal(gate_apply(&c->gate, &report, arena, NULL), 0);
        assert_int_equal(report.finding_count, c->shown);
        assert_int_equal(report.hidden_count, FINDINGS - c->shown);
        assert_int_equal(report.fixable_count, c->fixable);
        assert_int_equal(gate_failing_count(&c->gate, &report), c->failing);
        assert_int_equal(report.gate_failed, c->failing > 0);
        for (size_t k = 0; k < SEVERITY_COUNT; k++)
            sum += report.by_severity[k];
        assert_int_equal(sum, c->shown);
    }
}

/* Whether a fix exists is a question about vulnerabilities only. */
static void other_kinds_are_never_unfixed(void **state)
{
    static const char *const kinds[] = {"misconfiguration", "secret", "malware"};
    const struct gate gate = {.ignore_unfixed = true, .armed = true, .fail_on = H};

    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
        const struct finding finding = {.kind = view_of(kinds[i]), .severity = H};
        struct report report = {.findings = &finding, .finding_count = 1};

        assert_int_equal(gate_apply(&gate, &report, arena, NULL), 0);
        assert_int_equal(report.finding_count, 1);
        assert_int_equal(report.fixable_count, 0);
        assert_true(report.gate_failed);
    }
}

static void keeps_the_order(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct report report = {.findings = findings, .finding_count = FINDINGS};
    const struct gate gate = {.severities = 1 << C | 1 << M | 1 << U};

    (void)state;
    assert_int_equal(gate_apply(&gate, &report, arena, NULL), 0);
    assert_int_equal(report.findings[0].severity, C);
    assert_int_equal(report.findings[1].severity, M);
    assert_int_equal(report.findings[2].severity, U);
}

static void adds_up_when_applied_twice(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct report report = {.findings = findings, .finding_count = FINDINGS};
    const struct gate first = {.ignore_unfixed = true};
    const struct gate second = {.severities = 1 << C, .armed = true};

    (void)state;
    assert_int_equal(gate_apply(&first, &report, arena, NULL), 0);
    assert_int_equal(gate_apply(&second, &report, arena, NULL), 0);
    assert_int_equal(report.finding_count, 1);
    assert_int_equal(report.hidden_count, FINDINGS - 1);
    assert_true(report.gate_failed);
}

static void accepts_an_empty_report(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct report report = {0};
    const struct gate gate = {.armed = true};

    (void)state;
    assert_int_equal(gate_apply(&gate, &report, arena, NULL), 0);
    assert_false(report.gate_failed);
}

static void reports_a_full_arena(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(64);
    struct report report = {.findings = findings, .finding_count = FINDINGS};
    const struct gate gate = {0};
    struct error err = ERROR_INIT;

    (void)state;
    assert_true(gate_apply(&gate, &report, arena, &err) < 0);
    assert_int_equal(report.finding_count, FINDINGS);
    assert_true(error_is_set(&err));
}

RUN_TESTS(cmocka_unit_test(applies_each_case), cmocka_unit_test(other_kinds_are_never_unfixed),
          cmocka_unit_test(keeps_the_order), cmocka_unit_test(adds_up_when_applied_twice),
          cmocka_unit_test(accepts_an_empty_report), cmocka_unit_test(reports_a_full_arena))
