/* Which vulnerabilities each record is about.
 *
 * A record is direct when it describes one vulnerability: its id is the name,
 * or its aliases name one CVE at most. It is a summary when it names several
 * CVEs, or when it is a distribution's advisory that says which vulnerabilities
 * it fixes ("DSA-5514-1" upstream "CVE-2023-4911"): then it is about each of
 * them, and its id is an erratum. A distribution's advisory that names none is
 * a vulnerability of its own.
 *
 * In a summary, a name without a CVE beside names with one is taken for a
 * repetition under another name and left out.
 */
#pragma once

#include "model/advisory.h"
#include "vulndb/merge.h"

struct subjects;

/* `merge` outlives it and learns all names and aliases. */
struct subjects *subjects_new(struct merge *merge);
void subjects_free(struct subjects *subjects);
DEFINE_CLEANUP(struct subjects, subjects_free)

/* Takes records one by one; they are numbered from 0. */
int subjects_take(struct subjects *subjects, const struct advisory *record, struct error *err);
/* After merge_finish(). */
void subjects_finish(struct subjects *subjects);

struct subject {
    const uint32_t *groups; /* of the merge, ascending, each once */
    size_t count;
    uint32_t name; /* the record's own */
    bool direct;
};

struct subject subjects_of(const struct subjects *subjects, size_t record);
