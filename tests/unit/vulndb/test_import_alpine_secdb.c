#include "import-collect.h"

#include "test.h"

#define BRANCH(name, packages)                                                                     \
    "{\"distroversion\":\"" name "\",\"reponame\":\"main\",\"packages\":[" packages "]}"
#define PACKAGE(name, fixes) "{\"pkg\":{\"name\":\"" name "\",\"secfixes\":{" fixes "}}}"

static const struct {
    const char *name, *input, *want;
} cases[] = {
    {"fixes of a package",
     BRANCH("v3.18", PACKAGE("apr", "\"1.7.0-r2\":[\"CVE-2021-35940\"],"
                                    "\"1.7.1-r0\":[\"CVE-2022-24963\"]")),
     "CVE-2021-35940\n  alpine:3.18 apr affected source [,1.7.0-r2)\n"
     "CVE-2022-24963\n  alpine:3.18 apr affected source [,1.7.1-r0)\n"},
    {"never affected", BRANCH("edge", PACKAGE("a", "\"0\":[\"CVE-2021-1111\"]")),
     "CVE-2021-1111\n  alpine:edge a not-affected source\n"},
    {"the later fix of two counts, as versions go",
     BRANCH("v3.18",
            PACKAGE("a", "\"1.10-r0\":[\"CVE-2021-1111\"],\"1.9-r0\":[\"CVE-2021-1111\"]")),
     "CVE-2021-1111\n  alpine:3.18 a affected source [,1.10-r0)\n"},
    {"a fix beats never affected",
     BRANCH("v3.18", PACKAGE("a", "\"1.9-r0\":[\"CVE-2021-1111\"],\"0\":[\"CVE-2021-1111\"]")),
     "CVE-2021-1111\n  alpine:3.18 a affected source [,1.9-r0)\n"},
    {"other names of one CVE",
     BRANCH("v3.18", PACKAGE("xen", "\"4.9-r1\":[\"CVE-2018-10472  XSA-258\"]")),
     "CVE-2018-10472 aliases=XSA-258\n  alpine:3.18 xen affected source [,4.9-r1)\n"},
    {"several CVEs share no other name",
     BRANCH("v3.18", PACKAGE("xen", "\"4.9-r1\":[\"CVE-2018-3620 CVE-2018-3646 XSA-273\"]")),
     "CVE-2018-3620\n  alpine:3.18 xen affected source [,4.9-r1)\n"
     "CVE-2018-3646\n  alpine:3.18 xen affected source [,4.9-r1)\n"},
    {"names without a CVE",
     BRANCH("v3.18", PACKAGE("a", "\"1\":[\"XSA-300\",\"GHSA-h5c8-rqwp-cp95\",\"VSV00014\"]")),
     "XSA-300\n  alpine:3.18 a affected source [,1)\n"
     "GHSA-h5c8-rqwp-cp95\n  alpine:3.18 a affected source [,1)\n"
     "VSV00014\n  alpine:3.18 a affected source [,1)\n"},
    {"names as hands write them",
     BRANCH("v3.18",
            PACKAGE("a", "\"1\":[\"CVE_2019-2426\",\"CVE 2025-48379\",\"CVE-2021-35940.patch\","
                         "\"CVE-2017-2616 (+ regression fix)\",\"CVE N/A ZBX-11023\","
                         "\"CVE-2022-????? XSA-398\",\"CVE-2017-5715 XPTI\",\"\",\"fix 7\"]")),
     "CVE-2019-2426\n  alpine:3.18 a affected source [,1)\n"
     "CVE-2025-48379\n  alpine:3.18 a affected source [,1)\n"
     "CVE-2021-35940\n  alpine:3.18 a affected source [,1)\n"
     "CVE-2017-2616\n  alpine:3.18 a affected source [,1)\n"
     "ZBX-11023\n  alpine:3.18 a affected source [,1)\n"
     "XSA-398\n  alpine:3.18 a affected source [,1)\n"
     "CVE-2017-5715\n  alpine:3.18 a affected source [,1)\n"},
    {"no packages", "{\"distroversion\":\"v3.3\",\"reponame\":\"main\",\"packages\":null}", ""},
    {"Wolfi",
     "{\"urlprefix\":\"https://packages.wolfi.dev\",\"reponame\":\"os\",\"packages\":[" PACKAGE(
         "a", "\"1-r1\":[\"CVE-2021-1111\"]") "]}",
     "CVE-2021-1111\n  wolfi a affected source [,1-r1)\n"},
    {"a broken package is left out",
     BRANCH("v3.18",
            "{\"pkg\":{\"secfixes\":{}}},{\"pkg\":{\"name\":\"b\",\"secfixes\":7}}," PACKAGE(
                "c", "\"1\":[\"CVE-2021-1111\"]")),
     "CVE-2021-1111\n  alpine:3.18 c affected source [,1)\nbroken 2\n"
     "problem a package lacks name or secfixes: \n"
     "problem a package lacks name or secfixes: b\n"},
};

static void test_documents(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct import_input input = {VIEW("main.json"), view_of(cases[i].input), VIEW_EMPTY};

        assert_ptr_equal(importer_sniff(&input), &importer_alpine_secdb);
        check_import(&importer_alpine_secdb, cases[i].name, input.bytes, VIEW_EMPTY, cases[i].want);
    }
}

static void test_unreadable(void **state)
{
    static const struct {
        const char *name, *input, *want;
    } bad[] = {
        {"cut", "{\"packages\":[{\"pkg\":", "JSON"},
        {"no packages", "{\"distroversion\":\"v3.18\"}", "no array \"packages\""},
        {"no branch", "{\"packages\":[]}", "tells the branch"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        check_import_fails(&importer_alpine_secdb, bad[i].name, view_of(bad[i].input), bad[i].want);
}

RUN_TESTS(cmocka_unit_test(test_documents), cmocka_unit_test(test_unreadable))
