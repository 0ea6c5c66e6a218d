/* Which names are one vulnerability.
 *
 * Sources name the same vulnerability CVE-..., GHSA-..., RUSTSEC-..., GO-... and
 * list each other as aliases. Names that alias each other, over any number of
 * steps, become one group; its name is the CVE where it has one, else a GHSA,
 * else the first in byte order. What a distribution makes of a CVE's name
 * ("DEBIAN-CVE-2023-4911") is that CVE.
 *
 * Two different CVEs are never one vulnerability, whatever a list of aliases
 * says: an alias that would join their groups is dropped. What the record of a
 * name says of its CVE is taken first, then what CVEs' records say, then the
 * rest, each in byte order: the outcome does not depend on the order of arrival.
 *
 * Names are numbered from 1; case is ignored.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum { MERGE_NAME_LIMIT = 255 }; /* bytes of a name */

struct merge;

struct merge *merge_new(size_t limit); /* bytes of names; NULL without memory */
void merge_free(struct merge *merge);
DEFINE_CLEANUP(struct merge, merge_free)

/* The number of a name, added when new. An empty or too long one gives 0. */
int merge_name(struct merge *merge, struct view id, uint32_t *ret, struct error *err);
bool merge_is_cve(const struct merge *merge, uint32_t name);
/* The record of `name` says that `alias` is the same. */
int merge_alias(struct merge *merge, uint32_t name, uint32_t alias, struct error *err);

/* Forms the groups; no names or aliases may be added afterwards. */
int merge_finish(struct merge *merge, struct error *err);

uint32_t merge_count(const struct merge *merge); /* names are 1 .. count - 1 */
/* Groups are named by the number of their best name. */
uint32_t merge_group(const struct merge *merge, uint32_t name);
/* All names of a group, the group's own first, the rest in byte order. */
const uint32_t *merge_members(const struct merge *merge, uint32_t group, size_t *ret_count);
/* As first spelled; CVEs in upper case. */
struct view merge_spelling(const struct merge *merge, uint32_t name);
/* In upper case: the key of look-ups. */
struct view merge_key(const struct merge *merge, uint32_t name);
/* Writes `id` in upper case, the CVE it stands for if any, as merge_key() would
 * have it; the empty view when it is no name. */
struct view merge_key_of(struct view id, char to[static MERGE_NAME_LIMIT]);
