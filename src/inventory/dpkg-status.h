/* dpkg's database of packages: var/lib/dpkg/status, and one file a package
 * below var/lib/dpkg/status.d in images made without dpkg (distroless).
 *
 * Counted as installed is every state in which dpkg(1) has a package's files
 * in place: installed, unpacked, half-configured, half-installed,
 * triggers-awaited and triggers-pending; whatever the wanted state is. Not
 * counted are not-installed and config-files. A stanza without Status, as in
 * status.d, is installed.
 */
#pragma once

#include "inventory/analyser.h"

enum {
    DPKG_STATUS_LIMIT = 128 << 20, /* bytes of the database */
};

extern const struct analyser analyser_dpkg_status;
extern const struct analyser analyser_dpkg_status_directory;
