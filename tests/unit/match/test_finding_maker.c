#include "match/finding-maker.h"

#include "../vulndb/sample.h"
#include "test.h"

#define LOCAL_7_8 "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"
#define REMOTE_9_8 "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
#define OLD_7_5 "AV:N/AC:L/Au:N/C:P/I:P/A:P"

struct bench {
    struct sample sample;
    struct finding_maker maker;
};

static const struct os_info debian = {.id = VIEW("debian"), .version_id = VIEW("12")};
static const struct match_options no_options;
static const struct package package_a = {.type = PACKAGE_DEB, .name = VIEW("a")};

static void bench_open(struct bench *bench, const char *advisories,
                       const struct match_options *options)
{
    static const struct finding_kev kev = {true, VIEW("2024-02-03"), VIEW("2024-02-24"), true};

    sample_init(&bench->sample);
    sample_add(&bench->sample, advisories);
    vulndb_builder_epss(bench->sample.builder, VIEW("CVE-2024-1001"), 0.25, 0.75, NULL);
    vulndb_builder_kev(bench->sample.builder, VIEW("CVE-2024-1001"), &kev, NULL);
    sample_build(&bench->sample);
    assert_int_equal(finding_maker_init(&bench->maker, &debian, bench->sample.reader, options,
                                        bench->sample.arena, NULL),
                     0);
}

static void bench_done(struct bench *bench)
{
    finding_maker_done(&bench->maker);
    sample_done(&bench->sample);
}

static struct finding make(struct bench *bench, const struct package *package,
                           const struct verdict *verdict)
{
    struct error err = ERROR_INIT;
    struct finding finding;

    finding_maker_turn_to(&bench->maker, package, false);
    if (finding_make(&bench->maker, verdict, &finding, &err) < 0)
        fail_msg("%s", err.message);
    return finding;
}

/* The distribution's word, then CVSS, then another source's word; the
 * package's vector before the vulnerability's. */
static const struct {
    const char *name;
    const char *advisory; /* of package a */
    enum severity verdict;
    const char *cvss;
    enum severity want;
    const char *want_source, *want_vector;
    double want_score;
} ratings[] = {
    {"the distribution", "CVE-2024-1001 ^low *" REMOTE_9_8 " npm/a [,2)", SEVERITY_MEDIUM, NULL,
     SEVERITY_MEDIUM, "debian", REMOTE_9_8, 9.8},
    {"it may find a flaw negligible", "CVE-2024-1001 *" REMOTE_9_8 " npm/a [,2)",
     SEVERITY_NEGLIGIBLE, NULL, SEVERITY_NEGLIGIBLE, "debian", REMOTE_9_8, 9.8},
    {"the vulnerability's score", "CVE-2024-1001 *" REMOTE_9_8 " npm/a [,2)", SEVERITY_UNKNOWN,
     NULL, SEVERITY_CRITICAL, "cvss", REMOTE_9_8, 9.8},
    {"the package's score", "CVE-2024-1001 *" REMOTE_9_8 " npm/a [,2)", SEVERITY_UNKNOWN, LOCAL_7_8,
     SEVERITY_HIGH, "cvss", LOCAL_7_8, 7.8},
    {"a vector that is none", "CVE-2024-1001 *" REMOTE_9_8 " npm/a [,2)", SEVERITY_UNKNOWN,
     "CVSS:3.1/AV:X", SEVERITY_CRITICAL, "cvss", REMOTE_9_8, 9.8},
    {"version 2", "CVE-2024-1001 *" OLD_7_5 " npm/a [,2)", SEVERITY_UNKNOWN, NULL, SEVERITY_HIGH,
     "cvss", OLD_7_5, 7.5},
    {"nobody", "CVE-2024-1001 npm/a [,2)", SEVERITY_UNKNOWN, NULL, SEVERITY_UNKNOWN, "", "", 0},
};

static void test_ratings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ratings); i++) {
        struct verdict verdict = {.severity = ratings[i].verdict,
                                  .severity_source = VIEW("debian"),
                                  .cvss = view_of(ratings[i].cvss)};
        struct finding f;
        struct bench bench;

        bench_open(&bench, ratings[i].advisory, &no_options);
        f = make(&bench, &package_a, &verdict);
        if (f.severity != ratings[i].want)
            fail_msg("%s: got %s", ratings[i].name, severity_name(f.severity));
        assert_view(f.severity_source, ratings[i].want_source);
        assert_view(f.cvss.vector, ratings[i].want_vector);
        assert_true(f.cvss.score > ratings[i].want_score - 0.01 &&
                    f.cvss.score < ratings[i].want_score + 0.01);
        bench_done(&bench);
    }
}

