/* The one-line files by which distributions named themselves before
 * os-release, and minimal images still do: /etc/redhat-release and its kin
 * ("CentOS release 6.10 (Final)"), /etc/SuSE-release, /etc/alpine-release,
 * /etc/debian_version.
 */
#pragma once

#include "inventory/analyser.h"

enum { RELEASE_FILE_LIMIT = 16 << 10 /* bytes of the file */ };

extern const struct analyser analyser_release_file;
extern const struct analyser analyser_suse_release;
extern const struct analyser analyser_alpine_release;
extern const struct analyser analyser_debian_version;
