/* The parts of what is known of a layer. Each is asked for, answered and
 * cached by itself: a layer whose packages are known from an earlier scan is
 * read again for its malware only.
 *
 * A worker's answer is a row of sections: a byte for which, its length (u64,
 * little-endian), its bytes. Each section is at most once there.
 */
#pragma once

#include "base/cursor.h"
#include "scan/scan.h"

/* The number of a section is the bit of its scanner in scan_options. */
enum layer_section {
    LAYER_SECTION_FACTS,   /* inventory/layer.h */
    LAYER_SECTION_CENSUS,  /* hygiene/census.h */
    LAYER_SECTION_SECRETS, /* an inspector's: file-inspector.h */
    LAYER_SECTION_MALWARE,
    LAYER_SECTION_COUNT,
};

enum { LAYER_GENERATION_SIZE = 32 };

#define LAYER_SECTION_BIT(section) (1u << (section))

/* The sections that these scanners (enum scan_scanner) look into. */
unsigned layer_sections_of(unsigned scanners);

/* What a section of one layer depends on besides the layer: tables, rules, the
 * version of the code. Part of the cache's key. */
struct view layer_section_generation(enum layer_section section, const struct scan_rules *rules,
                                     char to[static LAYER_GENERATION_SIZE]);

/* Splits an answer; sections that are not there are empty with a NULL pointer.
 * False when it is malformed. */
bool layer_sections_read(struct view reply, struct view ret[static LAYER_SECTION_COUNT]);
