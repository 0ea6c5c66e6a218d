/* From the regular expression that an author writes to the two that are run.
 *
 * "%{NAME}" in it stands for a fragment of the table: boundaries, and what stands
 * between a name and its value. The first pass needs no boundaries, and wants
 * an occurrence told once: its last repetition is cut to the minimum.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"

struct secret_fragment {
    const char *name;
    const char *doc;     /* a key of tr() */
    const char *confirm; /* for PCRE2 */
    const char *scan;    /* for Vectorscan */
};

extern const struct secret_fragment secret_fragments[];
extern const size_t secret_fragment_count;

/* ERROR_INPUT for a fragment that is not known. */
int secret_regex_confirm(struct view written, struct buf *to, struct error *err);
int secret_regex_scan(struct view written, struct buf *to, struct error *err);
