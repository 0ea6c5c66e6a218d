/* The source package under which advisories are kept.
 *
 * Mostly what the package database says. Kernels that are signed apart from
 * their build name a source of their own ("linux-signed-amd64" in Debian,
 * "linux-signed-aws" in Ubuntu) that repackages another one's binaries:
 * advisories speak of "linux" and "linux-aws", in the versions that the binary
 * packages carry.
 */
#pragma once

#include "model/package.h"

enum { SOURCE_NAME_LIMIT = 256 }; /* bytes; a longer name is taken as it is */

struct source {
    struct view name, version;
};

/* `room` keeps a name that had to be put together. */
struct source source_of(const struct package *package, char room[static SOURCE_NAME_LIMIT]);
