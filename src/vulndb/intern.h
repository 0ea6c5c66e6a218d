/* Interned bytes: equal texts get one small number, and are kept once.
 *
 * The builder holds millions of repeated names, versions and statements; as
 * numbers they are compared, sorted and stored cheaply. Number 0 is the empty
 * text. Numbers count up in the order of arrival. Views live as long as the
 * table.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

struct intern;

struct intern *intern_new(size_t limit); /* bytes; NULL without memory */
void intern_free(struct intern *table);
DEFINE_CLEANUP(struct intern, intern_free)

/* The number of `text`, added when it is new. */
int intern_add(struct intern *table, struct view text, uint32_t *ret, struct error *err);
/* False when it was never added. */
bool intern_find(const struct intern *table, struct view text, uint32_t *ret);
struct view intern_get(const struct intern *table, uint32_t number);
uint32_t intern_count(const struct intern *table); /* numbers in use, with 0 */
