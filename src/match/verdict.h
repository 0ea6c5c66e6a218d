/* What the statements about one package say of each vulnerability.
 *
 * Statements are taken one by one, from the ecosystems of the system. For each
 * vulnerability one verdict is kept:
 *
 * - A statement counts when the installed version lies in one of its ranges or
 *   is one of its versions, and architecture and module stream fit.
 * - The fixed version is the smallest fix above the installed version. Of
 *   several ranges, the one that the version lies in names it.
 * - "Not affected" about a version drops what other statements say of it.
 * - A subscription's statements (Ubuntu Pro) know better than the main ones: a
 *   version at or above their fix is safe. Their fix is offered only where the
 *   subscription is attached; elsewhere the vulnerability stands without one.
 *
 * Lives for one package; everything in it is in the arena or the map.
 */
#pragma once

#include "base/arena.h"
#include "model/package.h"
#include "version/version.h"
#include "vulndb/ecosystem.h"
#include "vulndb/vulndb.h"

struct verdict {
    uint32_t vulnerability; /* index in the database */
    bool affected;          /* the main statements say so */
    bool safe;              /* not affected, or fixed by the subscription's word */
    enum advisory_status status;
    enum severity severity; /* of the statement that counts, or unknown */
    struct view severity_source;
    struct view cvss;
    struct view fixed; /* empty: no fix */
    struct view erratum;
    struct view fix_for_subscribers; /* a fix that this system can't get */
};

struct verdicts {
    struct verdict *items;
    size_t count;
};

/* How the package is looked at in one ecosystem. */
struct subject {
    const struct package *package;
    const struct ecosystem *ecosystem;
    enum ecosystem_role role;
    bool subscribed;     /* ECOSYSTEM_PRO: its fixes are to be had here */
    bool as_source;      /* looked up by the source package's name */
    struct view version; /* that is compared */
};

/* Takes one statement in. ERROR_INPUT when the database is broken. */
int verdicts_take(struct verdicts *verdicts, const struct subject *subject,
                  struct vulndb_statement statement, struct arena *arena, struct error *err);

/* Whether a version lies in what a statement covers; on true `*ret_fixed` is the
 * fix of the range it lies in, or empty. */
bool verdict_covers(enum version_scheme scheme, struct view version,
                    struct vulndb_statement statement, struct view *ret_fixed);