/* Where neither the distribution nor a vector rates, another source's word. */
static void test_other_source(void **state)
{
    static const char advisories[] = "CVE-2024-1001 debian:12/a [,)\n"
                                     "GHSA-aaaa-bbbb-cccc =CVE-2024-1001 ^high npm/a [,)";
    struct bench bench;
    struct finding f;

    (void)state;
    bench_open(&bench, advisories, &no_options);
    f = make(&bench, &package_a, &(struct verdict){0});
    assert_int_equal(f.severity, SEVERITY_HIGH);
    assert_true(f.severity_source.len > 0);
    assert_false(view_eq(f.severity_source, VIEW("cvss")));
    bench_done(&bench);
}

/* EPSS and KEV are kept by CVE; one that goes by another name has its CVE's. */
static void test_exploits(void **state)
{
    static const char advisories[] = "GHSA-aaaa-bbbb-cccc =CVE-2024-1001 \"A_flaw_in_a npm/a [,)\n"
                                     "CVE-2024-1002 debian:12/a [,)";
    struct bench bench;
    struct finding f;

    (void)state;
    bench_open(&bench, advisories, &no_options);
    f = make(&bench, &package_a, &(struct verdict){.vulnerability = 0});
    assert_view(f.id, "CVE-2024-1001");
    assert_view(f.title, "A flaw in a");
    assert_true(f.epss.known && f.epss.score > 0.24 && f.epss.percentile < 0.76);
    assert_true(f.kev.listed && f.kev.ransomware);
    assert_view(f.kev.due_date, "2024-02-24");
    f = make(&bench, &package_a, &(struct verdict){.vulnerability = 1});
    assert_view(f.id, "CVE-2024-1002");
    assert_false(f.epss.known || f.kev.listed);
    bench_done(&bench);
}

/* Findings outlive the database. */
static void test_lifetime(void **state)
{
    static const char advisories[] = "CVE-2024-1001 *" REMOTE_9_8 " \"A_flaw_in_a debian:12/a [,2)";
    char fixed[] = "2.0", erratum[] = "DSA-1-1", source[] = "debian", vector[] = LOCAL_7_8;
    struct verdict verdict = {.severity = SEVERITY_HIGH,
                              .severity_source = view_of(source),
                              .cvss = view_of(vector),
                              .fixed = view_of(fixed),
                              .erratum = view_of(erratum)};
    struct bench bench;
    struct finding f;

    (void)state;
    bench_open(&bench, advisories, &no_options);
    f = make(&bench, &package_a, &verdict);
    vulndb_reader_free(bench.sample.reader);
    vulndb_close(bench.sample.db);
    bench.sample.reader = NULL;
    bench.sample.db = NULL;
    fixed[0] = erratum[0] = source[0] = vector[0] = '!';
    assert_view(f.id, "CVE-2024-1001");
    assert_view(f.title, "A flaw in a");
    assert_view(f.fixed_version, "2.0");
    assert_view(f.severity_source, "debian");
    assert_view(f.cvss.vector, LOCAL_7_8);
    assert_int_equal(f.alias_count, 1);
    assert_view(f.aliases[0], "DSA-1-1");
    assert_view(f.kev.date_added, "2024-02-03");
    bench_done(&bench);
}

/* The erratum is an alias, once, and not when it is the finding's own name. */
static void test_erratum(void **state)
{
    static const char advisories[] = "CVE-2024-1001 =GHSA-aaaa-bbbb-cccc debian:12/a [,)\n"
                                     "DSA-1-1 debian:12/a [,)";
    static const struct {
        uint32_t vulnerability;
        const char *erratum;
        size_t want;
    } cases[] = {{0, NULL, 1}, {0, "DSA-2-1", 2}, {0, "GHSA-aaaa-bbbb-cccc", 1}, {1, "DSA-1-1", 0}};
    struct bench bench;

    (void)state;
    bench_open(&bench, advisories, &no_options);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct verdict verdict = {.vulnerability = cases[i].vulnerability,
                                  .erratum = view_of(cases[i].erratum)};
        struct finding f = make(&bench, &package_a, &verdict);

        assert_int_equal(f.alias_count, cases[i].want);
    }
    bench_done(&bench);
}

