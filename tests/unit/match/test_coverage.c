#include "match/coverage.h"
#include "statement-sample.h"
#include "test.h"

static const struct {
    const char *name;
    enum version_scheme scheme;
    const char *ranges, *versions, *version;
    enum coverage want;
} cases[] = {
    {"below the fix", VERSION_DPKG, "<1.2-3", NULL, "1.2-2", COVERAGE_ENDED},
    {"at the fix", VERSION_DPKG, "<1.2-3", NULL, "1.2-3", COVERAGE_REACHED},
    {"above the fix", VERSION_DPKG, "<1.2-3", NULL, "1.2-3+deb12u1", COVERAGE_REACHED},
    {"a tilde sorts below", VERSION_DPKG, "<1.2-3", NULL, "1.2-3~bpo12+1", COVERAGE_ENDED},
    {"without end", VERSION_DPKG, "<", NULL, "1:9", COVERAGE_OPEN},
    {"introduced later", VERSION_DPKG, "2.0<", NULL, "1.9-1", COVERAGE_NONE},
    {"at the introduction", VERSION_DPKG, "2.0<", NULL, "2.0", COVERAGE_OPEN},
    {"not yet introduced, with a fix", VERSION_DPKG, "2.0<2.3", NULL, "1.0", COVERAGE_NONE},
    {"last affected is inclusive", VERSION_DPKG, "=1.5-1", NULL, "1.5-1", COVERAGE_ENDED},
    {"above the last affected", VERSION_DPKG, "=1.5-1", NULL, "1.5-2", COVERAGE_NONE},
    {"between two ranges", VERSION_SEMVER, "<1.4.0 2.0.0<2.1.0", NULL, "1.5.0", COVERAGE_REACHED},
    {"in the second range", VERSION_SEMVER, "<1.4.0 2.0.0<2.1.0", NULL, "2.0.5", COVERAGE_ENDED},
    {"an end beats no end", VERSION_SEMVER, "1.0.0< <2.0.0", NULL, "1.5.0", COVERAGE_ENDED},
    {"no end beats a fix reached", VERSION_SEMVER, "<1.0.0 1.2.0<", NULL, "1.5.0", COVERAGE_OPEN},
    {"listed", VERSION_DPKG, NULL, "1.0-1 1.1-1", "1.1-1", COVERAGE_ENDED},
    {"listed beside a range", VERSION_DPKG, "<1.0", "1.1-1", "1.1-1", COVERAGE_ENDED},
    {"not listed", VERSION_DPKG, NULL, "1.0-1 1.1-1", "1.2-1", COVERAGE_NONE},
    {"equal, written otherwise", VERSION_DPKG, NULL, "0:1.01-1", "1.1-1", COVERAGE_ENDED},
    {"rpm: an epoch is greater", VERSION_RPM, "<1:1.0-1", NULL, "2.0-1", COVERAGE_ENDED},
    {"rpm: no epoch is 0", VERSION_RPM, "<0:2.0-1", NULL, "2.0-1", COVERAGE_REACHED},
    {"rpm: bound without release", VERSION_RPM, "<1.2", NULL, "1.2-0.rc1", COVERAGE_REACHED},
    {"rpm: last affected without release", VERSION_RPM, "=1.2", NULL, "1.2-9", COVERAGE_ENDED},
    {"rpm: listed without release", VERSION_RPM, NULL, "1.2", "1.2-9", COVERAGE_ENDED},
    {"apk", VERSION_APK, "<3.1.7-r1", NULL, "3.1.7-r0", COVERAGE_ENDED},
    {"nothing said", VERSION_APK, NULL, NULL, "1.0", COVERAGE_NONE},
};

static void test_coverage(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct statement_sample sample = {.ranges = cases[i].ranges, .versions = cases[i].versions};
        struct packed_sample packed;
        struct vulndb_statement statement = statement_of_sample(&sample, &packed);
        enum coverage got = coverage_of(cases[i].scheme, view_of(cases[i].version), statement);

        if (got != cases[i].want)
            fail_msg("%s: got %d, want %d", cases[i].name, (int)got, (int)cases[i].want);
        packed_sample_done(&packed);
    }
}

/* A range may carry both ends; either one makes a version affected. */
static void test_both_ends(void **state)
{
    struct advisory_range range = {VIEW_EMPTY, VIEW("1.2"), VIEW("1.5")};
    struct advisory_affected affected = {.ranges = &range, .range_count = 1};
    struct buf bounds = BUF_INIT(1 << 10), bytes = BUF_INIT(1 << 10);
    struct view none = VIEW_EMPTY;
    struct statement_strings strings = {&none, 1};
    struct vulndb_statement statement;

    (void)state;
    statement_pack_bounds(&affected, &bounds);
    statement_pack(&(struct statement_parts){.bounds = buf_view(&bounds)}, &bytes);
    assert_true(statement_unpack(buf_view(&bytes), &strings, &statement));
    assert_int_equal(coverage_of(VERSION_DPKG, VIEW("1.4"), statement), COVERAGE_ENDED);
    assert_int_equal(coverage_of(VERSION_DPKG, VIEW("1.6"), statement), COVERAGE_REACHED);
    buf_done(&bounds);
    buf_done(&bytes);
}

RUN_TESTS(cmocka_unit_test(test_coverage), cmocka_unit_test(test_both_ends))
