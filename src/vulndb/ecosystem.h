/* Ecosystems: who numbers packages and writes advisories about them.
 *
 * A canonical name is a family, and behind ":" the release where the family
 * has releases: "debian:12", "ubuntu:22.04", "ubuntu-pro:22.04", "alpine:3.18",
 * "alpine:edge", "rhel:9", "azurelinux:3.0", "npm". One const table says for
 * each family how versions are ordered, whether its advisories name source
 * packages, how package names are normalised, how OSV spells it, and how a
 * release is derived from OSV's suffix and from os-release.
 *
 * Releases are what advisories are published for, not what a system calls
 * itself: Alpine 3.18.9 is "alpine:3.18", Red Hat 9.4 is "rhel:9".
 *
 * Families whose advisories are read for another distribution are rows of a
 * second table, each with its reason; ID_LIKE is never followed. A derivative
 * (Linux Mint, Pop!_OS, Raspbian, CentOS Stream) rebuilds or replaces packages
 * under versions of its own, so its base's advisories would be wrong in both
 * directions.
 *
 * Sources of the spellings: the OSV schema's list of ecosystems
 * (https://ossf.github.io/osv-schema/), os-release(5) and the distributions.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"
#include "model/os.h"
#include "version/version.h"

enum {
    ECOSYSTEM_NAME_LIMIT = 64,     /* bytes of a canonical name */
    ECOSYSTEM_PACKAGE_LIMIT = 440, /* bytes of a package's name; with its ecosystem, an LMDB key */
    ECOSYSTEM_OF_OS_LIMIT = 4,
};

struct ecosystem {      /* a family */
    struct view name;   /* "debian" */
    struct view vendor; /* who rates severity in it: "debian"; empty: nobody */
    enum version_scheme scheme;
    bool system;           /* packages of an operating system, not of a language */
    bool by_source;        /* OSV's advisories for it name source packages */
    bool by_vulnerability; /* its tracker states each vulnerability, so that its word on one
                              beats what a summary advisory (DSA, USN) implies */
};

/* A canonical name, short enough to keep by value. */
struct ecosystem_name {
    char text[ECOSYSTEM_NAME_LIMIT];
    size_t len;
};

static inline struct view ecosystem_name_view(const struct ecosystem_name *name)
{
    return view_from(name->text, name->len);
}

/* The family of a canonical name, or NULL. */
const struct ecosystem *ecosystem_find(struct view canonical);

/* From OSV's spelling, "Ubuntu:Pro:22.04:LTS". False when the family is not
 * known, or when it names a stream that is no plain release (Red Hat's extended
 * update support, Ubuntu's FIPS pockets), whose fixes are for others. */
bool ecosystem_from_osv(struct view spelling, struct ecosystem_name *ret);

/* From an os-release ID and VERSION_ID, or a release's codename ("bookworm",
 * "noble", "sid"): the ecosystem that its distribution's own advisories are
 * kept under. */
bool ecosystem_of_release(struct view os_id, struct view release, struct ecosystem_name *ret);

/* The security pocket of apt's lists: "debian-security:12", "ubuntu-security:22.04". */
bool ecosystem_security_pocket(struct view os_id, struct view release, struct ecosystem_name *ret);

/* What a system's packages are looked up in, and why. */
enum ecosystem_role {
    ECOSYSTEM_MAIN,    /* the distribution's advisories */
    ECOSYSTEM_PRO,     /* fixes only for subscribers (os_info.ubuntu_pro) */
    ECOSYSTEM_PENDING, /* updates in the security pocket that no advisory told of */
};

struct ecosystem_lookup {
    struct ecosystem_name name;
    enum ecosystem_role role;
};

/* 0 when no advisories apply to this system. */
size_t ecosystems_of_os(const struct os_info *os,
                        struct ecosystem_lookup ret[static ECOSYSTEM_OF_OS_LIMIT]);

/* A package's name as advisories of the family are keyed: PEP 503 for PyPI,
 * lower case for NuGet, Packagist and Bitnami, unchanged elsewhere. Writes to
 * `to` when something changes; false when the name is empty or too long. */
bool ecosystem_package_name(const struct ecosystem *ecosystem, struct view name,
                            char to[static ECOSYSTEM_PACKAGE_LIMIT], struct view *ret);
