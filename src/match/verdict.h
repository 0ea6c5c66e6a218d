/* What the statements about one installed package say of each vulnerability.
 *
 * Statements are taken one by one, from all ecosystems of the system; those
 * that are about the package (scope.h) are kept, and judged vulnerability by
 * vulnerability. Each says of the installed version that it is affected (up to
 * some version, or without end), that it has reached a fix, or nothing
 * (coverage.h).
 *
 * 1. "Not affected", said of the version, ends the matter.
 * 2. A fix that the version has reached overrules statements that know no end:
 *    lists are of different age, and a vulnerability goes from open to fixed
 *    and not back. Only in systems' ecosystems; elsewhere a package has
 *    branches.
 * 3. A fix of the subscription (Ubuntu Pro) that the version has reached
 *    overrules the main statements: subscribers get fixes earlier, in versions
 *    below those of the main archive.
 * 4. Without the subscription its fixes can't be had: its statements count as
 *    if they knew no end.
 * 5. Any statement that is left makes the version affected.
 *
 * The fixed version is the smallest one named by these statements that the
 * same rules find unaffected; so of two errata, the second for what the first
 * left open, it is the second's. Severity is the worst of the statements that
 * count.
 *
 * For one package at a time. Everything is in the scratch arena or the map and
 * holds until verdicts_clear().
 */
#pragma once

#include "base/arena.h"
#include "match/coverage.h"
#include "model/package.h"
#include "vulndb/ecosystem.h"
#include "vulndb/vulndb.h"

/* How the package is looked at in one ecosystem. */
struct subject {
    const struct package *package;
    const struct ecosystem *ecosystem;
    enum ecosystem_role role;
    bool subscribed;     /* ECOSYSTEM_PRO: its fixes are to be had here */
    bool as_source;      /* looked up by the source package's name */
    struct view version; /* that is compared */
};

struct verdict {            /* the version is affected */
    uint32_t vulnerability; /* index in the database */
    enum advisory_status status;
    enum severity severity; /* the distribution's word, or unknown */
    struct view severity_source;
    struct view cvss;     /* vector given for this package; may be empty */
    struct view fixed;    /* empty: no fix that can be had */
    struct view erratum;  /* the advisory that brings the fix; may be empty */
    bool for_subscribers; /* no fix, but one for subscribers */
};

/* A statement about the package. */
struct opinion {
    struct subject subject;
    struct vulndb_statement statement;
    enum coverage coverage; /* of the installed version */
};

struct mention { /* of a vulnerability by a statement */
    uint32_t vulnerability;
    uint32_t opinion;
};

struct verdicts {
    struct arena *scratch;
    struct opinion *opinions;
    size_t opinion_count;
    struct mention *mentions;
    size_t mention_count;
    bool affected; /* some statement says so */
};

/* `scratch` is reset. */
void verdicts_clear(struct verdicts *verdicts, struct arena *scratch);

/* Takes one statement in. ERROR_INPUT when the database is broken. */
int verdicts_take(struct verdicts *verdicts, const struct subject *subject,
                  struct vulndb_statement statement, struct error *err);

/* One verdict for each vulnerability that affects the package, by index. */
int verdicts_judge(struct verdicts *verdicts, const struct verdict **ret, size_t *ret_count,
                   struct error *err);
