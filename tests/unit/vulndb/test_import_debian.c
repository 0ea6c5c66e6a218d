/* The two forms in which Debian's security tracker is published. */
#include "import-collect.h"

#include "test.h"

#define ISSUE(id, releases)                                                                        \
    "\"" id "\":{\"description\":\"d\",\"scope\":\"local\",\"releases\":{" releases "}}"
#define RELEASE(name, status, rest)                                                                \
    "\"" name "\":{\"status\":\"" status "\",\"repositories\":{\"" name "\":\"1-1\"}" rest "}"
#define URGENCY(word) ",\"urgency\":\"" word "\""

static const struct {
    const char *name, *input, *want;
} tracker_cases[] = {
    {"resolved, never affected, and a rating",
     "{\"glibc\":{" ISSUE("CVE-2023-4911",
                          RELEASE("bookworm", "resolved",
                                  ",\"fixed_version\":\"2.36-9+deb12u3\"" URGENCY(
                                      "high")) "," RELEASE("bullseye", "resolved",
                                                           ",\"fixed_version\":\"0\"" URGENCY(
                                                               "not yet assigned"))) "}}",
     "CVE-2023-4911 details=\"d\"\n"
     "  debian:12 glibc affected source severity=high/debian [,2.36-9+deb12u3)\n"
     "  debian:11 glibc not-affected source\n"},
    {"open, and why",
     "{\"a\":{" ISSUE(
         "TEMP-0000000-F7A20F",
         RELEASE("sid", "open", URGENCY("unimportant")) "," RELEASE("trixie", "open", URGENCY("low**") ",\"nodsa\":\"Minor issue\",\"nodsa_reason\":\"\"") "," RELEASE("bookworm", "open", URGENCY("medium") ",\"nodsa\":\"Minor issue\",\"nodsa_reason\":\"postponed\"") "," RELEASE(
             "bullseye", "open",
             URGENCY(
                 "high") ",\"nodsa\":\"Too intrusive\",\"nodsa_reason\":\"ignored\"") "," RELEASE("buster",
                                                                                                  "open",
                                                                                                  URGENCY(
                                                                                                      "end-of-life")) "," RELEASE("stretch",
                                                                                                                                  "undetermined",
                                                                                                                                  URGENCY(
                                                                                                                                      "not yet assigned"))) "}}",
     "TEMP-0000000-F7A20F details=\"d\"\n"
     "  debian:sid a affected source severity=negligible/debian [,)\n"
     "  debian:13 a affected source severity=low/debian [,)\n"
     "  debian:12 a affected source severity=medium/debian [,)\n"
     "  debian:11 a will-not-fix source severity=high/debian [,)\n"
     "  debian:10 a end-of-life source [,)\n"
     "  debian:9 a investigating source [,)\n"},
    {"a release nobody knows, a status nobody knows",
     "{\"a\":{" ISSUE("CVE-2023-1111", RELEASE("zurg", "open", URGENCY("low")) "," RELEASE(
                                           "bookworm", "perhaps", URGENCY("low"))) "}}",
     "unusable 1\nunknown debian:zurg 1\nproblem a: unknown status \"perhaps\"\n"},
    {"an issue without releases",
     "{\"a\":{\"CVE-2023-1111\":{\"releases\":7}," ISSUE("CVE-2023-2222",
                                                         RELEASE("bookworm", "open", "")) "}}",
     "CVE-2023-2222 details=\"d\"\n  debian:12 a affected source [,)\nbroken 1\n"
     "problem a: CVE-2023-1111 has no releases\n"},
};

static void test_tracker(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(tracker_cases); i++)
        check_import(&importer_debian_tracker, tracker_cases[i].name,
                     view_of(tracker_cases[i].input), VIEW_EMPTY, tracker_cases[i].want);
    check_import_fails(&importer_debian_tracker, "cut", VIEW("{\"glibc\":{\"CVE-"), "JSON");
    check_import_fails(&importer_debian_tracker, "a list", VIEW("[]"), "no object");
}

static void test_tracker_is_recognised(void **state)
{
    struct import_input input = {VIEW("json"), view_of(tracker_cases[0].input), VIEW_EMPTY};

    (void)state;
    assert_ptr_equal(importer_sniff(&input), &importer_debian_tracker);
}

static const char list[] =
    "[12 Oct 2023] DSA-5514-1 glibc - security update\n"
    "\t{CVE-2023-4911 CVE-2023-4527}\n"
    "\t[bullseye] - glibc <not-affected> (Vulnerable code introduced later)\n"
    "\t[bookworm] - glibc 2.36-9+deb12u3\n"
    "\tNOTE: https://example.org/\n"
    "[01 Jul 2002] DSA-137 mm - insecure temporary files\n"
    "\t{CVE-2002-0658}\n"
    "\t[woody] - mm 1.1.3-6.1\r\n"
    "[01 Jan 2024] DLA-1-1 a - several\n"
    "\t[buster] - a <end-of-life>\n"
    "\t[buster] - b <unfixed>\n"
    "\t[buster] - c <removed>\n"
    "\t[buster] something else\n"
    "STRAY\n"
    "[02 Xxx 2024] DSA-9-1 d - no month\n"
    "\t[bookworm] - d 1-1";

static void test_list(void **state)
{
    struct import_input input = {VIEW("list"), VIEW("\0"), VIEW_EMPTY};

    (void)state;
    input.bytes = view_of(list);
    assert_ptr_equal(importer_sniff(&input), &importer_debian_list);
    check_import(&importer_debian_list, "list", view_of(list), VIEW_EMPTY,
                 "DSA-5514-1 title=\"glibc - security update\" upstream=CVE-2023-4911,"
                 "CVE-2023-4527 published=2023-10-12T00:00:00Z modified=2023-10-12T00:00:00Z\n"
                 "  debian:11 glibc not-affected source\n"
                 "  debian:12 glibc affected source [,2.36-9+deb12u3)\n"
                 "DLA-1-1 title=\"a - several\" published=2024-01-01T00:00:00Z "
                 "modified=2024-01-01T00:00:00Z\n"
                 "  debian:10 a end-of-life source [,)\n"
                 "  debian:10 b affected source [,)\n"
                 "DSA-9-1 title=\"d - no month\"\n"
                 "  debian:12 d affected source [,1-1)\n"
                 "unusable 1\nunknown debian:woody 1\n");
}

RUN_TESTS(cmocka_unit_test(test_tracker), cmocka_unit_test(test_tracker_is_recognised),
          cmocka_unit_test(test_list))
