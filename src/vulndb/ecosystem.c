#include "vulndb/ecosystem.h"

#include "vulndb/ecosystem-release.h"

#define SYSTEM(family, rated_by, order)                                                            \
    .name = VIEW(family), .vendor = VIEW(rated_by), .scheme = VERSION_##order, .system = true
#define LANGUAGE(family, order) .name = VIEW(family), .scheme = VERSION_##order

static const struct ecosystem families[] = {
    {SYSTEM("debian", "debian", DPKG), .by_source = true, .by_vulnerability = true},
    {SYSTEM("debian-security", "debian", DPKG), .by_source = true},
    {SYSTEM("ubuntu", "ubuntu", DPKG), .by_source = true, .by_vulnerability = true},
    {SYSTEM("ubuntu-pro", "ubuntu", DPKG), .by_source = true, .by_vulnerability = true},
    {SYSTEM("ubuntu-security", "ubuntu", DPKG), .by_source = true},
    {SYSTEM("alpine", "alpine", APK), .by_source = true, .by_vulnerability = true},
    {SYSTEM("wolfi", "wolfi", APK), .by_source = true},
    {SYSTEM("chainguard", "chainguard", APK), .by_source = true},
    {SYSTEM("minimos", "minimos", APK), .by_source = true},
    {SYSTEM("alpaquita", "alpaquita", APK), .by_source = true},
    {SYSTEM("rhel", "redhat", RPM)},
    {SYSTEM("almalinux", "almalinux", RPM)},
    {SYSTEM("rocky", "rocky", RPM), .by_source = true},
    {SYSTEM("oracle", "oracle", RPM)},
    {SYSTEM("amazon", "amazon", RPM)},
    {SYSTEM("azurelinux", "azurelinux", RPM), .by_source = true},
    {SYSTEM("photon", "photon", RPM), .by_source = true},
    {SYSTEM("mageia", "mageia", RPM), .by_source = true},
    {SYSTEM("openeuler", "openeuler", RPM), .by_source = true},
    {SYSTEM("opensuse-leap", "suse", RPM), .by_source = true},
    {SYSTEM("opensuse-tumbleweed", "suse", RPM), .by_source = true},
    {SYSTEM("sles", "suse", RPM), .by_source = true},
    {SYSTEM("sle-micro", "suse", RPM), .by_source = true},
    {LANGUAGE("npm", NPM)},
    {LANGUAGE("pypi", PEP440)},
    {LANGUAGE("go", GO)},
    {LANGUAGE("maven", MAVEN)},
    {LANGUAGE("crates.io", SEMVER)},
    {LANGUAGE("rubygems", GEM)},
    {LANGUAGE("nuget", NUGET)},
    {LANGUAGE("packagist", COMPOSER)},
    {LANGUAGE("bitnami", SEMVER)},
    {LANGUAGE("hex", SEMVER)},
    {LANGUAGE("pub", SEMVER)},
    {LANGUAGE("swift", SEMVER)},
    {LANGUAGE("julia", SEMVER)},
    {LANGUAGE("github-actions", SEMVER)},
};

/* OSV's spelling, up to the ":" or blank before the release; where one is the
 * beginning of another, the longer stands first. `release` is NULL where the
 * family has none; what follows the spelling must then be empty. */
