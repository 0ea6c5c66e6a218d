#include <stdio.h>

#include "test.h"
#include "vulndb/ecosystem.h"

static void from_osv(void **state)
{
    static const struct {
        const char *spelling, *want; /* NULL: not known */
    } rows[] = {
        {"Debian:12", "debian:12"},
        {"Debian:bookworm", "debian:12"},
        {"Debian", NULL},
        {"DebianX:12", NULL},
        {"Ubuntu:22.04:LTS", "ubuntu:22.04"},
        {"Ubuntu:23.10", "ubuntu:23.10"},
        {"Ubuntu:Pro:22.04:LTS", "ubuntu-pro:22.04"},
        {"Ubuntu:Pro:FIPS:22.04:LTS", NULL},
        {"Ubuntu:Pro:FIPS-updates:20.04:LTS", NULL},
        {"Ubuntu:Pro:Realtime:22.04:LTS", NULL},
        {"Ubuntu:22.04:LTS:for:NVIDIA:BlueField", NULL},
        {"Alpine:v3.20", "alpine:3.20"},
        {"Alpine:edge", "alpine:edge"},
        {"Alpine", NULL},
        {"AlmaLinux:9", "almalinux:9"},
        {"AlmaLinux:9.4", "almalinux:9"},
        {"Rocky Linux:8", "rocky:8"},
        {"Red Hat:enterprise_linux:9::appstream", "rhel:9"},
        {"Red Hat:enterprise_linux:10.0", "rhel:10"},
        {"Red Hat:enterprise_linux_eus:9.2", NULL},
        {"Red Hat:rhel_eus:9.2::baseos", NULL},
        {"Red Hat:openshift:4.14::el9", NULL},
        {"Azure Linux:3", "azurelinux:3.0"},
        {"Azure Linux:3.0", "azurelinux:3.0"},
        {"Photon OS:4.0", "photon:4.0"},
        {"Mageia:9", "mageia:9"},
        {"openEuler:24.03-LTS", "openeuler:24.03-lts"},
        {"openEuler:22.03-LTS-SP1", "openeuler:22.03-lts-sp1"},
        {"openEuler:22.03 LTS", NULL},
        {"openSUSE:Leap 15.5", "opensuse-leap:15.5"},
        {"openSUSE:Leap Micro 5.5", NULL},
        {"openSUSE:Tumbleweed", "opensuse-tumbleweed"},
        {"SUSE:Linux Enterprise Server 15 SP5", "sles:15.5"},
        {"SUSE:Linux Enterprise Server 12", "sles:12"},
        {"SUSE:Linux Enterprise Server 12 SP5-LTSS", NULL},
        {"SUSE:Linux Enterprise Server for SAP Applications 15 SP4", NULL},
        {"SUSE:Linux Enterprise Module for Basesystem 15 SP5", "sles:15.5"},
        {"SUSE:Linux Enterprise Micro 5.5", "sle-micro:5.5"},
        {"SUSE:Linux Micro 6.0", "sle-micro:6.0"},
        {"Wolfi", "wolfi"},
        {"Chainguard", "chainguard"},
        {"npm", "npm"},
        {"npm:something", NULL},
        {"NPM", NULL},
        {"PyPI", "pypi"},
        {"Go", "go"},
        {"Maven", "maven"},
        {"Maven:https://repo.example.org/maven2", "maven"},
        {"Packagist:https://packages.drupal.org/8", "packagist"},
        {"crates.io", "crates.io"},
        {"RubyGems", "rubygems"},
        {"NuGet", "nuget"},
        {"Bitnami", "bitnami"},
        {"GIT", NULL},
        {"OSS-Fuzz", NULL},
        {"", NULL},
        {":", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ecosystem_name name = {.len = 0};
        bool known = ecosystem_from_osv(view_of(rows[i].spelling), &name);

        if (known != (rows[i].want != NULL))
            fail_msg("%s: %s, %.*s", rows[i].spelling, known ? "known" : "unknown",
                     VIEW_ARG(ecosystem_name_view(&name)));
        if (!known)
            continue;
        if (!view_eq(ecosystem_name_view(&name), view_of(rows[i].want)))
            fail_msg("%s: want %s, got %.*s", rows[i].spelling, rows[i].want,
                     VIEW_ARG(ecosystem_name_view(&name)));
        assert_non_null(ecosystem_find(ecosystem_name_view(&name)));
    }
}

static void of_os(void **state)
{
    static const struct {
        const char *name, *id, *version, *codename, *pretty, *like;
        const char *want; /* names and roles, blank-separated */
    } rows[] = {
        {"debian", "debian", "12", "bookworm", "", "", "debian:12 debian-security:12?"},
        {"debian testing", "debian", "", "forky", "", "", "debian:14 debian-security:14?"},
        {"debian without a release", "debian", "", "", "", "", ""},
        {"ubuntu", "ubuntu", "22.04", "jammy", "", "debian",
         "ubuntu:22.04 ubuntu-pro:22.04$ ubuntu-security:22.04?"},
        {"alpine", "alpine", "3.18.9", "", "", "", "alpine:3.18"},
        {"alpine edge", "alpine", "3.21_alpha20240807", "", "", "", "alpine:edge"},
        {"alpine candidate", "alpine", "3.20.0_rc1", "", "", "", "alpine:3.20"},
        {"red hat", "rhel", "9.4", "Plow", "", "fedora", "rhel:9"},
        {"centos 7", "centos", "7", "", "CentOS Linux 7 (Core)", "rhel fedora", "rhel:7"},
        {"centos 8", "centos", "8", "", "CentOS Linux 8", "rhel fedora", "rhel:8"},
        {"centos stream", "centos", "9", "", "CentOS Stream 9", "rhel fedora", ""},
        {"rocky", "rocky", "9.3", "", "", "rhel centos fedora", "rocky:9"},
        {"alma", "almalinux", "8.10", "", "", "rhel centos fedora", "almalinux:8"},
        {"oracle", "ol", "8.9", "", "", "fedora", "oracle:8"},
        {"amazon", "amzn", "2023", "", "", "fedora", "amazon:2023"},
        {"azure", "azurelinux", "3.0", "", "", "", "azurelinux:3.0"},
        {"mariner", "mariner", "2.0", "", "", "", "azurelinux:2.0"},
        {"photon", "photon", "5.0", "", "", "", "photon:5.0"},
        {"openeuler", "openEuler", "22.03", "", "openEuler 22.03 (LTS-SP1)", "",
         "openeuler:22.03-lts-sp1"},
        {"openeuler, innovation", "openEuler", "23.09", "", "openEuler 23.09", "",
         "openeuler:23.09"},
        {"leap", "opensuse-leap", "15.5", "", "", "suse opensuse", "opensuse-leap:15.5"},
        {"sles", "sles", "15.5", "", "", "suse", "sles:15.5"},
        {"wolfi", "wolfi", "20230201", "", "", "", "wolfi"},
        /* their bases' advisories would be wrong for them */
        {"mint", "linuxmint", "21.3", "virginia", "", "ubuntu debian", ""},
        {"pop", "pop", "22.04", "jammy", "", "ubuntu debian", ""},
        {"raspbian", "raspbian", "12", "bookworm", "", "debian", ""},
        {"fedora", "fedora", "40", "", "", "", ""},
        {"none", "", "", "", "", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct os_info os = {
            .id = view_of(rows[i].id),
            .version_id = view_of(rows[i].version),
            .codename = view_of(rows[i].codename),
            .pretty_name = view_of(rows[i].pretty),
            .id_like = view_of(rows[i].like),
        };
        struct ecosystem_lookup found[ECOSYSTEM_OF_OS_LIMIT];
        size_t count = ecosystems_of_os(&os, found);
        char got[256] = "";

        for (size_t j = 0; j < count; j++) {
            static const char *const marks[] = {"", "$", "?"};

            snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%.*s%s", j ? " " : "",
                     VIEW_ARG(ecosystem_name_view(&found[j].name)), marks[found[j].role]);
        }
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s: want \"%s\", got \"%s\"", rows[i].name, rows[i].want, got);
    }
}

