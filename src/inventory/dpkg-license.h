/* Licences of Debian packages, from usr/share/doc/NAME/copyright.
 *
 * Machine-readable files (copyright format 1.0) give their License fields; in
 * others, and where those say nothing, the references to files below
 * /usr/share/common-licenses count: Policy 12.5 asks for one where such a
 * licence is used.
 */
#pragma once

#include "inventory/analyser.h"

enum {
    DPKG_LICENSE_FILE_LIMIT = 8 << 20, /* bytes of a copyright file */
    DPKG_LICENSE_COUNT_LIMIT = 128,    /* different licences of one file; others are left out */
};

extern const struct analyser analyser_dpkg_license;
