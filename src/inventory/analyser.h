/* Analysers: which files of a target tell of its operating system and of its
 * packages, and how they are read.
 *
 * An analyser is one const descriptor in one table. It is pure: bytes of one
 * file in, a payload out. It runs inside a sandboxed worker; the payload is
 * read by the program, which trusts nothing of it.
 *
 * The table's fingerprint is part of the key under which the facts of a layer
 * are cached: raise an analyser's version when its payload for the same file
 * changes.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

/* What a payload holds. */
enum fact_kind {
    FACT_OS,       /* inventory/os-facts.h */
    FACT_PRO,      /* one byte: 1 when Ubuntu Pro is attached */
    FACT_PACKAGES, /* inventory/package-list.h */
    FACT_FILES,    /* inventory/file-list.h */
    FACT_LICENSES, /* licence terms (inventory/license.h) as length-prefixed bytes */
    FACT_JOURNAL,  /* one byte: 1 when the file holds changes its database lacks */
};

struct analyser {
    const char *name;
    unsigned version;
    enum fact_kind kind;
    /* Paths in normal form, ended by NULL; a component may hold one '*'. */
    const char *const *patterns;
    uint64_t size_limit; /* bytes of a file; larger ones are told, not read */
    /* 0, or an error that names the place in the file; `payload` then holds
     * what was read before that place. */
    int (*parse)(struct view path, struct view content, struct buf *payload, struct error *err);
};

extern const struct analyser *const analysers[];
extern const size_t analyser_count;

/* A hash of names, versions and patterns, and of the process's language, which
 * the messages in payloads are written in. */
uint64_t analyser_fingerprint(void);

struct pattern_set;
/* Adds the patterns of all analysers; values are places in the table. False
 * without memory. */
bool analyser_add_patterns(struct pattern_set *set);
