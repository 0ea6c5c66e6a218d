#include "test.h"

#include "base/buf.h"
#include "match-case.h"

enum { TEXT_LIMIT = 1 << 14 };

#define BUILD_A "1.0-1.module+el9.1.0+1+aaaa"
#define BUILD_B "1.0-2.module+el9.2.0+1+bbbb"

static const struct match_case cases[] = {
    {"no packages", "debian", "12", .records = {{"CVE-2024-1001", "debian:12", "a", "2"}},
     .want = ""},
    {"a system without advisories", "plan9", "4",
     .records = {{"CVE-2024-1001", "debian:12", "a", "2"}}, .packages = {{"a", "1"}}, .want = ""},
    {"by source, with the source's version", "debian", "12",
     .records = {{"CVE-2024-1001", "debian:12", "gcc-defaults", "1.204"}},
     .packages = {{"gcc", "4:12.2.0-3", "gcc-defaults", "1.203"},
                  {"cpp", "4:12.2.0-4", "gcc-defaults", "1.204"}},
     .want = "gcc 4:12.2.0-3: CVE-2024-1001 fixed 1.204\n"},
    {"a rebuilt binary has its source's version", "debian", "12",
     .records = {{"CVE-2024-1001", "debian:12", "acl", "2.3.1-3"},
                 {"CVE-2024-1002", "debian:12", "acl", "2.3.1-3+b1"}},
     .packages = {{"libacl1", "2.3.1-3+b1", "acl", "2.3.1-3"}},
     .want = "libacl1 2.3.1-3+b1: CVE-2024-1002 fixed 2.3.1-3+b1\n"},
    {"another release's advisory", "debian", "11",
     .records = {{"CVE-2024-1001", "debian:12", "a", "2"}}, .packages = {{"a", "1"}}, .want = ""},
    {"a binary that has another source's name", "debian", "12",
     .records = {{"CVE-2024-1001", "debian:12", "a", "2"}}, .packages = {{"a", "1", "b"}},
     .want = ""},
    {"by binary", "almalinux", "9.4",
     .records = {{"ALSA-2024:1",
                  "almalinux:9",
                  "openssl-libs",
                  "1:3.0.7-25.el9",
                  {"CVE-2024-1001"},
                  .binary = true,
                  .severity = SEVERITY_HIGH}},
     .packages = {{"openssl-libs", "1:3.0.7-24.el9", "openssl", .type = PACKAGE_RPM},
                  {"openssl", "1:3.0.7-24.el9", .type = PACKAGE_RPM}},
     .want = "openssl-libs 1:3.0.7-24.el9: CVE-2024-1001(ALSA-2024:1) fixed 1:3.0.7-25.el9 "
             "high(vendor)\n"},
    {"by binary, with the binary's version", "ubuntu", "24.04",
     .records =
         {{"USN-1-1", "ubuntu:24.04", "gcc", "4:13.2.0-8", {"CVE-2024-1001"}, .binary = true}},
     .packages = {{"gcc", "4:13.2.0-7", "gcc-defaults", "1.214"},
                  {"gcc", "4:13.2.0-8", "gcc-defaults", "1.214"}},
     .want = "gcc 4:13.2.0-7: CVE-2024-1001(USN-1-1) fixed 4:13.2.0-8\n"},
    {"an epoch in the advisory only", "almalinux", "9.4",
     .records = {{"ALSA-2024:1", "almalinux:9", "a", "1:1.0-1", {"CVE-2024-1001"}, .binary = true}},
     .packages = {{"a", "2.0-1", .type = PACKAGE_RPM}},
     .want = "a 2.0-1: CVE-2024-1001(ALSA-2024:1) fixed 1:1.0-1\n"},
    {"an architecture", "rocky", "9.4",
     .records = {{"RLSA-2024:1",
                  "rocky:9",
                  "a",
                  "2",
                  {"CVE-2024-1001"},
                  .binary = true,
                  .arch = "aarch64 x86_64"}},
     .packages = {{"a", "1", .arch = "x86_64", .type = PACKAGE_RPM},
                  {"a", "1", .arch = "s390x", .type = PACKAGE_RPM}},
     .want = "a 1: CVE-2024-1001(RLSA-2024:1) fixed 2\n"},
    {"a module stream", "almalinux", "9.4",
     .records = {{"ALSA-2024:1",
                  "almalinux:9",
                  "nodejs",
                  BUILD_B,
                  {"CVE-2024-1001"},
                  .binary = true,
                  .module = "nodejs:18"}},
     .packages = {{"nodejs", BUILD_A, .modularity = "nodejs:18:9:x", .type = PACKAGE_RPM},
                  {"nodejs", "1.0-1.el9", .type = PACKAGE_RPM}},
     .want = "nodejs " BUILD_A ": CVE-2024-1001(ALSA-2024:1) fixed " BUILD_B "\n"},
    {"Alpine", "alpine", "3.18.9",
     .records = {{"CVE-2024-1001", "alpine:3.18", "openssl", "3.1.7-r1"}},
     .packages = {{"libssl3", "3.1.7-r0", "openssl", .type = PACKAGE_APK},
                  {"libcrypto3", "3.1.7-r1", "openssl", .type = PACKAGE_APK}},
     .want = "libssl3 3.1.7-r0: CVE-2024-1001 fixed 3.1.7-r1\n"},

    {"an advisory that fixes several", "debian", "12",
     .records = {{"DSA-1-1", "debian:12", "a", "2", {"CVE-2024-1002", "CVE-2024-1001"}}},
     .packages = {{"a", "1"}},
     .want = "a 1: CVE-2024-1001(DSA-1-1) fixed 2\n"
             "a 1: CVE-2024-1002(DSA-1-1) fixed 2\n"},
    {"one that names none", "debian", "12", .records = {{"DSA-1-1", "debian:12", "a", "2"}},
     .packages = {{"a", "1"}}, .want = "a 1: DSA-1-1 fixed 2\n"},
    {"two names of one vulnerability", "debian", "12",
     .records = {{"CVE-2024-1001", "debian:12", "a", "2"},
                 {"GHSA-aaaa-bbbb-cccc", "debian:12", "a", "2", .aliases = {"CVE-2024-1001"}}},
     .packages = {{"a", "1"}}, .want = "a 1: CVE-2024-1001(GHSA-aaaa-bbbb-cccc) fixed 2\n"},
    {"no fix", "debian", "12",
     .records = {{"CVE-2024-1001", "debian:12", "a", .status = ADVISORY_WILL_NOT_FIX},
                 {"CVE-2024-1002", "debian:12", "a", .status = ADVISORY_END_OF_LIFE},
                 {"CVE-2024-1003", "debian:12", "a", .status = ADVISORY_INVESTIGATING},
                 {"CVE-2024-1004", "debian:12", "a"}},
     .packages = {{"a", "1"}},
     .want = "a 1: CVE-2024-1001 will-not-fix\n"
             "a 1: CVE-2024-1002 end-of-life\n"
             "a 1: CVE-2024-1003 investigating\n"
             "a 1: CVE-2024-1004 affected\n"},
    {"by package, architecture, version, then worst first, then id", "debian", "12",
     .records = {{"CVE-2024-1001", "debian:12", "s", "9", .severity = SEVERITY_LOW},
                 {"CVE-2024-1002", "debian:12", "s", "9", .severity = SEVERITY_HIGH},
                 {"CVE-2024-10000", "debian:12", "s", "9", .severity = SEVERITY_LOW},
                 {"CVE-2024-1003", "debian:12", "s", "2", .severity = SEVERITY_CRITICAL}},
     .packages = {{"b", "2", "s"},
                  {"a", "2", "s", .arch = "i386"},
                  {"a", "2", "s", .arch = "amd64"},
                  {"a", "1", "s", .arch = "amd64"}},
     .want = "a 1: CVE-2024-1003 fixed 2 critical(vendor)\n"
             "a 1: CVE-2024-1002 fixed 9 high(vendor)\n"
             "a 1: CVE-2024-10000 fixed 9 low(vendor)\n"
             "a 1: CVE-2024-1001 fixed 9 low(vendor)\n"
             "a 2: CVE-2024-1002 fixed 9 high(vendor)\n"
             "a 2: CVE-2024-10000 fixed 9 low(vendor)\n"
             "a 2: CVE-2024-1001 fixed 9 low(vendor)\n"
             "a 2: CVE-2024-1002 fixed 9 high(vendor)\n"
             "a 2: CVE-2024-10000 fixed 9 low(vendor)\n"
             "a 2: CVE-2024-1001 fixed 9 low(vendor)\n"
             "b 2: CVE-2024-1002 fixed 9 high(vendor)\n"
             "b 2: CVE-2024-10000 fixed 9 low(vendor)\n"
             "b 2: CVE-2024-1001 fixed 9 low(vendor)\n"},

    {"a fix for subscribers", "ubuntu", "22.04",
     .records = {{"CVE-2024-1001", "ubuntu:22.04", "a"},
                 {"CVE-2024-1001", "ubuntu-pro:22.04", "a", "1+esm1"}},
     .packages = {{"a", "1"}, {"b", "1", "a"}},
     .want = "a 1: CVE-2024-1001 affected\n"
             "b 1: CVE-2024-1001 affected\n",
     .want_diagnostics = "fixes-for-subscribers: 2\n"},
    {"the same, attached", "ubuntu", "22.04", .pro = true,
     .records = {{"CVE-2024-1001", "ubuntu:22.04", "a"},
                 {"CVE-2024-1001", "ubuntu-pro:22.04", "a", "1+esm1"}},
     .packages = {{"a", "1"}, {"b", "1+esm1", "a"}}, .want = "a 1: CVE-2024-1001 fixed 1+esm1\n"},
    {"a notice about binaries, newer than the tracker", "ubuntu", "24.04",
     .records = {{"CVE-2024-1001", "ubuntu:24.04", "openssl", .status = ADVISORY_INVESTIGATING},
                 {"USN-1-1",
                  "ubuntu:24.04",
                  "libssl3t64",
                  "3.0.13-0ubuntu3.4",
                  {"CVE-2024-1001"},
                  .binary = true}},
     .packages = {{"libssl3t64", "3.0.13-0ubuntu3.4", "openssl"},
                  {"libssl-dev", "3.0.13-0ubuntu3", "openssl"}},
     .want = "libssl-dev 3.0.13-0ubuntu3: CVE-2024-1001 investigating\n"},

    /* what is left out */
    {"packages of other repositories, and without a version", "debian", "12",
     .records = {{"CVE-2024-1001", "debian:12", "a", "2"}},
     .packages = {{"a", "1", .vendor = "elsewhere"}, {"a", ""}}, .want = "",
     .want_diagnostics = "packages-foreign: 1\npackages-versionless: 1\n"},
    {"kernel headers", "debian", "12",
     .records = {{"CVE-2024-1001", "debian:12", "linux", "6.1.64-1"},
                 {"CVE-2024-1002", "debian:12", "linux", "6.1.64-1"}},
     .packages = {{"linux-libc-dev", "6.1.55-1", "linux"},
                  {"linux-image-amd64", "6.1.64-1", "linux"}},
     .want = "", .want_diagnostics = "kernel-headers: 2\n"},
    {"kernel headers, when wanted", "debian", "12", .kernel_everywhere = true,
     .records = {{"CVE-2024-1001", "debian:12", "linux", "6.1.64-1"}},
     .packages = {{"linux-libc-dev", "6.1.55-1", "linux"}},
     .want = "linux-libc-dev 6.1.55-1: CVE-2024-1001 fixed 6.1.64-1\n"},

    /* kernels */
    {"a signed kernel has its source's advisories", "debian", "12",
     .records = {{"CVE-2024-1001", "debian:12", "linux", "6.1.55-1"},
                 {"CVE-2024-1002", "debian:12", "linux", "6.1.55-2"}},
     .packages = {{"linux-image-6.1.0-13-amd64", "6.1.55-1", "linux-signed-amd64", "6.1.55+1"}},
     .want = "linux-image-6.1.0-13-amd64 6.1.55-1: CVE-2024-1002 fixed 6.1.55-2\n"},
    {"each installed kernel", "almalinux", "9.4",
     .records = {{"ALSA-2024:1",
                  "almalinux:9",
                  "kernel-core",
                  "5.14.0-427.el9",
                  {"CVE-2024-1001"},
                  .binary = true}},
     .packages = {{"kernel-core", "5.14.0-362.el9", "kernel", .type = PACKAGE_RPM},
                  {"kernel-core", "5.14.0-70.el9", "kernel", .type = PACKAGE_RPM},
                  {"kernel-core", "5.14.0-427.el9", "kernel", .type = PACKAGE_RPM}},
     .want = "kernel-core 5.14.0-362.el9: CVE-2024-1001(ALSA-2024:1) fixed 5.14.0-427.el9\n"
             "kernel-core 5.14.0-70.el9: CVE-2024-1001(ALSA-2024:1) fixed 5.14.0-427.el9\n"},

    /* the security pocket */
    {"a pending update, once for a source", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "openssl", "3.0.17-1~deb12u2",
                  .pending = true}},
     .packages = {{"libssl3", "3.0.11-1", "openssl"},
                  {"openssl", "3.0.11-1"},
                  {"libssl-dev", "3.0.11-1", "openssl"}},
     .want = "openssl 3.0.11-1: DEBIAN-SECURITY:openssl@3.0.17-1~deb12u2 fixed 3.0.17-1~deb12u2\n"},
    {"the first speaks where none has the name", "ubuntu", "22.04",
     .records = {{"UPDATE-1", "ubuntu-security:22.04", "openssl", "3.0.2-0ubuntu1.19",
                  .pending = true}},
     .packages = {{"libssl3", "3.0.2-0ubuntu1", "openssl"},
                  {"libssl-dev", "3.0.2-0ubuntu1", "openssl"}},
     .want = "libssl3 3.0.2-0ubuntu1: UBUNTU-SECURITY:openssl@3.0.2-0ubuntu1.19 fixed "
             "3.0.2-0ubuntu1.19\n"},
    {"nothing pending at or above the version", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "a", "2", .pending = true}},
     .packages = {{"a", "2"}, {"b", "2.1", "a"}}, .want = ""},
    {"a finding names it", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "a", "2", .pending = true},
                 {"CVE-2024-1001", "debian:12", "a", "2"}},
     .packages = {{"a", "1"}}, .want = "a 1: CVE-2024-1001 fixed 2\n"},
    {"another binary's finding names a later one", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "a", "2", .pending = true},
                 {"CVE-2024-1001", "debian:12", "a", "3"},
                 {"CVE-2024-1002", "debian:12", "a", "1.1"}},
     .packages = {{"a", "1.1"}, {"b", "1", "a"}},
     .want = "a 1.1: CVE-2024-1001 fixed 3\n"
             "b 1: CVE-2024-1001 fixed 3\n"
             "b 1: CVE-2024-1002 fixed 1.1\n"},
    {"a finding names an earlier one", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "a", "3", .pending = true},
                 {"CVE-2024-1001", "debian:12", "a", "2"}},
     .packages = {{"a", "1"}},
     .want = "a 1: CVE-2024-1001 fixed 2\n"
             "a 1: DEBIAN-SECURITY:a@3 fixed 3\n"},
    {"a finding without a fix names none", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "a", "3", .pending = true},
                 {"CVE-2024-1001", "debian:12", "a"}},
     .packages = {{"a", "1"}},
     .want = "a 1: CVE-2024-1001 affected\n"
             "a 1: DEBIAN-SECURITY:a@3 fixed 3\n"},
    {"what is told of the pocket, but is no update", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "a", "2"}}, .packages = {{"a", "1"}},
     .want = ""},
    {"another source's fix", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "a", "2", .pending = true},
                 {"CVE-2024-1001", "debian:12", "b", "3"}},
     .packages = {{"a", "1"}, {"b", "1"}},
     .want = "a 1: DEBIAN-SECURITY:a@2 fixed 2\n"
             "b 1: CVE-2024-1001 fixed 3\n"},
    {"not told of kernel headers", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "linux", "6.1.64-1", .pending = true}},
     .packages = {{"linux-libc-dev", "6.1.55-1", "linux"}}, .want = ""},
    {"but of the kernel beside them, the newest", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "linux", "6.1.64-1", .pending = true}},
     .packages = {{"linux-libc-dev", "6.1.55-1", "linux"},
                  {"linux-image-6.1.0-10-amd64", "6.1.38-1", "linux-signed-amd64", "6.1.38+1"},
                  {"linux-image-6.1.0-13-amd64", "6.1.55-1", "linux-signed-amd64", "6.1.55+1"},
                  {"linux-image-6.1.0-11-amd64", "6.1.40-1", "linux-signed-amd64", "6.1.40+1"}},
     .want = "linux-image-6.1.0-13-amd64 6.1.55-1: DEBIAN-SECURITY:linux@6.1.64-1 fixed "
             "6.1.64-1\n"},
    {"older kernels beside the newest have none pending", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "linux", "6.1.64-1", .pending = true}},
     .packages = {{"linux-image-6.1.0-10-amd64", "6.1.38-1", "linux-signed-amd64", "6.1.38+1"},
                  {"linux-image-6.1.0-17-amd64", "6.1.64-1", "linux-signed-amd64", "6.1.64+1"}},
     .want = ""},
    {"other sources with one binary behind do", "debian", "12",
     .records = {{"UPDATE-1", "debian-security:12", "a", "2", .pending = true}},
     .packages = {{"a", "2"}, {"b", "1", "a"}}, .want = "b 1: DEBIAN-SECURITY:a@2 fixed 2\n"},
};

