/* The small readers of text that importers share: lines, CVE names, OVAL's prose. */
#include "vulndb/import/cut-text.h"
#include "vulndb/import/cve-name.h"
#include "vulndb/import/lines.h"
#include "vulndb/import/oval-release.h"
#include "vulndb/import/title.h"

#include "test.h"

/* A stream of the given blocks, cut where a test wants them. */
struct blocks {
    struct stream base;
    struct view rest;
    size_t step;
};

static int next_block(struct stream *stream, struct view *ret, struct error *err)
{
    struct blocks *blocks = (struct blocks *)stream;

    (void)err;
    *ret = view_sub(blocks->rest, 0, blocks->step);
    blocks->rest = view_sub(blocks->rest, blocks->step, blocks->rest.len);
    return 0;
}

static const struct {
    const char *text, *want; /* lines, each in "|" */
} line_cases[] = {
    {"", ""},
    {"a", "|a|"},
    {"a\n", "|a|"},
    {"a\nb", "|a||b|"},
    {"\n\na\r\n\r\nb\n", "||||"
                         "|a|"
                         "||"
                         "|b|"},
    {"a\r", "|a|"},
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(line_cases); i++)
        for (size_t step = 1; step < 9; step++) {
            struct blocks blocks = {
                .base = {.next = next_block}, .rest = view_of(line_cases[i].text), .step = step};
            struct lines lines = LINES_INIT(&blocks.base);
            struct buf got = BUF_INIT(1024);
            struct view line;
            uint64_t count = 0;

            while (lines_next(&lines, &line, NULL) > 0) {
                buf_addf(&got, "|%.*s|", VIEW_ARG(line));
                count++;
            }
            assert_string_equal(buf_cstr(&got), line_cases[i].want);
            assert_int_equal(lines.number, count);
            assert_int_equal(lines.bytes, strlen(line_cases[i].text));
            lines_done(&lines);
            buf_done(&got);
        }
}

static void test_long_line(void **state)
{
    static char text[LINES_LIMIT + 2];
    struct blocks blocks = {
        .base = {.next = next_block}, .rest = view_from(text, sizeof(text)), .step = 4096};
    struct lines lines = LINES_INIT(&blocks.base);
    struct error err = ERROR_INIT;
    struct view line;

    (void)state;
    memset(text, 'a', sizeof(text));
    assert_int_equal(lines_next(&lines, &line, &err), ERROR_LIMIT);
    assert_non_null(strstr(err.message, "line 1"));
    lines_done(&lines);
}

static void test_cve_names(void **state)
{
    static const struct {
        const char *text;
        bool want;
    } names[] = {
        {"CVE-2023-4911", true},   {"CVE-2023-1234567", true},
        {"CVE-2023-491", false},   {"CVE-23-4911", false},
        {"cve-2023-4911", false},  {"CVE-2023-4911x", false},
        {"xCVE-2023-4911", false}, {"", false},
        {"CVE-", false},
    };
    struct view rest = VIEW("a CVE-2023-1111, CVE-12 (CVE-2023-22222)CVE-2023-3333-x CVE-2023");

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        if (cve_name_is(view_of(names[i].text)) != names[i].want)
            fail_msg("%s", names[i].text);
    assert_view(cve_name_next(&rest), "CVE-2023-1111");
    assert_view(cve_name_next(&rest), "CVE-2023-22222");
    assert_view(cve_name_next(&rest), "CVE-2023-3333");
    assert_view(cve_name_next(&rest), "");
    assert_int_equal(rest.len, 0);
}

static const struct {
    const char *text, *id, *version;
} releases[] = {
    {"Red Hat Enterprise Linux 9 is installed", "rhel", "9"},
    {"Red Hat Enterprise Linux must be installed", "rhel", ""},
    {"Ubuntu 22.04 LTS (jammy) is installed.", "ubuntu", "22.04"},
    {"Check that Ubuntu 24.04 is installed.", "ubuntu", "24.04"},
    {"Debian GNU/Linux 12", "debian", "12"},
    {"SUSE Linux Enterprise Server 15 SP4 is installed", "sles", "15 SP4"},
    {"SUSE Linux Enterprise Module for Basesystem 15 is installed", "sles", "15"},
    {"openSUSE Leap 15.5 is installed", "opensuse-leap", "15.5"},
    {"Azure Linux", "azurelinux", ""},
    {"Photon OS 5 is installed", "photon", "5"},
    {"Oracle Linux 8 is installed", "ol", "8"},
    {"bind is installed", NULL, NULL},
};

