/* Which of several sources is believed about one vulnerability of one package
 * in one ecosystem.
 *
 * A claim is what one record says. Claims about different module streams or
 * architectures don't meet. Of the others:
 *
 * 1. The best source wins, the rest is overruled. A distribution's own tracker
 *    (Debian's JSON, Alpine's secdb) is above other forms of the same data
 *    (OSV, OVAL); where a distribution tracks each vulnerability (Debian,
 *    Ubuntu, Alpine), what it says of this vulnerability is above what a
 *    summary advisory (DSA, USN) implies for everything it fixes.
 * 2. A winner that says "not affected" settles it: nothing is kept, and so
 *    what worse sources say is overruled too.
 * 3. A winner that knows no fix gives way to one that does when that one is
 *    newer: trackers are read as snapshots, and a fix has been released since.
 *    Between claims of one rank the fix is taken unless it is known to be the
 *    older word. Severity stays the winner's where it had one. Language
 *    ecosystems are exempt: there, claims describe different branches.
 * 4. What is left is a union: any of the claims may make a version affected.
 */
#pragma once

#include "base/view.h"
#include "model/advisory.h"
#include "vulndb/ecosystem.h"

/* What a claim says, without the package and the vulnerabilities: interned by
 * the builder, so no padding. Texts are numbers of its table. */
struct claim_body {
    uint32_t bounds; /* packed ranges and versions */
    uint32_t severity_source, cvss, erratum, arch, module;
    uint8_t status, flags, severity;
    uint8_t open; /* has a range without an end, so that no version is safe */
};

struct claim {
    uint32_t package; /* ecosystem and name */
    uint32_t group;   /* the vulnerability */
    uint32_t body;
    int64_t date; /* when it was last said; 0 unknown */
    unsigned rank;
};

/* The rank of what a source says; `direct`: of the vulnerability itself and not
 * through a summary advisory. */
unsigned precedence_rank(const struct ecosystem *ecosystem, struct view source, bool direct);

/* How the claims' bodies are reached and made. */
struct precedence_bodies {
    void *context;
    struct claim_body (*get)(void *context, uint32_t body);
    /* The number of a body; 0 when out of memory: then the winner stays as it was. */
    uint32_t (*add)(void *context, const struct claim_body *body);
};

/* Keeps those of `claims` (all of one package and vulnerability) that count,
 * in place; returns their number. Order is not kept. */
size_t precedence_resolve(struct claim *claims, size_t count, bool system,
                          const struct precedence_bodies *bodies);
