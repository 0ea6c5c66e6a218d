/* The files of Debian packages: var/lib/dpkg/info/NAME.list or
 * NAME:ARCH.list, and in distroless images status.d/NAME.md5sums.
 *
 * dpkg lists directories too and doesn't say which they are: a path that
 * another line lies in is left out.
 */
#pragma once

#include "inventory/analyser.h"

enum { DPKG_FILES_LIMIT = 32 << 20 /* bytes of one list */ };

extern const struct analyser analyser_dpkg_list;
extern const struct analyser analyser_dpkg_md5sums;
