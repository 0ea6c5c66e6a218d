/* What the statements about one package say of each vulnerability.
 *
 * Statements are taken one by one, from the ecosystems of the system. For each
 * vulnerability one verdict is kept:
 *
 * - A statement counts when the installed version lies in one of its ranges or
 *   is one of its versions, and architecture and module stream fit. A build of
 *   a module and a plain one of the same name are different packages.
 * - The fix of a statement is that of the range the version lies in, the
 *   smallest where ranges overlap. Of several statements that count, each with
 *   a fix, the greatest is the fixed version: below it one of them still holds
 *   (a second erratum for an incomplete first).
 * - A subscription's statements (Ubuntu Pro) know better than the main ones: a
 *   version at or above their fix is safe. Their fix is offered only where the
 *   subscription is attached; elsewhere the vulnerability stands without one.
 *
 * Verdicts are kept for one package at a time; what they hold is in the arena
 * or the map.
 */
#pragma once

#include "base/arena.h"
#include "model/package.h"
#include "version/version.h"
#include "vulndb/ecosystem.h"
#include "vulndb/vulndb.h"

struct verdict {
    uint32_t vulnerability; /* index in the database */
    bool affected;          /* a statement says so */
    bool safe;              /* fixed, by the subscription's word */
    bool for_subscribers;   /* there is a fix, and this system can't get it */
    enum advisory_status status;
    enum severity severity; /* of the statements that count, the worst; or unknown */
    struct view severity_source;
    struct view cvss;
    struct view fixed; /* empty: no fix */
    struct view erratum;
};

struct verdicts {
    struct verdict *items;
    size_t count, room;
    uint32_t *places; /* of a vulnerability: its place in items plus one, or 0 */
    size_t place_count;
    struct arena *arena;
};

/* `vulnerabilities`: how many the database has. */
int verdicts_init(struct verdicts *verdicts, size_t vulnerabilities, struct arena *arena,
                  struct error *err);
/* Makes ready for the next package. */
void verdicts_clear(struct verdicts *verdicts);

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
                  struct vulndb_statement statement, struct error *err);

/* Whether a version lies in what a statement covers; on true `*ret_fixed` is the
 * fix of the range it lies in, or empty. */
bool verdict_covers(enum version_scheme scheme, struct view version,
                    struct vulndb_statement statement, struct view *ret_fixed);
