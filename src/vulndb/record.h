/* A struct advisory as bytes: how a sandboxed importer hands it over, and how
 * the builder keeps it.
 *
 * The layout is a run of LEB128 integers and length-prefixed texts, in the
 * order of the struct's members; docs/formats/advisory-database.md has it. It
 * is not versioned: writer and reader are one program.
 *
 * Decoding trusts nothing: every count is checked against its limit and
 * against the bytes that are left, enums against their range, and memory comes
 * from the caller's arena, whose limit bounds one record. Encoding refuses
 * what decoding would refuse, so that a record too large for one end never
 * reaches the other.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/error.h"
#include "model/advisory.h"

enum {
    RECORD_TEXT_LIMIT = 1 << 20,  /* bytes of one text */
    RECORD_NAMES_LIMIT = 1 << 16, /* aliases, upstreams */
    RECORD_REFERENCES_LIMIT = 1 << 12,
    RECORD_VECTORS_LIMIT = 64,
    RECORD_AFFECTED_LIMIT = 1 << 17,
    RECORD_RANGES_LIMIT = 1 << 16,   /* of one affected package */
    RECORD_VERSIONS_LIMIT = 1 << 18, /* of one affected package */
};

/* Appends one record. The buffer's limit holds. */
int record_encode(const struct advisory *advisory, struct buf *to, struct error *err);

/* Reads one record. Views point into the cursor's bytes, arrays into `arena`. */
int record_decode(struct cursor *from, struct arena *arena, struct advisory *ret,
                  struct error *err);
