/* What is known of a vulnerability apart from packages: its record, its score,
 * its exploits.
 *
 * A vulnerability is found in many packages, so each is read once for all of a
 * scan. Dossiers live in the arena, and hold nothing of the map.
 */
#pragma once

#include "base/arena.h"
#include "base/hash.h"
#include "model/finding.h"
#include "vulndb/vulndb.h"

struct dossier {
    struct vulndb_vulnerability record;
    struct finding_cvss cvss; /* of the first vector that can be scored, newest standard first */
    enum severity cvss_rating;
    struct finding_epss epss;
    struct finding_kev kev;
    uint32_t index;
};

struct dossiers {
    struct vulndb_reader *reader;
    struct arena *arena;
    struct hash_map *by_index;
};

int dossiers_init(struct dossiers *dossiers, struct vulndb_reader *reader, struct arena *arena,
                  struct error *err);
void dossiers_done(struct dossiers *dossiers);

int dossiers_get(struct dossiers *dossiers, uint32_t index, const struct dossier **ret,
                 struct error *err);

/* False, with `ret` untouched, when the vector is none. Keeps the view. */
bool dossier_score(struct view vector, struct finding_cvss *ret, enum severity *ret_rating);
