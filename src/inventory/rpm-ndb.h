/* rpm's ndb databases: Packages.db (SUSE, and rpm built without SQLite).
 *
 * Little-endian. A header of 32 bytes {"RpmP", version 0, generation, pages of
 * slots, next package}; slots of 16 bytes {"Slot", package, first block, number
 * of blocks} up to the end of those pages of 4096 bytes, free where the first
 * block is 0; blobs in blocks of 16 bytes: {"BlbS", package, generation,
 * length}, the rpm header, zeros, and as the last 12 bytes {Adler-32 of all
 * before, length, "BlbE"}. Source: rpm, lib/backend/ndb/rpmpkg.c.
 */
#pragma once

#include "inventory/analyser.h"

enum { RPM_NDB_LIMIT = 256 << 20 /* bytes of the database */ };

extern const struct analyser analyser_rpm_ndb;
