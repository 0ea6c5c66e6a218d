/* What several records of several sources come to in the database. */
#include "sample.h"
#include "test.h"

struct row {
    const char *name, *advisories, *package, *want;
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct sample sample;
        struct view got;

        sample_init(&sample);
        sample_add(&sample, rows[i].advisories);
        sample_build(&sample);
        got = sample_statements(&sample, rows[i].package);
        if (!view_eq(got, view_of(rows[i].want)))
            fail_msg("%s:\n%.*swant:\n%s", rows[i].name, VIEW_ARG(got), rows[i].want);
        sample_done(&sample);
    }
}

/* Which vulnerabilities there are. */
static void identity(void **state)
{
    static const struct row rows[] = {
        {"one name", "CVE-2024-0001 npm/a [,2)", "npm/a", "affected [,2): CVE-2024-0001\n"},
        {"an alias is the same vulnerability, and the CVE its name",
         "GHSA-aaaa =CVE-2024-0001 npm/a [,2)\n"
         "CVE-2024-0001 npm/a [1,3)",
         "npm/a", "affected [1,3): CVE-2024-0001\naffected [,2): CVE-2024-0001\n"},
        {"aliases over several steps, in any order",
         "RUSTSEC-2024-1 =GHSA-aaaa npm/a [,2)\n"
         "GHSA-aaaa =CVE-2024-0001 npm/b [,2)",
         "npm/a", "affected [,2): CVE-2024-0001\n"},
        {"without a CVE a GHSA names it", "RUSTSEC-2024-1 =GHSA-aaaa npm/a [,2)", "npm/a",
         "affected [,2): GHSA-aaaa\n"},
        {"a distribution's name for a CVE is the CVE",
         "DEBIAN-CVE-2024-0001 >CVE-2024-0001 debian:12/a #src [,2)", "debian:12/a",
         "affected [,2) #src: CVE-2024-0001\n"},
        {"case is nothing", "cvE-2024-0001 npm/a [,2)", "npm/a", "affected [,2): CVE-2024-0001\n"},
        {"two CVEs stay two, though a GHSA has both",
         "GHSA-aaaa =CVE-2024-0001 npm/a [,2)\n"
         "GO-2024-1 =CVE-2024-0002 =GHSA-aaaa npm/a [,3)",
         "npm/a", "affected [,2): CVE-2024-0001\naffected [,3): CVE-2024-0002\n"},
        {"a record's own word on its CVE is above another's",
         "GHSA-bbbb =CVE-2024-0009 npm/a [,2)\n"
         "CVE-2024-0001 =GHSA-bbbb npm/a [,3)",
         "npm/a", "affected [,3): CVE-2024-0001\naffected [,2): CVE-2024-0009\n"},
        {"even where its name is another's",
         "GO-2024-1 =GHSA-bbbb =CVE-2024-0001 go/a [,2)\n"
         "GHSA-bbbb =CVE-2024-0009 npm/a [,2)\n"
         "GHSA-BBBB @other =CVE-2024-0002 npm/a [,3)",
         "npm/a", "affected [,3): CVE-2024-0002\naffected [,2): CVE-2024-0009\n"},
        {"one record with two CVEs is about both",
         "GO-2024-1 =CVE-2024-0001 =CVE-2024-0002 =GHSA-aaaa go/a [,2)", "go/a",
         "affected [,2) {GO-2024-1}: CVE-2024-0001 CVE-2024-0002\n"},
        {"a CVE with another one among its aliases is about itself",
         "CVE-2024-0001 =CVE-2024-0002 npm/a [,2)", "npm/a", "affected [,2): CVE-2024-0001\n"},
        {"an erratum is about each CVE it fixes, and they share a statement",
         "DSA-1 >CVE-2024-0002 >CVE-2024-0001 debian:12/a #src [,2)", "debian:12/a",
         "affected [,2) {DSA-1} #src: CVE-2024-0001 CVE-2024-0002\n"},
        {"an erratum that names none stands for itself", "DLA-1 debian:12/a #src [,2)",
         "debian:12/a", "affected [,2) #src: DLA-1\n"},
        {"a name without a CVE beside one with is the same thing again",
         "CGA-1 >CVE-2024-0001 >GHSA-zzzz wolfi/a #src [,2)", "wolfi/a",
         "affected [,2) {CGA-1} #src: CVE-2024-0001\n"},
        {"upstream of a language's advisory is only related",
         "RUSTSEC-2024-1 >CVE-2024-0001 crates.io/a [,2)", "crates.io/a",
         "affected [,2): RUSTSEC-2024-1\n"},
        {"years and numbers are ordered as such",
         "CVE-2024-10000 npm/a [,2)\nCVE-2024-9999 npm/a [,2)\nCVE-2009-12345 npm/a [,2)", "npm/a",
         "affected [,2): CVE-2009-12345 CVE-2024-9999 CVE-2024-10000\n"},
    };

    (void)state;
    check(rows, COUNT(rows));
}

