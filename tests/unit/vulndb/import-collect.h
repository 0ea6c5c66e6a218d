/* A sink that writes what it is handed as lines, for tests to compare:
 *
 *     CVE-2023-4911 title="..." severity=high aliases=A,B upstream=C cvss=... references=...
 *       debian:12 glibc affected source severity=high/debian [,2.36-9+deb12u3)
 *     KEV CVE-2021-1 2021-11-03 2021-11-17 ransomware
 *     EPSS CVE-1999-1 0.03351 0.87650
 *
 * Only what is set is written. Intervals: "[a,b)" until fixed, "[a,b]" until
 * the last affected, "[,)" all.
 */
#pragma once

#include "base/buf.h"
#include "vulndb/import/importer.h"

enum { COLLECT_LIMIT = 64 << 20 };

struct collector {
    struct import_sink sink;
    struct buf text;
};

void collector_init(struct collector *collector);
void collector_done(struct collector *collector);

/* Runs an importer over a document and compares all lines; `want` may end
 * early with "...\n". Fails the test with both texts. */
void check_import(const struct importer *importer, const char *name, struct view input,
                  struct view companion, const char *want);
/* An import that fails: the message must hold `want`. */
void check_import_fails(const struct importer *importer, const char *name, struct view input,
                        const char *want);
/* The bytes of a file of the shared feeds; false (and says so) when there are
 * none beside the checkout. */
bool read_feed(const char *path, struct buf *to);
