#include "vulndb/precedence.h"

/* Sources that are a distribution's own word, above all repetitions of it. */
static const struct view trackers[] = {
    VIEW("debian-tracker"),
    VIEW("alpine-secdb"),
};

enum {
    RANK_DIRECT = 1,
    RANK_TRACKER = 2,
};

unsigned precedence_rank(const struct ecosystem *ecosystem, struct view source, bool direct)
{
    unsigned rank = direct && ecosystem->by_vulnerability ? RANK_DIRECT : 0;

    for (size_t i = 0; i < sizeof(trackers) / sizeof(trackers[0]); i++)
        if (view_eq(source, trackers[i]))
            rank += RANK_TRACKER;
    return rank;
}

static bool meet(const struct claim_body *a, const struct claim_body *b)
{
    return a->module == b->module && a->arch == b->arch;
}

/* Whether a better claim, or one as good that settles it, stands against `i`. */
static bool is_overruled(const struct claim *claims, size_t count, size_t i,
                         const struct precedence_bodies *bodies)
{
    struct claim_body body = bodies->get(bodies->context, claims[i].body);

    for (size_t j = 0; j < count; j++) {
        struct claim_body other;

        if (claims[j].rank < claims[i].rank)
            continue;
        other = bodies->get(bodies->context, claims[j].body);
        if (!meet(&body, &other))
            continue;
        if (claims[j].rank > claims[i].rank || other.status == ADVISORY_NOT_AFFECTED)
            return true;
    }
    return false;
}

/* Rule 3: the claim whose fix ends an open one, or NULL. */
static const struct claim *find_fix(const struct claim *claims, size_t count, size_t open,
                                    const struct precedence_bodies *bodies)
{
    struct claim_body body = bodies->get(bodies->context, claims[open].body);
    const struct claim *best = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct claim *claim = &claims[i];
        struct claim_body other = bodies->get(bodies->context, claim->body);
        bool dated = claim->date && claims[open].date;

        if (other.open || other.status == ADVISORY_NOT_AFFECTED || !meet(&body, &other))
            continue;
        if (claim->rank == claims[open].rank ? dated && claim->date < claims[open].date
                                             : !dated || claim->date <= claims[open].date)
            continue;
        if (!best || claim->rank > best->rank ||
            (claim->rank == best->rank && claim->date > best->date))
            best = claim;
    }
    return best;
}

static void end_open(struct claim *claim, const struct claim *fix,
                     const struct precedence_bodies *bodies)
{
    struct claim_body open = bodies->get(bodies->context, claim->body);
    struct claim_body body = bodies->get(bodies->context, fix->body);
    uint32_t number;

    if (open.severity != SEVERITY_UNKNOWN) {
        body.severity = open.severity;
        body.severity_source = open.severity_source;
    }
    if (open.cvss)
        body.cvss = open.cvss;
    number = bodies->add(bodies->context, &body);
    if (number)
        claim->body = number;
}

static size_t drop_repetitions(struct claim *claims, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        bool repeated = false;

        for (size_t j = 0; j < kept && !repeated; j++)
            repeated = claims[j].body == claims[i].body;
        if (!repeated)
            claims[kept++] = claims[i];
    }
    return kept;
}

enum { CLAIMS_COMPARED = 1 << 10 }; /* of one package and vulnerability */

size_t precedence_resolve(struct claim *claims, size_t count, bool system,
                          const struct precedence_bodies *bodies)
{
    uint8_t kept[CLAIMS_COMPARED];
    size_t kept_count = 0;

    /* Comparing all with all: past any real number the rest is a union. */
    if (count > CLAIMS_COMPARED)
        return count;
    for (size_t i = 0; i < count; i++)
        kept[i] = !is_overruled(claims, count, i, bodies);
    for (size_t i = 0; i < count && system; i++) {
        const struct claim *fix;

        if (!kept[i] || !bodies->get(bodies->context, claims[i].body).open)
            continue;
        fix = find_fix(claims, count, i, bodies);
        if (fix)
            end_open(&claims[i], fix, bodies);
    }
    for (size_t i = 0; i < count; i++)
        if (kept[i])
            claims[kept_count++] = claims[i];
    return drop_repetitions(claims, kept_count);
}