/* Which records and statements count. */
static void validity(void **state)
{
    static const struct row rows[] = {
        {"withdrawn", "CVE-2024-0001 ! npm/a [,2)", "npm/a", ""},
        {"withdrawn takes back what was said before",
         "CVE-2024-0001 ~2024-01-01 npm/a [,2)\n"
         "CVE-2024-0001 ~2024-02-01 !",
         "npm/a", ""},
        {"and not what was said after it",
         "CVE-2024-0001 ~2024-01-01 !\n"
         "CVE-2024-0001 ~2024-02-01 npm/a [,2)",
         "npm/a", "affected [,2): CVE-2024-0001\n"},
        {"nor what another source says",
         "CVE-2024-0001 @osv ~2024-02-01 !\n"
         "CVE-2024-0001 @other ~2024-01-01 npm/a [,2)",
         "npm/a", "affected [,2): CVE-2024-0001\n"},
        {"the same record twice counts once",
         "CVE-2024-0001 npm/a [,2)\n"
         "CVE-2024-0001 npm/a [,2)",
         "npm/a", "affected [,2): CVE-2024-0001\n"},
        {"of two records of an id the later modified holds",
         "CVE-2024-0001 ~2024-01-01 npm/a [,2)\n"
         "CVE-2024-0001 ~2024-02-01 npm/a [,3)",
         "npm/a", "affected [,3): CVE-2024-0001\n"},
        {"but only for the releases it speaks of",
         "ALSA-1 >CVE-2024-0001 ~2024-01-01 almalinux:8/a [,2)\n"
         "ALSA-1 >CVE-2024-0001 ~2024-02-01 almalinux:9/a [,3)",
         "almalinux:8/a", "affected [,2) {ALSA-1}: CVE-2024-0001\n"},
        {"files of one date add up",
         "ALSA-1 >CVE-2024-0001 ~2024-01-01 almalinux:8/a [,2)\n"
         "ALSA-1 >CVE-2024-0001 ~2024-01-01 almalinux:8/a [,2) almalinux:8/b [,2)",
         "almalinux:8/b", "affected [,2) {ALSA-1}: CVE-2024-0001\n"},
        {"neither ranges nor versions: no version is affected", "CVE-2024-0001 npm/a", "npm/a", ""},
        {"versions alone", "CVE-2024-0001 npm/a ==1.0 ==1.1", "npm/a",
         "affected ==1.0 ==1.1: CVE-2024-0001\n"},
        {"an unknown ecosystem", "CVE-2024-0001 plan9:4/a [,2) npm/a [,2)", "npm/a",
         "affected [,2): CVE-2024-0001\n"},
        {"a word for a version of a distribution is none",
         "CVE-2024-0001 ubuntu:22.04/a #src [,needed)", "ubuntu:22.04/a",
         "affected [,) #src: CVE-2024-0001\n"},
        {"and one for a language may be one", "CVE-2024-0001 maven/a:b [,Finchley.RELEASE)",
         "maven/a:b", "affected [,Finchley.RELEASE): CVE-2024-0001\n"},
    };

    (void)state;
    check(rows, COUNT(rows));
}

