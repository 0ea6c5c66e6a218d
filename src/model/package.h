/* An installed package, whatever database or lock file told of it. */
#pragma once

#include "base/view.h"

enum package_type {
    PACKAGE_UNKNOWN,
    PACKAGE_DEB,
    PACKAGE_APK,
    PACKAGE_RPM,
    PACKAGE_TYPE_COUNT,
};

const char *package_type_name(enum package_type type); /* "deb", "apk", "rpm" */

/* Views live as long as the inventory that holds the package. */
struct package {
    enum package_type type;
    struct view name;    /* binary package */
    struct view version; /* with epoch: "1:2.3-4"; rpm "epoch:version-release", no epoch when 0 */
    struct view source_name;    /* equals name when the database names no other */
    struct view source_version; /* equals version when the database names no other */
    struct view arch;
    struct view license;      /* as stated, SPDX where the database uses it; empty: not stated */
    struct view maintainer;   /* dpkg Maintainer, apk m:, rpm Packager, or Vendor */
    struct view vendor;       /* rpm Vendor, dpkg Origin; tells foreign repositories */
    struct view modularity;   /* rpm MODULARITYLABEL: "nodejs:18:..." */
    struct view db_path;      /* the file in the target that told: "var/lib/dpkg/status" */
    size_t layer;             /* index of the layer that brought it; 0 for trees and hosts */
    const struct view *files; /* owned files, absolute paths; only when asked for */
    size_t file_count;
};

struct os_info;
struct arena;

/* Package URL: pkg:deb/debian/openssl@3.0.9-1?arch=amd64&distro=debian-12&epoch=... with
 * percent-encoding as the purl specification has it. */
struct view package_purl(const struct package *package, const struct os_info *os,
                         struct arena *arena);
