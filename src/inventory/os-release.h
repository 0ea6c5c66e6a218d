/* Files of KEY=value lines that name an operating system: os-release(5) and
 * the older lsb-release.
 *
 * Values are unquoted as a shell would: single quotes, double quotes with
 * backslash escapes, bare words. Unknown keys, comments and lines without "="
 * are passed over, as the manual asks.
 */
#pragma once

#include "inventory/analyser.h"

enum { OS_RELEASE_LIMIT = 64 << 10 /* bytes of the file */ };

extern const struct analyser analyser_os_release;
extern const struct analyser analyser_lsb_release;
