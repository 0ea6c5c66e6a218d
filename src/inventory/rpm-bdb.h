/* rpm's Berkeley DB databases: Packages, a hash of version 5 to 10 (RHEL 5 to
 * 8, CentOS, Amazon Linux, openSUSE before ndb).
 *
 * Keys are instance numbers of 4 bytes in the byte order of the file, 0 being
 * bookkeeping; values are rpm headers. Pages are read in the order of the
 * file rather than bucket by bucket, so that a damaged one costs no others.
 * Both byte orders; items on the page, off the page and duplicates on it;
 * pages with checksums. Encrypted files are refused.
 *
 * Layout (db 5.3, dbinc/db_page.h): page 0 {LSN 8, page 4, magic 4, version 4,
 * page size 4, encryption 1, type 1, flags 1, ...}; other pages {LSN 8, page 4,
 * previous 4, next 4, entries 2, offset of the items 2, level 1, type 1}, then
 * on hash pages the offsets of the items, keys and values by turns; on overflow
 * pages the offset field is the length of the data that follows the header.
 */
#pragma once

#include "inventory/analyser.h"

enum {
    RPM_BDB_LIMIT = 256 << 20,      /* bytes of the database */
    RPM_BDB_VALUE_LIMIT = 64 << 20, /* bytes of one header kept off the page */
};

extern const struct analyser analyser_rpm_bdb;