/* Who is believed. */
static void precedence(void **state)
{
    static const struct row rows[] = {
        {"the tracker is above other forms of its data",
         "CVE-2024-0001 @osv debian:12/a #src [,3)\n"
         "CVE-2024-0001 @debian-tracker debian:12/a #src [,2)",
         "debian:12/a", "affected [,2) #src: CVE-2024-0001\n"},
        {"the word on the vulnerability is above the erratum's",
         "DEBIAN-CVE-2024-0001 debian:12/a #src [,2)\n"
         "DSA-1 >CVE-2024-0001 >CVE-2024-0002 debian:12/a #src [,3)",
         "debian:12/a",
         "affected [,2) #src: CVE-2024-0001\naffected [,3) {DSA-1} #src: CVE-2024-0002\n"},
        {"not where a distribution only writes errata",
         "RLSA-1 =CVE-2024-0001 rocky:9/a [,2)\n"
         "RLSA-2 =CVE-2024-0001 =CVE-2024-0002 rocky:9/a [,3)",
         "rocky:9/a",
         "affected [,2): CVE-2024-0001\naffected [,3) {RLSA-2}: CVE-2024-0001 CVE-2024-0002\n"},
        {"not affected settles it",
         "CVE-2024-0001 @alpine-secdb alpine:3.18/a #src ?not-affected\n"
         "ALPINE-CVE-2024-0001 alpine:3.18/a #src [,3)",
         "alpine:3.18/a", ""},
        {"not affected, said by a worse source, does not",
         "DSA-1 >CVE-2024-0001 debian:12/a #src ?not-affected\n"
         "DEBIAN-CVE-2024-0001 debian:12/a #src [,3)",
         "debian:12/a", "affected [,3) #src: CVE-2024-0001\n"},
        {"not affected concerns its own release",
         "CVE-2024-0001 @debian-tracker debian:12/a #src ?not-affected debian:11/a #src [,3)",
         "debian:11/a", "affected [,3) #src: CVE-2024-0001\n"},
        {"languages: a union",
         "GHSA-aaaa =CVE-2024-0001 npm/a [,2)\n"
         "GMS-1 =CVE-2024-0001 npm/a [4,)",
         "npm/a", "affected [,2): CVE-2024-0001\naffected [4,): CVE-2024-0001\n"},
        {"a later erratum ends what a tracker's snapshot left open, and keeps its rating",
         "UBUNTU-CVE-2024-0001 ~2024-02-16 ubuntu:24.04/a #src [,) %medium/ubuntu\n"
         "USN-1 >CVE-2024-0001 ~2024-12-24 ubuntu:24.04/a #src [,2)",
         "ubuntu:24.04/a", "affected [,2) %medium/ubuntu {USN-1} #src: CVE-2024-0001\n"},
        {"an earlier one does not: the tracker knew it",
         "UBUNTU-CVE-2024-0001 ~2024-12-24 ubuntu:24.04/a #src [,)\n"
         "USN-1 >CVE-2024-0001 ~2024-02-16 ubuntu:24.04/a #src [,2)",
         "ubuntu:24.04/a", "affected [,) #src: CVE-2024-0001\n"},
        {"nor one without a date",
         "CVE-2024-0001 @debian-tracker debian:12/a #src ?will-not-fix [,)\n"
         "DSA-1 >CVE-2024-0001 debian:12/a #src [,2)",
         "debian:12/a", "will-not-fix [,) #src: CVE-2024-0001\n"},
        {"of equals, the fix",
         "CVE-2024-0001 rhel:9/a ?investigating [,)\n"
         "RHSA-1 >CVE-2024-0001 rhel:9/a [,2)",
         "rhel:9/a", "affected [,2) {RHSA-1}: CVE-2024-0001\n"},
        {"streams of a module don't meet",
         "RHSA-1 >CVE-2024-0001 rhel:9/a |a:1 [,2)\n"
         "CVE-2024-0001 rhel:9/a |a:2 [,)",
         "rhel:9/a",
         "affected [,) |a:2: CVE-2024-0001\naffected [,2) {RHSA-1} |a:1: CVE-2024-0001\n"},
        {"statuses are kept", "CVE-2024-0001 debian:12/a #src ?end-of-life [,)", "debian:12/a",
         "end-of-life [,) #src: CVE-2024-0001\n"},
        {"the record's own word is the distribution's rating",
         "ALSA-1 >CVE-2024-0001 ^important almalinux:9/a [,2)", "almalinux:9/a",
         "affected [,2) %high/almalinux {ALSA-1}: CVE-2024-0001\n"},
        {"and not in a language", "GHSA-aaaa =CVE-2024-0001 ^high npm/a [,2)", "npm/a",
         "affected [,2): CVE-2024-0001\n"},
        {"all parts of a statement",
         "CVE-2024-0001 rhel:9/a [1,2] [3,4) ==7 %low/redhat +x86_64,aarch64 |a:1 $CVSS:3.1/AV:N",
         "rhel:9/a",
         "affected [1,2] [3,4) ==7 %low/redhat +x86_64 aarch64 |a:1 $CVSS:3.1/AV:N: "
         "CVE-2024-0001\n"},
    };

    (void)state;
    check(rows, COUNT(rows));
}
RUN_TESTS(cmocka_unit_test(identity), cmocka_unit_test(validity), cmocka_unit_test(precedence))
