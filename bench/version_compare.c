/* How many versions a second one core compares, scheme by scheme, on pairs as
 * a scan has them: an installed version against the bounds of advisories. */
#include <stdio.h>

#include "base/clock.h"
#include "version/version.h"

enum { ROUNDS = 300000, VERSIONS = 6 };

static const char *const versions[VERSION_SCHEME_COUNT][VERSIONS] = {
    [VERSION_DPKG] = {"2.36-9+deb12u1", "2.36-9+deb12u10", "1:9.2p1-2+deb12u2", "1.0~rc1-1",
                      "7:5.1.3-1", "78.15.0esr-1~deb9u1"},
    [VERSION_RPM] = {"2.28-236.el8_9.12", "2.28-251.el8_10.2", "1:1.8.0.302.b08-0.el8_4",
                     "15:4.2.0-59.module_el8.5.0+2608+72063365.1", "3.0.7-27.el9",
                     "0:3.0.7-28.el9"},
    [VERSION_APK] = {"1.2.3-r0", "1.2.3-r10", "3.1.4_git20230101-r2", "9.3_p1-r1", "2.10.1_rc1-r0",
                     "1.1.1w-r1"},
    [VERSION_SEMVER] = {"1.2.3", "v1.10.0", "1.0.0-rc.1", "1.0.0-rc.11", "0.104.0-alpha.1", "1.2"},
    [VERSION_NPM] = {"4.17.21", "4.17.5", "15.1.0-canary.0", "15.1.10", "1.0.0-beta.2", "9.0.0"},
    [VERSION_PEP440] = {"2.31.0", "2.6.0b3", "1.12.0.dev1131", "22.6.2.2", "1.0.post1", "1.0rc1"},
    [VERSION_MAVEN] = {"2.9.10.8", "5.3.0.RC1", "4.1.94.Final", "31.1-jre", "9.4.51.v20230217",
                       "1.0-alpha-2"},
    [VERSION_GEM] = {"4.2.11.1", "5.2.4.rc1", "1.13.2", "2.0.0-rc1", "3.20", "1.8.2.a10"},
    [VERSION_GO] = {"v0.0.0-20200308084313-2adbaa4891b9", "1.21.3", "go1.21rc2", "v1.0.0-rc93",
                    "v2.6.3+incompatible", "1.30.1"},
    [VERSION_NUGET] = {"1.4.353.15", "4.3.2", "1.0.0-beta.2", "07.04.00", "5.0.372", "2.0.123"},
    [VERSION_COMPOSER] = {"v5.4.21", "11.5.33", "1.0.0-beta1", "2.0.x-dev", "9.52.17", "1.0.0-RC2"},
};

static double per_second(enum version_scheme scheme, int *checksum)
{
    struct view views[VERSIONS];
    uint64_t start = clock_now_ns(), spent;

    for (size_t i = 0; i < VERSIONS; i++)
        views[i] = view_of(versions[scheme][i]);
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < VERSIONS; i++)
            *checksum += version_compare(scheme, views[i], views[(i + round) % VERSIONS]);
    spent = clock_now_ns() - start;
    return (double)ROUNDS * VERSIONS * 1e9 / (double)spent;
}

int main(void)
{
    int checksum = 0;

    for (int i = 0; i < VERSION_SCHEME_COUNT; i++)
        printf("%-9s %6.2f million comparisons/s\n", version_schemes[i].name,
               per_second(i, &checksum) / 1e6);
    printf("%-9s %6d\n", "checksum", checksum);
    return 0;
}
