#include <lz4frame.h>

#include "import-collect.h"

#include "test.h"

#define RELEASE(origin, label, suite, rest)                                                        \
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: " origin "\nLabel: " label        \
    "\nSuite: " suite "\n" rest "SHA256:\n 0 0 main/Version: 99\n"
#define DEBIAN                                                                                     \
    RELEASE("Debian", "Debian-Security", "oldstable-security",                                     \
            "Version: 12\nCodename: bookworm-security\n")

static const char packages[] = "Package: libc6\nSource: glibc\nVersion: 2.36-9+deb12u4\n"
                               "Depends: libgcc-s1\nDescription: GNU C Library\n"
                               " Version: 7\n\n"
                               "Package: libc6-dbg\nSource: glibc\nVersion: 2.36-9+deb12u13\n\n"
                               "Package: libc6-old\nSource: glibc\nVersion: 2.36-9+deb12u9\n\n"
                               "Package: linux-image\nSource: linux-signed (6.1.55+1)\n"
                               "Version: 6.1.55-1\n\n"
                               "Package: bash\nVersion: 5.2-1\n\n"
                               "Package: nothing\n";

#define UPDATE(place, pocket, source, version)                                                     \
    "UPDATE-" place "-" source "-" version " title=\"security update of " source " in " pocket     \
    "\"\n  " place " " source " affected source pending [," version ")\n"

static const struct {
    const char *name, *release, *want;
} cases[] = {
    {"Debian", DEBIAN,
     UPDATE("debian-security:12", "Debian-Security bookworm-security", "glibc", "2.36-9+deb12u13")
         UPDATE("debian-security:12", "Debian-Security bookworm-security", "linux-signed",
                "6.1.55+1")
             UPDATE("debian-security:12", "Debian-Security bookworm-security", "bash", "5.2-1")},
    {"a codename where there is no version",
     RELEASE("Debian", "Debian-Security", "testing-security", "Codename: trixie-security\n"),
     "UPDATE-debian-security:13-glibc-2.36-9+deb12u13 ...\n"},
    {"Ubuntu", RELEASE("Ubuntu", "Ubuntu", "jammy-security", "Version: 22.04\nCodename: jammy\n"),
     "UPDATE-ubuntu-security:22.04-glibc-2.36-9+deb12u13 ...\n"},
    {"another pocket", RELEASE("Debian", "Debian", "oldstable", "Version: 12.5\n"), ""},
    {"another pocket of Ubuntu",
     RELEASE("Ubuntu", "Ubuntu", "jammy-updates", "Version: 22.04\nCodename: jammy\n"), ""},
    {"somebody else's", RELEASE("Acme", "Debian-Security", "x-security", "Version: 12\n"), ""},
    {"no release", RELEASE("Debian", "Debian-Security", "x-security", "Codename: zurg-security\n"),
     "problem the security pocket zurg-security names no release that is known\n"},
};

static void test_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_import(&importer_apt_lists, cases[i].name, view_of(packages),
                     view_of(cases[i].release), cases[i].want);
    check_import_fails(&importer_apt_lists, "alone", view_of(packages), "without the Release file");
}

/* As apt keeps them where it keeps them packed. */
static void test_lz4(void **state)
{
    char packed[4096];
    size_t len = LZ4F_compressFrame(packed, sizeof(packed), packages, sizeof(packages) - 1, NULL);
    struct import_input input = {VIEW("x_main_binary-amd64_Packages.lz4"), view_from(packed, len),
                                 view_of(DEBIAN)};

    (void)state;
    assert_false(LZ4F_isError(len));
    assert_ptr_equal(importer_sniff(&input), &importer_apt_lists);
    check_import(&importer_apt_lists, "lz4", input.bytes, input.companion, cases[0].want);
    for (size_t cut = 5; cut < len; cut += 13) {
        struct collector collector;

        collector_init(&collector);
        input.bytes = view_from(packed, cut);
        assert_true(importer_apt_lists.run(&input, &collector.sink, NULL) < 0);
        collector_done(&collector);
    }
}

RUN_TESTS(cmocka_unit_test(test_lists), cmocka_unit_test(test_lz4))
