/* One line that says what a vulnerability is, from the prose of advisories. */
#pragma once

#include "base/buf.h"
#include "base/view.h"

enum { SUMMARY_LIMIT = 200 }; /* bytes; a longer text ends in "..." at a word */

/* Appends `text` as one line: runs of white space and control characters
 * become one blank. */
void summary_add(struct buf *to, struct view text);

/* The first sentence of a text: up to a full stop before a blank and a capital
 * letter, or the end of the paragraph. */
struct view summary_sentence(struct view text);

/* What a summary advisory says of one CVE among others, empty when nothing:
 *
 *     * ldns: insufficient query-response matching (CVE-2026-10846)
 *
 * gives "ldns: insufficient query-response matching". */
struct view summary_of_cve(struct view details, struct view cve);
