#include "vulndb/ecosystem-release.h"

/* os-release IDs and the family whose advisories are about their packages. */
static const struct system {
    struct view id, family;
    ecosystem_release_fn release;
    struct view unless; /* in PRETTY_NAME: another system under the same ID */
} systems[] = {
    {VIEW("debian"), VIEW("debian"), ecosystem_release_debian},
    {VIEW("ubuntu"), VIEW("ubuntu"), ecosystem_release_ubuntu},
    {VIEW("alpine"), VIEW("alpine"), ecosystem_release_alpine},
    {VIEW("wolfi"), VIEW("wolfi"), NULL},
    {VIEW("chainguard"), VIEW("chainguard"), NULL},
    {VIEW("minimos"), VIEW("minimos"), NULL},
    {VIEW("alpaquita"), VIEW("alpaquita"), ecosystem_release_word},
    {VIEW("rhel"), VIEW("rhel"), ecosystem_release_major},
    /* CentOS 7 and 8 and Scientific Linux rebuilt Red Hat's sources under the
     * same versions; CentOS Stream has packages before Red Hat numbers them. */
    {VIEW("centos"), VIEW("rhel"), ecosystem_release_major, VIEW("Stream")},
    {VIEW("scientific"), VIEW("rhel"), ecosystem_release_major},
    {VIEW("almalinux"), VIEW("almalinux"), ecosystem_release_major},
    {VIEW("rocky"), VIEW("rocky"), ecosystem_release_major},
    {VIEW("ol"), VIEW("oracle"), ecosystem_release_major},
    {VIEW("oracle"), VIEW("oracle"), ecosystem_release_major},
    {VIEW("amzn"), VIEW("amazon"), ecosystem_release_major},
    {VIEW("azurelinux"), VIEW("azurelinux"), ecosystem_release_minor},
    {VIEW("mariner"), VIEW("azurelinux"), ecosystem_release_minor}, /* its name until 3.0 */
    {VIEW("photon"), VIEW("photon"), ecosystem_release_minor},
    {VIEW("mageia"), VIEW("mageia"), ecosystem_release_major},
    {VIEW("openeuler"), VIEW("openeuler"), ecosystem_release_word},
    {VIEW("opensuse-leap"), VIEW("opensuse-leap"), ecosystem_release_minor},
    {VIEW("opensuse-tumbleweed"), VIEW("opensuse-tumbleweed"), NULL},
    {VIEW("sles"), VIEW("sles"), ecosystem_release_suse},
    {VIEW("sled"), VIEW("sles"), ecosystem_release_suse},
    {VIEW("sle-micro"), VIEW("sle-micro"), ecosystem_release_minor},
    {VIEW("sl-micro"), VIEW("sle-micro"), ecosystem_release_minor},
};

/* Further ecosystems of a family's systems. */
static const struct {
    struct view family, further;
    enum ecosystem_role role;
} furthers[] = {
    {VIEW("debian"), VIEW("debian-security"), ECOSYSTEM_PENDING},
    {VIEW("ubuntu"), VIEW("ubuntu-pro"), ECOSYSTEM_PRO},
    {VIEW("ubuntu"), VIEW("ubuntu-security"), ECOSYSTEM_PENDING},
};
enum { FURTHER_COUNT = sizeof(furthers) / sizeof(furthers[0]) };

static const struct system *find_system(struct view id, struct view pretty_name)
{
    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
        if (!view_eq_nocase(id, systems[i].id))
            continue;
        if (systems[i].unless.len && view_find_view(pretty_name, systems[i].unless) >= 0)
            return NULL;
        return &systems[i];
    }
    return NULL;
}

bool ecosystem_of_release(struct view os_id, struct view release, struct ecosystem_name *ret)
{
    const struct system *system = find_system(os_id, VIEW_EMPTY);

    return system && ecosystem_release_apply(system->family, system->release, release, ret);
}

bool ecosystem_security_pocket(struct view os_id, struct view release, struct ecosystem_name *ret)
{
    const struct system *system = find_system(os_id, VIEW_EMPTY);

    for (size_t i = 0; system && i < FURTHER_COUNT; i++)
        if (furthers[i].role == ECOSYSTEM_PENDING && view_eq(furthers[i].family, system->family))
            return ecosystem_release_apply(furthers[i].further, system->release, release, ret);
    return false;
}

/* openEuler tells its service pack only in words, "openEuler 22.03 (LTS-SP1)",
 * and its advisories are kept under "22.03-lts-sp1". */
static struct view release_with_pack(const struct os_info *os, char to[static ECOSYSTEM_NAME_LIMIT])
{
    struct view rest = os->pretty_name, pack;
    size_t len = os->version_id.len;

    view_cut(&rest, '(');
    pack = view_cut(&rest, ')');
    if (!pack.len || !rest.ptr || len + 1 + pack.len > ECOSYSTEM_NAME_LIMIT)
        return os->version_id;
    memcpy(to, os->version_id.ptr, len);
    to[len] = '-';
    memcpy(to + len + 1, pack.ptr, pack.len);
    return view_from(to, len + 1 + pack.len);
}

/* VERSION_ID, or the codename of a system that has none yet (Debian testing). */
static bool name_of_os(const struct system *system, struct view family, const struct os_info *os,
                       struct ecosystem_name *ret)
{
    char store[ECOSYSTEM_NAME_LIMIT];
    struct view release = os->version_id.len ? os->version_id : os->codename;

    if (view_eq(system->family, VIEW("openeuler")) && os->version_id.len)
        release = release_with_pack(os, store);
    return ecosystem_release_apply(family, system->release, release, ret);
}

size_t ecosystems_of_os(const struct os_info *os,
                        struct ecosystem_lookup ret[static ECOSYSTEM_OF_OS_LIMIT])
{
    const struct system *system = find_system(os->id, os->pretty_name);
    size_t count = 1;

    if (!system || !name_of_os(system, system->family, os, &ret[0].name))
        return 0;
    ret[0].role = ECOSYSTEM_MAIN;
    for (size_t i = 0; i < FURTHER_COUNT && count < ECOSYSTEM_OF_OS_LIMIT; i++) {
        if (!view_eq(furthers[i].family, system->family) ||
            !name_of_os(system, furthers[i].further, os, &ret[count].name))
            continue;
        ret[count++].role = furthers[i].role;
    }
    return count;
}