static struct view findings_text(const struct match_result *result, struct buf *to)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct finding *f = &result->findings[i];

        buf_addf(to, "%.*s %.*s: %.*s", VIEW_ARG(f->package->name), VIEW_ARG(f->package->version),
                 VIEW_ARG(f->id));
        for (size_t k = 0; k < f->alias_count; k++)
            buf_addf(to, "(%.*s)", VIEW_ARG(f->aliases[k]));
        buf_addf(to, " %s", finding_status_name(f->status));
        if (f->fixed_version.len)
            buf_addf(to, " %.*s", VIEW_ARG(f->fixed_version));
        if (f->severity != SEVERITY_UNKNOWN)
            buf_addf(to, " %s(%.*s)", severity_name(f->severity), VIEW_ARG(f->severity_source));
        buf_add_char(to, '\n');
    }
    return buf_view(to);
}

static struct view diagnostics_text(const struct match_result *result, struct buf *to)
{
    for (size_t i = 0; i < result->diagnostic_count; i++) {
        struct view message = result->diagnostics[i].message, count = view_word(&message);

        assert_int_equal(result->diagnostics[i].level, DIAGNOSTIC_NOTE);
        buf_addf(to, "%.*s: %.*s\n", VIEW_ARG(result->diagnostics[i].code), VIEW_ARG(count));
    }
    return buf_view(to);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf findings = BUF_INIT(TEXT_LIMIT), diagnostics = BUF_INIT(TEXT_LIMIT);
        struct match_run run;

