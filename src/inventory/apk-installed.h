/* apk's database of installed packages: lib/apk/db/installed, or below usr/ in
 * merged-usr systems (apk-installed-db(5)).
 *
 * Records of "X:value" lines, separated by empty lines. Read are P V A L o m
 * and, for the files, F (a directory) and R (a file in the last F).
 */
#pragma once

#include "inventory/analyser.h"

enum { APK_INSTALLED_LIMIT = 128 << 20 /* bytes of the database */ };

extern const struct analyser analyser_apk_installed;
