#include "parse.h"

#include "inventory/os-facts.h"
#include "inventory/os-release.h"
#include "inventory/release-file.h"

struct os_case {
    const struct analyser *analyser;
    const char *text;
    const char *id, *version_id, *codename;
};

static void check(const struct os_case *test)
{
    struct os_info os;

    assert_true(os_facts_read(parse(test->analyser, "", view_of(test->text), NULL, NULL), &os));
    assert_view(os.id, test->id);
    assert_view(os.version_id, test->version_id);
    assert_view(os.codename, test->codename);
}

static void os_release(void **state)
{
    static const struct os_case cases[] = {
        {&analyser_os_release,
         "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n"
         "VERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\nID=debian\n",
         "debian", "12", "bookworm"},
        {&analyser_os_release, "ID='alpine'\nVERSION_ID=3.18.9\n", "alpine", "3.18.9", ""},
        {&analyser_os_release, "ID=\"rhel\"\r\nVERSION_ID=\"9.4\"\r\n", "rhel", "9.4", ""},
        {&analyser_os_release, "ID=openEuler\nVERSION_ID=\"22.03\"", "openeuler", "22.03", ""},
        {&analyser_os_release, "# ID=no\nID=a\\\"b\nVERSION_ID=\"1 \\$ 2\" # three\n", "a\"b",
         "1 $ 2", ""},
        {&analyser_os_release, "ID=first\nID=last\nVERSION_ID\n=x\n", "last", "", ""},
        {&analyser_os_release, "ID=\"unclosed\n", "unclosed", "", ""},
        {&analyser_os_release, "ID='back\\slash' rest\n", "back\\slash", "", ""},
        {&analyser_os_release, "", "", "", ""},
        {&analyser_lsb_release,
         "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=20.04\nDISTRIB_CODENAME=focal\n", "ubuntu", "20.04",
         "focal"},
        {&analyser_lsb_release, "LSB_VERSION=base-4.0-amd64\n", "", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check(&cases[i]);
}

static void release_files(void **state)
{
    static const struct os_case cases[] = {
        {&analyser_release_file, "CentOS release 6.10 (Final)\n", "centos", "6.10", ""},
        {&analyser_release_file, "CentOS Linux release 7.9.2009 (Core)\n", "centos", "7.9.2009",
         ""},
        {&analyser_release_file, "Red Hat Enterprise Linux Server release 7.9 (Maipo)\n", "rhel",
         "7.9", ""},
        {&analyser_release_file, "Rocky Linux release 8.5 (Green Obsidian)\n", "rocky", "8.5", ""},
        {&analyser_release_file, "AlmaLinux release 9.2 (Turquoise Kodkod)\n", "almalinux", "9.2",
         ""},
        {&analyser_release_file, "Oracle Linux Server release 8.5\n", "ol", "8.5", ""},
        {&analyser_release_file, "Fedora release 34 (Thirty Four)\n", "fedora", "34", ""},
        {&analyser_release_file, "Amazon Linux AMI release 2018.03\n", "amzn", "2018.03", ""},
        {&analyser_release_file, "Amazon Linux release 2 (Karoo)\n", "amzn", "2", ""},
        {&analyser_release_file, "CBL-Mariner 2.0.20220518\nMARINER_BUILD_NUMBER=1\n", "mariner",
         "2.0", ""},
        {&analyser_release_file, "Microsoft Azure Linux 3.0.20240727\n", "azurelinux", "3.0", ""},
        {&analyser_release_file, "VMware Photon OS 4.0\n", "photon", "4.0", ""},
        {&analyser_release_file, "openEuler release 20.03 (LTS)\n", "openeuler", "20.03", ""},
        {&analyser_release_file, "Kylin Linux Advanced Server release V10 (Tercel)\n", "kylin",
         "V10", ""},
        {&analyser_release_file, "Anolis OS release 8.8\n", "anolis", "8.8", ""},
        {&analyser_release_file, "Something else 1\n", "", "1", ""},
        {&analyser_release_file, "", "", "", ""},
        {&analyser_suse_release,
         "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n", "sles", "11.4",
         ""},
        {&analyser_suse_release,
         "SUSE Linux Enterprise Server 12 (x86_64)\nVERSION = 12\nPATCHLEVEL = 0\n", "sles", "12",
         ""},
        {&analyser_suse_release, "openSUSE 13.1 (x86_64)\nVERSION = 13.1\nCODENAME = Bottle\n",
         "opensuse", "13.1", "Bottle"},
        {&analyser_alpine_release, "3.10.9\n", "alpine", "3.10.9", ""},
        {&analyser_debian_version, "12.4\n", "debian", "12", ""},
        {&analyser_debian_version, "trixie/sid\n", "debian", "", "trixie"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check(&cases[i]);
}

RUN_TESTS(cmocka_unit_test(os_release), cmocka_unit_test(release_files))
