#include "test.h"

#include "inventory/foreign.h"

static void origins(void **state)
{
    static const struct {
        enum package_type type;
        const char *os, *version, *maintainer, *vendor;
        const char *want; /* NULL: the distribution's own */
    } cases[] = {
        {PACKAGE_DEB, "debian", "3.0.9-1", "Debian OpenSSL Team <x@alioth.debian.org>", "", NULL},
        {PACKAGE_DEB, "ubuntu", "1.2-1ppa1~jammy", "Someone <a@b>", "", "Launchpad PPA"},
        {PACKAGE_DEB, "ubuntu", "2.0-0ubuntu1~PPA2", "", "", "Launchpad PPA"},
        {PACKAGE_DEB, "debian", "5:24.0.7-1~debian.12~bookworm", "Docker <support@docker.com>", "",
         "Docker"},
        {PACKAGE_DEB, "debian", "16.1-1.pgdg120+1", "Debian PostgreSQL <x@debian.org>", "",
         "PostgreSQL (apt.postgresql.org)"},
        {PACKAGE_DEB, "debian", "20.20.2-1nodesource1", "", "", "NodeSource"},
        {PACKAGE_DEB, "ubuntu", "8.2.7-1+ubuntu22.04.1+deb.sury.org+1", "", "", "deb.sury.org"},
        {PACKAGE_DEB, "debian", "1.0", "Jane <jane@google.com>", "", NULL},
        {PACKAGE_DEB, "debian", "1.0", "", "Debian", NULL},
        {PACKAGE_DEB, "ubuntu", "1.0", "", "Ubuntu", NULL},
        {PACKAGE_DEB, "debian", "1.0", "", "ACME", "another origin"},
        {PACKAGE_DEB, "acme-linux", "1.0", "", "ACME", NULL},
        {PACKAGE_RPM, "rocky", "1.0-1.el9", "", "Rocky Enterprise Software Foundation", NULL},
        {PACKAGE_RPM, "rocky", "1.0-1.el9", "", "Red Hat, Inc.", NULL},
        {PACKAGE_RPM, "rocky", "1.0-1.el9", "", "Fedora Project", "EPEL"},
        {PACKAGE_RPM, "fedora", "1.0-1.fc40", "", "Fedora Project", NULL},
        {PACKAGE_RPM, "almalinux", "8.2.1-1.el9.remi", "", "", "Remi"},
        {PACKAGE_RPM, "rhel", "24.0.7-1.el9", "", "Docker", "Docker"},
        {PACKAGE_RPM, "rhel", "8.0.35-1.el9", "", "Oracle and/or its affiliates", "MySQL"},
        {PACKAGE_RPM, "ol", "8.0.35-1.el9", "", "Oracle and/or its affiliates", NULL},
        {PACKAGE_RPM, "ol", "1.0-1.el9", "", "Oracle America", NULL},
        {PACKAGE_RPM, "rhel", "17.0-1", "", "Microsoft Corporation", "Microsoft"},
        {PACKAGE_RPM, "azurelinux", "1-1.azl3", "", "Microsoft Corporation", NULL},
        {PACKAGE_RPM, "rhel", "1.0-1", "", "", NULL},
        {PACKAGE_RPM, "rhel", "1.0-1", "", "A vendor nobody knows", NULL},
        {PACKAGE_APK, "alpine", "1.0-r0", "Docker <support@docker.com>", "", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct os_info os = {.id = view_of(cases[i].os)};
        struct package package = {
            .type = cases[i].type,
            .version = view_of(cases[i].version),
            .maintainer = view_of(cases[i].maintainer),
            .vendor = view_of(cases[i].vendor),
        };

        assert_view(view_of(package_foreign_origin(&package, &os)), cases[i].want);
        assert_int_equal(package_is_foreign(&package, &os), cases[i].want != NULL);
    }
}

RUN_TESTS(cmocka_unit_test(origins))
