/* What a comment and an annotation say of a suppression:
 *
 *     ID[,ID...] [until=DATE] [reason]
 *
 * Internal to suppressions.
 */
#pragma once

#include "policy/suppression.h"

/* Fills ids, until and reason. */
int clause_parse(struct view text, struct arena *arena, struct suppression *ret, struct error *err);
/* "2026-12-31", which lasts to the end of that day in UTC, or RFC 3339. */
int clause_parse_date(struct view text, int64_t *ret, struct error *err);
/* The parts of "ID,ID": never empty ones. 0 when there is none. */
size_t clause_split(struct view text, struct arena *arena, const struct view **ret);
/* A glob that matches exactly this text. */
struct view clause_quote(struct view text, struct arena *arena);
/* A problem of an inline suppression, that cost only itself. */
struct diagnostic *clause_problem(struct view path, uint32_t line, const struct error *fault,
                                  struct arena *arena, struct diagnostic **list, size_t *count);