static void of_release(void **state)
{
    static const struct {
        const char *id, *release, *want, *pocket;
    } rows[] = {
        {"debian", "bookworm", "debian:12", "debian-security:12"},
        {"debian", "12.5", "debian:12", "debian-security:12"},
        {"debian", "sid", "debian:sid", "debian-security:sid"},
        {"debian", "warty", NULL, NULL},
        {"ubuntu", "noble", "ubuntu:24.04", "ubuntu-security:24.04"},
        {"rhel", "9", "rhel:9", NULL},
        {"sles", "15.4", "sles:15.4", NULL},
        {"nothing", "1", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view id = view_of(rows[i].id), release = view_of(rows[i].release);
        struct ecosystem_name name;

        assert_int_equal(ecosystem_of_release(id, release, &name), rows[i].want != NULL);
        if (rows[i].want)
            assert_true(view_eq(ecosystem_name_view(&name), view_of(rows[i].want)));
        assert_int_equal(ecosystem_security_pocket(id, release, &name), rows[i].pocket != NULL);
        if (rows[i].pocket)
            assert_true(view_eq(ecosystem_name_view(&name), view_of(rows[i].pocket)));
    }
}

static void package_names(void **state)
{
    static const struct {
        const char *ecosystem, *name, *want;
    } rows[] = {
        {"pypi", "Zope.Interface", "zope-interface"},
        {"pypi", "a__b-.c", "a-b-c"},
        {"nuget", "Newtonsoft.Json", "newtonsoft.json"},
        {"packagist", "Symfony/HTTP-Kernel", "symfony/http-kernel"},
        {"npm", "JSONStream", "JSONStream"},
        {"debian:12", "openssl", "openssl"},
        {"maven", "org.Foo:Bar", "org.Foo:Bar"},
    };
    char long_name[ECOSYSTEM_PACKAGE_LIMIT + 1], store[ECOSYSTEM_PACKAGE_LIMIT];
    struct view got;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(ecosystem_package_name(ecosystem_find(view_of(rows[i].ecosystem)),
                                           view_of(rows[i].name), store, &got));
        if (!view_eq(got, view_of(rows[i].want)))
            fail_msg("%s: got %.*s", rows[i].name, VIEW_ARG(got));
    }
    memset(long_name, 'a', sizeof(long_name));
    assert_false(ecosystem_package_name(ecosystem_find(VIEW("npm")),
                                        view_from(long_name, sizeof(long_name)), store, &got));
    assert_false(ecosystem_package_name(ecosystem_find(VIEW("npm")), VIEW_EMPTY, store, &got));
}

RUN_TESTS(cmocka_unit_test(from_osv), cmocka_unit_test(of_os), cmocka_unit_test(of_release),
          cmocka_unit_test(package_names))
