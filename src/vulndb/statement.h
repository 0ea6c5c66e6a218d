/* A statement about a package, packed: what the database keeps under each
 * package name. Layout: docs/formats/advisory-database.md, "packages".
 *
 * The value of a package is a count and that many statements, each behind its
 * length. Texts that recur (who rated, architectures, modules) are numbers of
 * the database's string table; the rest stands inline.
 */
#pragma once

#include "base/buf.h"
#include "vulndb/vulndb.h"

enum {
    STATEMENT_VERSION_LIMIT = 1 << 12, /* bytes of one version */
    STATEMENT_RANGES_LIMIT = 1 << 16,
    STATEMENT_VERSIONS_LIMIT = 1 << 18,
    STATEMENT_VULNERABILITIES_LIMIT = 1 << 24,
    STATEMENTS_LIMIT = 1 << 24, /* of one package */
};

/* The ranges and exact versions of an affected package, packed the way a
 * statement holds them. */
void statement_pack_bounds(const struct advisory_affected *affected, struct buf *to);

struct statement_parts { /* what else a statement holds */
    enum advisory_status status;
    unsigned flags;
    enum severity severity;
    uint32_t severity_source, arch, module; /* in the string table; 0: empty */
    struct view cvss, erratum;
    struct view bounds;              /* from statement_pack_bounds() */
    const uint32_t *vulnerabilities; /* ascending indexes */
    size_t vulnerability_count;
};

void statement_pack(const struct statement_parts *parts, struct buf *to);

/* The string table that unpacking needs. */
struct statement_strings {
    const struct view *strings; /* 0 is empty */
    size_t count;
};

/* Reads one statement's bytes. False when they are broken. */
bool statement_unpack(struct view bytes, const struct statement_strings *strings,
                      struct vulndb_statement *ret);
