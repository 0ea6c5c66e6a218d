/* Updates that wait in a distribution's security pocket, where no advisory
 * text is at hand: one for a source package, unless a finding of that source
 * names the version, or a later one, as its fix.
 */
#pragma once

#include "match/finding-maker.h"

struct pending {
    struct view source; /* name of the source package */
    struct view version, family;
    const struct package *package; /* the binary package that speaks for the source */
};

struct pending_list {
    struct pending *items;
    size_t count;
};

/* Notes the updates that `statements` have for a source package in the version
 * it is installed in. The binary package with its source's name speaks for it,
 * else the first. */
int pending_take(struct pending_list *list, const struct package *package, struct source source,
                 const struct ecosystem *ecosystem, struct vulndb_statements statements,
                 struct arena *arena, struct error *err);

/* Whether one of the findings tells of the update already. */
bool pending_is_known(const struct pending *pending, enum version_scheme scheme,
                      const struct finding *findings, size_t count);