static const struct {
    struct view osv, family;
    ecosystem_release_fn release;
} spellings[] = {
    {VIEW("Debian"), VIEW("debian"), ecosystem_release_debian},
    {VIEW("Ubuntu:Pro"), VIEW("ubuntu-pro"), ecosystem_release_ubuntu},
    {VIEW("Ubuntu"), VIEW("ubuntu"), ecosystem_release_ubuntu},
    {VIEW("Alpine"), VIEW("alpine"), ecosystem_release_alpine},
    {VIEW("Wolfi"), VIEW("wolfi"), NULL},
    {VIEW("Chainguard"), VIEW("chainguard"), NULL},
    {VIEW("MinimOS"), VIEW("minimos"), NULL},
    {VIEW("Alpaquita"), VIEW("alpaquita"), ecosystem_release_word},
    {VIEW("Red Hat:enterprise_linux"), VIEW("rhel"), ecosystem_release_redhat},
    {VIEW("AlmaLinux"), VIEW("almalinux"), ecosystem_release_major},
    {VIEW("Rocky Linux"), VIEW("rocky"), ecosystem_release_major},
    {VIEW("Azure Linux"), VIEW("azurelinux"), ecosystem_release_minor},
    {VIEW("Photon OS"), VIEW("photon"), ecosystem_release_minor},
    {VIEW("Mageia"), VIEW("mageia"), ecosystem_release_major},
    {VIEW("openEuler"), VIEW("openeuler"), ecosystem_release_word},
    {VIEW("openSUSE:Leap"), VIEW("opensuse-leap"), ecosystem_release_minor},
    {VIEW("openSUSE:Tumbleweed"), VIEW("opensuse-tumbleweed"), NULL},
    {VIEW("SUSE:Linux Enterprise Server"), VIEW("sles"), ecosystem_release_suse},
    {VIEW("SUSE:Linux Enterprise Module for"), VIEW("sles"), ecosystem_release_suse_module},
    {VIEW("SUSE:Linux Enterprise Micro"), VIEW("sle-micro"), ecosystem_release_minor},
    {VIEW("SUSE:Linux Micro"), VIEW("sle-micro"), ecosystem_release_minor},
    {VIEW("npm"), VIEW("npm"), NULL},
    {VIEW("PyPI"), VIEW("pypi"), NULL},
    {VIEW("Go"), VIEW("go"), NULL},
    {VIEW("Maven"), VIEW("maven"), ecosystem_release_ignored},
    {VIEW("crates.io"), VIEW("crates.io"), NULL},
    {VIEW("RubyGems"), VIEW("rubygems"), NULL},
    {VIEW("NuGet"), VIEW("nuget"), NULL},
    {VIEW("Packagist"), VIEW("packagist"), ecosystem_release_ignored},
    {VIEW("Bitnami"), VIEW("bitnami"), NULL},
    {VIEW("Hex"), VIEW("hex"), NULL},
    {VIEW("Pub"), VIEW("pub"), NULL},
    {VIEW("SwiftURL"), VIEW("swift"), NULL},
    {VIEW("Julia"), VIEW("julia"), NULL},
    {VIEW("GitHub Actions"), VIEW("github-actions"), NULL},
};

const struct ecosystem *ecosystem_find(struct view canonical)
{
    struct view family = view_cut(&canonical, ':');

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (view_eq(family, families[i].name))
            return &families[i];
    return NULL;
}

/* The part behind `prefix`, without the ":" or blank between; false when
 * `spelling` begins otherwise. */
static bool cut_spelling(struct view spelling, struct view prefix, struct view *ret_rest)
{
    if (!view_starts(spelling, prefix))
        return false;
    spelling = view_sub(spelling, prefix.len, SIZE_MAX);
    if (spelling.len && spelling.ptr[0] != ':' && spelling.ptr[0] != ' ')
        return false;
    *ret_rest = view_sub(spelling, 1, SIZE_MAX);
    return true;
}

bool ecosystem_from_osv(struct view spelling, struct ecosystem_name *ret)
{
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        struct view rest;

        if (!cut_spelling(spelling, spellings[i].osv, &rest))
            continue;
        if (!spellings[i].release && rest.len)
            return false;
        return ecosystem_release_apply(spellings[i].family, spellings[i].release, rest, ret);
    }
    return false;
}

/* PEP 503: lower case, and runs of "-", "_" and "." are one "-". */
static size_t normalise_pypi(struct view name, char *to)
{
    size_t len = 0;

    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool separator = c == '-' || c == '_' || c == '.';

        if (separator && len && to[len - 1] == '-')
            continue;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        to[len++] = separator ? '-' : c;
    }
    return len;
}

static size_t normalise_case(struct view name, char *to)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        to[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return name.len;
}

static const struct {
    struct view family;
    size_t (*normalise)(struct view name, char *to);
} name_rules[] = {
    {VIEW("pypi"), normalise_pypi},           {VIEW("nuget"), normalise_case},
    {VIEW("packagist"), normalise_case},      {VIEW("bitnami"), normalise_case},
    {VIEW("github-actions"), normalise_case},
};

bool ecosystem_package_name(const struct ecosystem *ecosystem, struct view name,
                            char to[static ECOSYSTEM_PACKAGE_LIMIT], struct view *ret)
{
    if (name.len == 0 || name.len > ECOSYSTEM_PACKAGE_LIMIT)
        return false;
    for (size_t i = 0; i < sizeof(name_rules) / sizeof(name_rules[0]); i++) {
        if (!view_eq(ecosystem->name, name_rules[i].family))
            continue;
        *ret = view_from(to, name_rules[i].normalise(name, to));
        return true;
    }
    *ret = name;
    return true;
}