/* Where it is: the layer's diffID, the database's path, the purl. */
static void test_location(void **state)
{
    static const struct view layers[] = {VIEW("sha256:aa"), VIEW("sha256:bb")};
    static const struct match_options options = {.layers = layers, .layer_count = 2};
    struct package package = {.type = PACKAGE_DEB,
                              .name = VIEW("a"),
                              .version = VIEW("1"),
                              .db_path = VIEW("var/lib/dpkg/status"),
                              .layer = 1};
    struct bench bench;
    struct finding f;

    (void)state;
    bench_open(&bench, "CVE-2024-1001 debian:12/a [,)", &options);
    f = make(&bench, &package, &(struct verdict){0});
    assert_view(f.location.layer, "sha256:bb");
    assert_view(f.location.path, "var/lib/dpkg/status");
    assert_view(f.purl, "pkg:deb/debian/a@1?distro=debian-12");
    assert_view(f.kind, "vulnerability");
    package.layer = 2;
    package.version = VIEW("2");
    f = make(&bench, &package, &(struct verdict){0});
    assert_view(f.location.layer, "");
    assert_view(f.purl, "pkg:deb/debian/a@2?distro=debian-12");
    bench_done(&bench);
}

/* What changes a fingerprint and what does not. */
static const struct {
    const char *name;
    struct package package;
    struct verdict verdict;
    bool has_twin, same;
} prints[] = {
    {"itself", {.name = VIEW("a"), .version = VIEW("1"), .arch = VIEW("amd64")}, {0}, false, true},
    {"an update that leaves the flaw",
     {.name = VIEW("a"), .version = VIEW("2"), .arch = VIEW("amd64")},
     {0},
     false,
     true},
    {"another layer", {.name = VIEW("a"), .arch = VIEW("amd64"), .layer = 4}, {0}, false, true},
    {"a database that rates it",
     {.name = VIEW("a"), .arch = VIEW("amd64")},
     {.severity = SEVERITY_HIGH, .severity_source = VIEW("debian")},
     false,
     true},
    {"and knows a fix",
     {.name = VIEW("a"), .arch = VIEW("amd64")},
     {.fixed = VIEW("3")},
     false,
     true},
    {"another package", {.name = VIEW("b"), .arch = VIEW("amd64")}, {0}, false, false},
    {"another architecture", {.name = VIEW("a"), .arch = VIEW("i386")}, {0}, false, false},
    {"another database",
     {.name = VIEW("a"), .arch = VIEW("amd64"), .db_path = VIEW("x")},
     {0},
     false,
     false},
    {"another vulnerability",
     {.name = VIEW("a"), .arch = VIEW("amd64")},
     {.vulnerability = 1},
     false,
     false},
    {"one of several versions",
     {.name = VIEW("a"), .version = VIEW("1"), .arch = VIEW("amd64")},
     {0},
     true,
     false},
};

static void test_fingerprint(void **state)
{
    static const char advisories[] = "CVE-2024-1001 debian:12/a [,)\nCVE-2024-1002 debian:12/a [,)";
    struct bench bench;

    (void)state;
    bench_open(&bench, advisories, &no_options);
    for (size_t i = 0; i < COUNT(prints); i++) {
        struct finding f;

        finding_maker_turn_to(&bench.maker, &prints[i].package, prints[i].has_twin);
        assert_int_equal(finding_make(&bench.maker, &prints[i].verdict, &f, NULL), 0);
        /* Known for good: it is kept in baselines. */
        if (view_eq(f.fingerprint, VIEW("0db1d69f19f2a71223c5adbf5742ace7")) != prints[i].same)
            fail_msg("%s: %.*s", prints[i].name, VIEW_ARG(f.fingerprint));
    }
    bench_done(&bench);
}

RUN_TESTS(cmocka_unit_test(test_ratings), cmocka_unit_test(test_other_source),
          cmocka_unit_test(test_exploits), cmocka_unit_test(test_lifetime),
          cmocka_unit_test(test_erratum), cmocka_unit_test(test_location),
          cmocka_unit_test(test_fingerprint))
