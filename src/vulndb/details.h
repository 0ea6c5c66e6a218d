/* What is told of a vulnerability, merged from all records that speak of it,
 * and packed. Layout: docs/formats/advisory-database.md, "vulnerabilities".
 *
 * Title: a distribution's own for this vulnerability, then a GHSA's, then the
 * line a summary advisory has for it, then any other record's, then the first
 * sentence of a description. A summary advisory's title ("openssl security
 * update") comes last. Dates: first published, last modified. CVSS vectors and
 * references: each once, newest standard first, up to a limit. Severity: the
 * word of a source that rates vulnerabilities one by one, best known first; a
 * Debian "unimportant" is about Debian's build and not handed on.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "vulndb/statement.h"
#include "vulndb/vulndb.h"

enum {
    DETAILS_ALIASES = 32,
    DETAILS_VECTORS = 4,
    DETAILS_REFERENCES = 10,
    DETAILS_OF_SUMMARY = 2,       /* references taken from one summary advisory */
    DETAILS_REFERENCE_SIZE = 400, /* bytes; longer ones are left out */
};

struct details { /* while merging; views are the records' */
    struct view id;
    struct view title;
    unsigned title_rank;
    struct view vectors[DETAILS_VECTORS];
    size_t vector_count;
    struct view references[DETAILS_REFERENCES];
    size_t reference_count;
    enum severity severity;
    struct view severity_source;
    unsigned severity_rank;
    int64_t published, modified;
    bool dated; /* by a direct record: dates of summaries don't count */
};

void details_init(struct details *details, struct view id);
/* `direct`: the record is about this vulnerability and no other. Direct ones
 * should be taken first. */
void details_take(struct details *details, const struct advisory *record, bool direct);

/* `severity_source` is the number of details->severity_source in the strings. */
void details_pack(const struct details *details, const struct view *aliases, size_t alias_count,
                  uint32_t severity_source, struct buf *to);

/* False when the bytes are broken or the arena is full. Adds the reference that
 * every CVE has, its page at the National Vulnerability Database. */
bool details_unpack(struct view bytes, const struct statement_strings *strings, struct arena *arena,
                    struct vulndb_vulnerability *ret);
