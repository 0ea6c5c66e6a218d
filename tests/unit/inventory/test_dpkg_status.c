#include "parse.h"

#include "inventory/dpkg-status.h"

#define INSTALLED "Status: install ok installed\n"

static void stanzas(void **state)
{
    static const struct {
        const char *name, *text, *want;
    } cases[] = {
        {"plain", "Package: a\n" INSTALLED "Architecture: amd64\nVersion: 1:2-3\n\n",
         "a|1:2-3|amd64||\n"},
        {"source", "Package: a\n" INSTALLED "Source: b\nVersion: 1\n\n", "a|1||b|\n"},
        {"source with a version", "Package: a\n" INSTALLED "Source: b (2-1)\nVersion: 2-1+b1\n\n",
         "a|2-1+b1||b|2-1\n"},
        {"a description of several lines",
         "Package: a\nVersion: 1\n" INSTALLED "Description: x\n Version: 2\n .\n y: z\n\n"
         "Package: b\nVersion: 3\n" INSTALLED "\n",
         "a|1|||\nb|3|||\n"},
        {"case of names", "PACKAGE: a\nversion: 1\nsTaTuS: install ok installed\n\n", "a|1|||\n"},
        {"carriage returns", "Package: a\r\nVersion: 1\r\n\r\nPackage: b\r\nVersion: 2\r\n",
         "a|1|||\nb|2|||\n"},
        {"no status", "Package: a\nVersion: 1\n\n", "a|1|||\n"},
        {"removed", "Package: a\nStatus: deinstall ok config-files\nVersion: 1\n\n", ""},
        {"never installed", "Package: a\nStatus: unknown ok not-installed\n\n", ""},
        {"to be removed but there", "Package: a\nStatus: deinstall ok installed\nVersion: 1\n\n",
         "a|1|||\n"},
        {"half installed", "Package: a\nStatus: install reinstreq half-installed\nVersion: 1\n\n",
         "a|1|||\n"},
        {"unpacked", "Package: a\nStatus: install ok unpacked\nVersion: 1\n\n", "a|1|||\n"},
        {"half configured", "Package: a\nStatus: install ok half-configured\nVersion: 1\n\n",
         "a|1|||\n"},
        {"triggers", "Package: a\nStatus: install ok triggers-pending\nVersion: 1\n\n", "a|1|||\n"},
        {"two architectures",
         "Package: a\nVersion: 1\nArchitecture: amd64\n\n"
         "Package: a\nVersion: 1\nArchitecture: i386\n\n",
         "a|1|amd64||\na|1|i386||\n"},
        {"more empty lines", "\n\nPackage: a\nVersion: 1\n\n\n\nPackage: b\nVersion: 2\n\n\n",
         "a|1|||\nb|2|||\n"},
        {"no version", "Package: a\n" INSTALLED "\nPackage: b\nVersion: 1\n\n",
         "!the stanza of a at byte 0 has no valid Version\nb|1|||\n"},
        {"no name", "Package: b\nVersion: 1\n\nVersion: 2\n\n",
         "b|1|||\n!the stanza at byte 23 has no valid Package\n"},
        {"a line that is no field", "Package: a\njunk\nVersion: 1\n\n",
         "!the line at byte 11 is no field\na|1|||\n"},
        {"a name of two words", "Package: a b\nVersion: 1\n\n",
         "!the stanza at byte 0 has no valid Package\n"},
        {"comments", "# x\nPackage: a\n# y\nVersion: 1\n\n", "a|1|||\n"},
        {"nothing", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct view payload =
            parse(&analyser_dpkg_status, "var/lib/dpkg/status", view_of(cases[i].text), NULL, NULL);

        assert_string_equal(packages_text(payload), cases[i].want);
    }
}

static void cut(void **state)
{
    static const struct {
        const char *text, *want, *message;
    } cases[] = {
        {"Package: a\nVersion: 1\n\nPackage: b\nVersion: 2.3", "a|1|||\n",
         "it ends in the middle of the stanza of b at byte 23"},
        {"Package: a\nVersion: 1\nMaintainer: Some", "a|1|||\n",
         "it ends in the middle of the stanza of a at byte 0"},
        {"Package: a\nVersion: 1\nDescription: x\n y", "a|1|||\n",
         "it ends in the middle of the stanza of a at byte 0"},
        {"Package: a\nVersion: 1\n\nPack", "a|1|||\n",
         "it ends in the middle of the stanza of ? at byte 23"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error err = ERROR_INIT;
        int r;
        struct view payload =
            parse(&analyser_dpkg_status, "var/lib/dpkg/status", view_of(cases[i].text), &r, &err);

        assert_int_equal(r, ERROR_INPUT);
        assert_string_equal(err.message, cases[i].message);
        assert_string_equal(packages_text(payload), cases[i].want);
    }
}

/* Files of a package each may end without a line end. */
static void status_directory(void **state)
{
    (void)state;
    assert_string_equal(
        packages_text(parse(&analyser_dpkg_status_directory, "var/lib/dpkg/status.d/base",
                            VIEW("Package: base-files\nVersion: 12.4"), NULL, NULL)),
        "base-files|12.4|||\n");
}

RUN_TESTS(cmocka_unit_test(stanzas), cmocka_unit_test(cut), cmocka_unit_test(status_directory))
