/* Updates that wait in a distribution's security pocket, where no advisory
 * text is at hand.
 *
 * One is told for a source package that is installed in an older version,
 * unless a finding of that source names the version, or a later one, as its
 * fix. Kernels are installed beside each other: when one of a source has the
 * version, the older ones are left-overs and nothing is pending.
 */
#pragma once

#include "base/arena.h"
#include "base/hash.h"
#include "match/source-name.h"
#include "vulndb/ecosystem.h"
#include "vulndb/vulndb.h"

struct pending {
    struct view source; /* name of the source package */
    struct view version, family;
    const struct package *package; /* the binary package that speaks for the source */
    enum version_scheme scheme;
    struct view fixed; /* the latest fix that findings name; may be empty */
    bool installed;    /* a kernel of this version is there */
};

struct pending_list {
    struct arena *arena;
    struct hash_map *by_source; /* -> struct pending; without a version: none is known */
};

int pending_init(struct pending_list *list, struct arena *arena, struct error *err);
void pending_done(struct pending_list *list);

/* Takes what the pocket's `statements` say of the source of a package. The
 * package that has its source's name speaks for it, else the first; of
 * kernels the newest. */
int pending_take(struct pending_list *list, const struct package *package, struct source source,
                 const struct ecosystem *ecosystem, struct vulndb_statements statements,
                 struct error *err);

/* A finding names a fix for the source. */
int pending_name_fix(struct pending_list *list, struct view source, struct view fixed,
                     enum version_scheme scheme, struct error *err);

/* The next update that is to be told, from *at = 0 on; NULL at the end. */
const struct pending *pending_next(const struct pending_list *list, size_t *at);
