#include "version/version.h"

#include "version/schemes.h"

const struct version_scheme_info version_schemes[VERSION_SCHEME_COUNT] = {
    {VERSION_DPKG, "dpkg", "Debian packages: [epoch:]upstream[-revision]", dpkg_compare,
     dpkg_valid},
    {VERSION_RPM, "rpm", "rpm packages: [epoch:]version[-release]", rpm_compare, rpm_valid},
    {VERSION_APK, "apk", "Alpine packages: 1.2.3_rc1-r0", apk_compare, apk_valid},
    {VERSION_SEMVER, "semver", "SemVer 2.0.0, with missing numbers allowed", semver_compare,
     semver_valid},
    {VERSION_NPM, "npm", "npm packages: node-semver, loose", npm_compare, npm_valid},
    {VERSION_PEP440, "pep440", "Python packages: PEP 440", pep440_compare, pep440_valid},
    {VERSION_MAVEN, "maven", "Maven artifacts: ComparableVersion", maven_compare, maven_valid},
    {VERSION_GEM, "gem", "RubyGems: Gem::Version", gem_compare, gem_valid},
    {VERSION_GO, "go", "Go modules and toolchains", go_compare, go_valid},
    {VERSION_NUGET, "nuget", "NuGet packages: four numbers and SemVer labels", nuget_compare,
     nuget_valid},
    {VERSION_COMPOSER, "composer", "Composer packages: composer/semver", composer_compare,
     composer_valid},
};

bool version_scheme_by_name(struct view name, enum version_scheme *ret)
{
    for (size_t i = 0; i < VERSION_SCHEME_COUNT; i++) {
        if (!view_eq(name, view_of(version_schemes[i].name)))
            continue;
        *ret = version_schemes[i].scheme;
        return true;
    }
    return false;
}

int version_compare(enum version_scheme scheme, struct view a, struct view b)
{
    return version_schemes[scheme].compare(a, b);
}

bool version_valid(enum version_scheme scheme, struct view version)
{
    return version_schemes[scheme].valid(version);
}

int version_compare_bound(enum version_scheme scheme, struct view installed, struct view bound)
{
    if (scheme == VERSION_RPM)
        return rpm_compare_bound(installed, bound);
    return version_compare(scheme, installed, bound);
}
