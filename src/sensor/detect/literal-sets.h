/* Literals that texts are asked for, and sets of them.
 *
 * A literal is what a text must begin with, end with, hold or be, so that some
 * test can hold. A set stands for "at least one of its literals is found", and
 * is known by its number; equal sets are one. A filter has 64 bits for sets
 * (abi/filter.h); each set that is used gets one, as long as there are any.
 *
 * Sets live as long as the table. One thread.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "sensor/abi/filter.h"

enum literal_text {
    LITERAL_PATH, /* absolute and clean, as given or as resolved */
    LITERAL_RAW,  /* a path as the program gave it */
    LITERAL_NAME, /* of the process */
    LITERAL_TEXTS,
};

enum literal_how {
    LITERAL_STARTS,
    LITERAL_ENDS,
    LITERAL_CONTAINS,
    LITERAL_TOP, /* no slash but at the beginning; the literal is empty */
    LITERAL_IS,
};

enum { LITERAL_NO_SET = UINT32_MAX };

struct literal_sets;

/* NULL without memory. */
struct literal_sets *literal_sets_new(void);
void literal_sets_free(struct literal_sets *sets);
DEFINE_CLEANUP(struct literal_sets, literal_sets_free)

/* The number of a literal; LITERAL_NO_SET without memory. Of names only
 * LITERAL_IS is asked, and of paths the others. */
uint32_t literal_of(struct literal_sets *sets, enum literal_text text, enum literal_how how,
                    struct view literal);
/* The set of these literals, of one text; they are sorted. */
uint32_t literal_set_of(struct literal_sets *sets, uint32_t *literals, size_t count);
/* All of these, which are of one text. */
uint32_t literal_set_union(struct literal_sets *sets, const uint32_t *list, size_t count);
enum literal_text literal_set_text(const struct literal_sets *sets, uint32_t set);
/* How often one of the set is found in what processes usually do, about: 0..1. */
float literal_set_chance(const struct literal_sets *sets, uint32_t set);
/* Whether these sets (LITERAL_NO_SET is none) have bits, or can get them. */
bool literal_sets_fit(const struct literal_sets *sets, const uint32_t *list, size_t count);
/* The bit of a set that fits; it is used from then on. `weight`, 0..1: how often it would
 * be this set that holds something back, about. */
uint64_t literal_set_bit(struct literal_sets *sets, uint32_t set, float weight);
/* Writes the literals of all sets that are used into the filter's tables. */
void literal_sets_fill(const struct literal_sets *sets, struct filter *filter);
/* As patterns, of which the first few: "*.pem, *id_rsa*, ... (7 more)". */
void literal_set_write(const struct literal_sets *sets, uint32_t set, struct buf *to);
bool literal_sets_failed(const struct literal_sets *sets);
