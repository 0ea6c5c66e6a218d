/* CVSS vectors, and the scores that follow from them.
 *
 * Versions 2.0, 3.0, 3.1 and 4.0 of FIRST's specification (first.org/cvss),
 * told apart by the prefix: "CVSS:3.1/AV:N/...", for 2.0 none ("AV:N/AC:L/
 * Au:N/..."), or parentheses around it. Metrics may come in any order; an
 * unknown or repeated one, an unknown value or a missing base metric is an
 * error. All arithmetic is in integers, so that no score depends on how a
 * machine rounds. Pure; safe in any thread.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"
#include "model/severity.h"

enum { CVSS_LENGTH_LIMIT = 512 }; /* bytes of a vector */

enum cvss_version {
    CVSS_2_0,
    CVSS_3_0,
    CVSS_3_1,
    CVSS_4_0,
    CVSS_VERSION_COUNT,
};

/* Scores go from 0.0 to 10.0 in steps of 0.1. */
struct cvss {
    enum cvss_version version;
    /* The base score; for 4.0 CVSS-B, as if the vector had only base metrics. */
    double base;
    /* 2.0 and 3.x: the base score when no temporal metric is defined, the
     * temporal one when no environmental metric is. 4.0 has one score, which
     * is in both. */
    double temporal, environmental;
    /* What a report shows: for 2.0 and 3.x the base score; for 4.0 the score
     * from all metrics given (CVSS-B, -BT, -BE or -BTE). */
    double score;
    /* Of `score`. 2.0 knows no critical (nvd.nist.gov/vuln-metrics/cvss). */
    enum severity rating;
};

int cvss_parse(struct view vector, struct cvss *ret, struct error *err);
/* "2.0", "3.0", "3.1", "4.0" */
const char *cvss_version_name(enum cvss_version version);
