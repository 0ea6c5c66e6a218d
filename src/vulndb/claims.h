/* All that records claim about packages, collected, settled and sorted: the
 * middle of a database build.
 *
 * claims_take() turns each affected package of a record into one claim for
 * each vulnerability the record is about. claims_settle() lets precedence.h
 * decide and sorts what is left by package (in the order of the file's keys)
 * and statement, so that claims which differ only in the vulnerability stand
 * together.
 */
#pragma once

#include "base/buf.h"
#include "base/hash.h"
#include "vulndb/intern.h"
#include "vulndb/precedence.h"
#include "vulndb/subjects.h"

struct claims {
    struct claim *items;
    size_t count, room;
    struct intern *texts;    /* versions' bounds, ids, names */
    struct intern *bodies;   /* struct claim_body */
    struct intern *packages; /* ecosystem, zero byte, name */
    uint32_t *order;         /* of a package's number, among the sorted keys */
    bool *system;            /* of a package's number */
    struct buf scratch;
    uint64_t overruled;
};

int claims_init(struct claims *claims, size_t limit, struct error *err);
void claims_done(struct claims *claims);

/* `newest`: of an ecosystem's name, a pointer to the date of the last record of
 * this id that speaks of it; older ones are passed over. NULL: there is one. */
int claims_take(struct claims *claims, const struct advisory *record, const struct subject *subject,
                const struct hash_map *newest, struct error *err);

/* `index` gets, by group, whether any claim is left (1) or not. */
int claims_settle(struct claims *claims, uint32_t *index, struct error *err);

/* Sorts by package, statement and index, when groups have got their indexes. */
void claims_sort(struct claims *claims, const uint32_t *index);

struct claim_body claims_body(const struct claims *claims, uint32_t body);
struct view claims_package(const struct claims *claims, uint32_t package);
