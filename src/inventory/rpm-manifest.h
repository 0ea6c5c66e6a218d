/* The lists that stand for an rpm database in distroless images of CBL-Mariner
 * and Azure Linux, below var/lib/rpmmanifest.
 *
 * container-manifest-2 has ten columns between tabs: name, version-release,
 * times of installation and build, vendor, epoch or "(none)", size,
 * architecture, epoch number, source rpm. container-manifest-1 has lines
 * "name.version-release.arch": the version is taken to begin at the first dot
 * with a digit behind it. It counts only where the other is missing.
 */
#pragma once

#include "inventory/analyser.h"

enum { RPM_MANIFEST_LIMIT = 16 << 20 /* bytes of the list */ };

extern const struct analyser analyser_rpm_manifest_1;
extern const struct analyser analyser_rpm_manifest_2;
