/* Exploit predictions (EPSS) and known exploits (CISA KEV), as packed tables.
 *
 * Both are sorted by CVE (cve.h, cve_key) and searched in place. EPSS: a count
 * of n, n keys of 4 bytes, n pairs of score and percentile, 3 bytes each, in
 * units of 1e-7. KEV: rows of fixed size. All little-endian.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "model/finding.h"

enum { ENRICH_ROWS_LIMIT = 1 << 24 };

/* ---- Building ---- */

struct enrich_score {
    uint32_t cve, order;        /* order of arrival */
    uint32_t score, percentile; /* in units of 1e-7 */
};

enum { ENRICH_DATE_SIZE = 10 }; /* "2026-08-21" */

struct enrich_exploit {
    uint32_t cve, order;
    char date_added[ENRICH_DATE_SIZE], due_date[ENRICH_DATE_SIZE]; /* zeros: not given */
    bool ransomware;
};

struct enrich {
    struct enrich_score *scores;
    size_t score_count, score_room;
    struct enrich_exploit *exploits;
    size_t exploit_count, exploit_room;
};

void enrich_done(struct enrich *enrich);
int enrich_add_score(struct enrich *enrich, struct view cve, double score, double percentile,
                     struct error *err);
int enrich_add_exploit(struct enrich *enrich, struct view cve, const struct finding_kev *kev,
                       struct error *err);
/* Sorts; of several rows of one CVE the last added stays. */
void enrich_pack_scores(struct enrich *enrich, struct buf *to);
void enrich_pack_exploits(struct enrich *enrich, struct buf *to);

/* ---- Reading ---- */

/* The rows of a table; 0 for one whose size and count don't fit. */
size_t enrich_score_count(struct view table);
size_t enrich_exploit_count(struct view table);
struct finding_epss enrich_find_score(struct view table, struct view cve);
/* Dates are views of the table. */
struct finding_kev enrich_find_exploit(struct view table, struct view cve);
