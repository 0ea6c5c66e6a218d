/* What is told of a vulnerability, from all records about it. */
#include "base/buf.h"
#include "sample.h"
#include "test.h"

static struct view join(struct arena *arena, const struct view *texts, size_t count)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);

    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_add_char(&text, ' ');
        buf_add(&text, texts[i]);
    }
    return arena_copy(arena, buf_view(&text));
}

static struct vulndb_vulnerability find(struct sample *sample, const char *id)
{
    struct vulndb_vulnerability vulnerability = {0};
    uint32_t index;

    if (vulndb_find_id(sample->reader, view_of(id), &index, 1, NULL) != 1)
        fail_msg("%s is not there", id);
    assert_int_equal(
        vulndb_vulnerability(sample->reader, index, sample->arena, &vulnerability, NULL), 0);
    return vulnerability;
}

static void titles(void **state)
{
    static const struct {
        const char *name, *advisories, *want;
    } rows[] = {
        {"the distribution's own",
         "CVE-2024-0001 \"from_it debian:12/a #src [,2)\n"
         "GHSA-a =CVE-2024-0001 \"from_GitHub npm/a [,2)",
         "from it"},
        {"then a GHSA's",
         "PYSEC-1 =CVE-2024-0001 \"from_PyPI pypi/a [,2)\n"
         "GHSA-a =CVE-2024-0001 \"from_GitHub npm/a [,2)",
         "from GitHub"},
        {"then an erratum's line about it",
         "ALSA-1 >CVE-2024-0001 >CVE-2024-0002 \"a_security_update "
         "'Fixes:|*_a:_overflow_(CVE-2024-0001)|*_b:_leak_(CVE-2024-0002) almalinux:9/a [,2)\n"
         "BIT-1 =CVE-2024-0001 'An_overflow_in_a._It_is_bad. bitnami/a [,2)",
         "a: overflow"},
        {"then a first sentence",
         "ALSA-1 >CVE-2024-0001 \"a_security_update almalinux:9/a [,2)\n"
         "BIT-1 =CVE-2024-0001 'An_overflow_in_a_1.2._It_is_bad. bitnami/a [,2)",
         "An overflow in a 1.2."},
        {"what a machine put together only before nothing",
         "CVE-2024-0001 @oval 'CVE-2024-0001_affecting_package_a azurelinux:3.0/a #src [,2)\n"
         "DEBIAN-CVE-2024-0001 'An_overflow. debian:12/a #src [,2)",
         "An overflow."},
        {"an erratum's title at last",
         "ALSA-1 >CVE-2024-0001 \"a_security_update almalinux:9/a [,2)", "a security update"},
        {"lines become blanks", "CVE-2024-0001 \"one|two__three npm/a [,2)", "one two three"},
        {"nothing", "CVE-2024-0001 npm/a [,2)", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sample sample;
        struct view got;

        sample_init(&sample);
        sample_add(&sample, rows[i].advisories);
        sample_build(&sample);
        got = find(&sample, "CVE-2024-0001").title;
        if (!view_eq(got, view_of(rows[i].want)))
            fail_msg("%s: got \"%.*s\"", rows[i].name, VIEW_ARG(got));
        sample_done(&sample);
    }
}

static void severities(void **state)
{
    static const struct {
        const char *name, *advisories;
        enum severity want;
        const char *source;
    } rows[] = {
        {"GitHub's word is known best",
         "UBUNTU-CVE-2024-0001 ubuntu:22.04/a #src [,2) %low/ubuntu\n"
         "GHSA-a =CVE-2024-0001 ^high npm/a [,2)",
         SEVERITY_HIGH, "ghsa"},
        {"one rating of one beats one of many",
         "RHSA-1 >CVE-2024-0001 >CVE-2024-0002 rhel:9/a [,2) %critical/redhat\n"
         "DEBIAN-CVE-2024-0001 debian:12/a #src [,2) %low/debian",
         SEVERITY_LOW, "debian"},
        {"Debian's unimportant is about Debian",
         "DEBIAN-CVE-2024-0001 debian:12/a #src [,2) %unimportant/debian", SEVERITY_UNKNOWN, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct vulndb_vulnerability got;
        struct sample sample;

        sample_init(&sample);
        sample_add(&sample, rows[i].advisories);
        sample_build(&sample);
        got = find(&sample, "CVE-2024-0001");
        if (got.severity != rows[i].want || !view_eq(got.severity_source, view_of(rows[i].source)))
            fail_msg("%s: got %s of %.*s", rows[i].name, severity_name(got.severity),
                     VIEW_ARG(got.severity_source));
        sample_done(&sample);
    }
}

static void merged(void **state)
{
    struct vulndb_vulnerability got;
    struct sample sample;

    (void)state;
    sample_init(&sample);
    sample_add(&sample,
               "CVE-2024-0001 ~2024-01-03 *AV:N/AC:L *CVSS:3.1/AV:N *CVSS:9.9/AV:N "
               "&https://example.org/1 &https://nvd.nist.gov/vuln/detail/CVE-2024-0001 "
               "&javascript:alert(1) npm/a [,2)\n"
               "GHSA-b =CVE-2024-0001 ~2024-02-03 *CVSS:3.0/AV:L *CVSS:4.0/AV:N *CVSS:3.1/AV:N "
               "&https://example.org/2 &https://example.org/1 npm/a [,2)\n"
               "GHSA-a =GHSA-b npm/a [,2)\n"
               "DSA-1 >CVE-2024-0001 >CVE-2024-0002 ~2024-03-03 *CVSS:3.1/AV:P "
               "&https://example.org/CVE-2024-0002 &https://example.org/dsa debian:12/a #src [,2)");
    sample_build(&sample);
    got = find(&sample, "CVE-2024-0001");
    assert_view(got.id, "CVE-2024-0001");
    assert_view(join(sample.arena, got.aliases, got.alias_count), "GHSA-a GHSA-b");
    assert_view(join(sample.arena, got.cvss, got.cvss_count),
                "CVSS:4.0/AV:N CVSS:3.1/AV:N CVSS:3.0/AV:L AV:N/AC:L");
    assert_view(join(sample.arena, got.references, got.reference_count),
                "https://nvd.nist.gov/vuln/detail/CVE-2024-0001 https://example.org/1 "
                "https://example.org/2 https://example.org/dsa");
    assert_true(got.modified == 1706918400); /* 2024-02-03: the summary's date is another's */
    sample_done(&sample);
}

static void ids(void **state)
{
    static const struct {
        const char *id;
        int count;
    } rows[] = {
        {"CVE-2024-0001", 1},       {"cve-2024-0001", 1}, {"DEBIAN-CVE-2024-0001", 1},
        {"GHSA-aaaa", 1},           {"ghsa-AAAA", 1},     {"DSA-1", 2},
        {"DSA-1-CVE-2024-0002", 1}, {"DSA", 0},           {"", 0},
        {"CVE-2024-0003", 0}, /* in no package */
    };
    struct sample sample;
    uint32_t first = UINT32_MAX;

    (void)state;
    sample_init(&sample);
    sample_add(&sample, "GHSA-aaaa =CVE-2024-0001 npm/a [,2)\n"
                        "DSA-1 >CVE-2024-0001 >CVE-2024-0002 debian:12/a #src [,2)\n"
                        "CVE-2024-0003 npm/a");
    sample_build(&sample);
    for (size_t i = 0; i < COUNT(rows); i++) {
        int got = vulndb_find_id(sample.reader, view_of(rows[i].id), &first, 1, NULL);

        if (got != rows[i].count)
            fail_msg("%s: got %d", rows[i].id, got);
    }
    assert_int_equal(first, 1); /* the last one asked for and found */
    sample_done(&sample);
}

RUN_TESTS(cmocka_unit_test(titles), cmocka_unit_test(severities), cmocka_unit_test(merged),
          cmocka_unit_test(ids))