        match_run(&run, &cases[i]);
        if (!view_eq(findings_text(&run.result, &findings), view_of(cases[i].want)))
            fail_msg("%s: got\n%s\nwant\n%s", cases[i].name, buf_cstr(&findings), cases[i].want);
        if (!view_eq(diagnostics_text(&run.result, &diagnostics),
                     view_of(cases[i].want_diagnostics)))
            fail_msg("%s: got\n%s\nwant\n%s", cases[i].name, buf_cstr(&diagnostics),
                     cases[i].want_diagnostics ? cases[i].want_diagnostics : "nothing");
        buf_done(&findings);
        buf_done(&diagnostics);
        match_run_done(&run);
    }
}

/* The same packages in another order are found in the same order. */
static void test_order_of_packages(void **state)
{
    static const struct match_case c = {
        "order",
        "debian",
        "12",
        .records = {{"CVE-2024-1001", "debian:12", "s", "9"}},
        .packages = {{"b", "1", "s"}, {"a", "1", "s", .path = "y"}, {"a", "1", "s", .path = "x"}},
    };
    struct match_case turned = c;
    struct match_run one, two;

    (void)state;
    turned.packages[0] = c.packages[2];
    turned.packages[1] = c.packages[0];
    turned.packages[2] = c.packages[1];
    match_run(&one, &c);
    match_run(&two, &turned);
    assert_int_equal(one.result.finding_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct finding *a = &one.result.findings[i], *b = &two.result.findings[i];

        assert_true(view_eq(a->fingerprint, b->fingerprint));
        assert_true(view_eq(a->location.path, b->location.path));
    }
    assert_view(one.result.findings[0].location.path, "x");
    match_run_done(&one);
    match_run_done(&two);
}

/* Kernels beside each other are findings of their own. */
static void test_twins(void **state)
{
    static const struct match_case c = {
        "twins",
        "almalinux",
        "9.4",
        .records = {{"CVE-2024-1001", "almalinux:9", "kernel-core", "9-1", .binary = true}},
        .packages = {{"kernel-core", "5-1", .type = PACKAGE_RPM},
                     {"kernel-core", "6-1", .type = PACKAGE_RPM}},
    };
    struct match_run run;

    (void)state;
    match_run(&run, &c);
    assert_int_equal(run.result.finding_count, 2);
    assert_false(view_eq(run.result.findings[0].fingerprint, run.result.findings[1].fingerprint));
    match_run_done(&run);
}

RUN_TESTS(cmocka_unit_test(test_cases), cmocka_unit_test(test_order_of_packages),
          cmocka_unit_test(test_twins))