static void test_releases(void **state)
{
    struct oval_release release;

    (void)state;
    for (size_t i = 0; i < COUNT(releases); i++) {
        bool found = oval_release_in_text(view_of(releases[i].text), &release);

        assert_int_equal(found, releases[i].id != NULL);
        if (!found)
            continue;
        assert_view(release.id, releases[i].id);
        assert_view(release.version, releases[i].version);
    }
    assert_true(oval_release_in_cpe(VIEW("cpe:/o:rocky:rocky:9:GA"), &release));
    assert_view(release.id, "rocky");
    assert_view(release.version, "9");
    assert_false(oval_release_in_cpe(VIEW("cpe:/a:rocky:rocky:9"), &release));
    assert_false(oval_release_in_cpe(VIEW("secalert@redhat.com"), &release));
}

static void test_tags_and_modules(void **state)
{
    static const struct {
        const char *evr, *id, *version;
    } tags[] = {
        {"0:2.6.7-3.azl3", "azurelinux", "3"},
        {"0:1-1.cm2", "mariner", "2"},
        {"0:1-1.el9_2.1", "", "9"},
        {"0:1-1.module+el8.9.0", NULL, NULL},
        {"0:1-1.fc40", "fedora", "40"},
        {"0:1-1", NULL, NULL},
        {"0:1-1.cmake", NULL, NULL},
    };
    struct oval_release release;

    (void)state;
    for (size_t i = 0; i < COUNT(tags); i++) {
        bool found = oval_release_in_evr(view_of(tags[i].evr), &release);

        assert_int_equal(found, tags[i].id != NULL);
        if (found) {
            assert_view(release.id, tags[i].id);
            assert_view(release.version, tags[i].version);
        }
    }
    assert_view(oval_module_in_text(VIEW("Module nodejs:18 is enabled")), "nodejs:18");
    assert_view(oval_module_in_text(VIEW("Module nodejs is enabled")), "");
    assert_view(oval_module_in_text(VIEW("kernel is installed")), "");
    assert_true(oval_comment_matters(VIEW("Module nodejs:18 is enabled")));
    assert_true(oval_comment_matters(VIEW("Debian 12 is installed")));
    assert_false(oval_comment_matters(VIEW("Fedora is earlier than 3")));
    assert_false(oval_comment_matters(VIEW("kernel is installed")));
}

static void test_cut_text(void **state)
{
    (void)state;
    assert_view(cut_text(VIEW("abc"), 3), "abc");
    assert_view(cut_text(VIEW("abc"), 2), "ab");
    assert_view(cut_text(VIEW("a\xe4\xb8\xadz"), 3), "a");
    assert_view(cut_text(VIEW("a\xe4\xb8\xadz"), 4), "a\xe4\xb8\xad");
    assert_view(cut_text(VIEW("\xe4\xb8\xad"), 2), "");
    assert_view(cut_text(VIEW_EMPTY, 2), "");
}

static const struct {
    const char *title, *id, *want;
    enum severity rating;
} titles[] = {
    {"RHSA-2023:0446: go-toolset:rhel8 security update (Moderate)", "RHSA-2023:0446",
     "go-toolset:rhel8 security update", SEVERITY_MEDIUM},
    {"Important: gnupg2 security update", "ALSA-1", "gnupg2 security update", SEVERITY_HIGH},
    {"ALSA-1: Low: a  (LOW)", "ALSA-1", "a", SEVERITY_LOW},
    {"USN-6663-1 -- OpenSSL update", "USN-6663-1", "OpenSSL update", SEVERITY_UNKNOWN},
    {"a flaw (in b)", "CVE-1", "a flaw (in b)", SEVERITY_UNKNOWN},
    {"kernel: a flaw", "", "kernel: a flaw", SEVERITY_UNKNOWN},
    {"Critical:x", "", "Critical:x", SEVERITY_UNKNOWN},
    {"(low)", "", "(low)", SEVERITY_UNKNOWN},
    {"", "X", "", SEVERITY_UNKNOWN},
};

static void test_titles(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(titles); i++) {
        enum severity rating = SEVERITY_UNKNOWN, given = SEVERITY_CRITICAL;

        assert_view(title_clean(view_of(titles[i].title), view_of(titles[i].id), &rating),
                    titles[i].want);
        assert_int_equal(rating, titles[i].rating);
        title_clean(view_of(titles[i].title), view_of(titles[i].id), &given);
        assert_int_equal(given, SEVERITY_CRITICAL);
    }
}

RUN_TESTS(cmocka_unit_test(test_lines), cmocka_unit_test(test_long_line),
          cmocka_unit_test(test_cve_names), cmocka_unit_test(test_releases),
          cmocka_unit_test(test_tags_and_modules), cmocka_unit_test(test_cut_text),
          cmocka_unit_test(test_titles))
