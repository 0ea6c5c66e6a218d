/* Releases: from what OSV, an OVAL text or os-release calls one to what
 * advisories are kept under. Used by ecosystem.c and ecosystem-system.c.
 *
 * Each rule takes every form its distribution is known by ("v3.20", "3.18.9",
 * "3.21_alpha20240807" and "edge" for Alpine) and is false for a text that is
 * no plain release.
 */
#pragma once

#include "vulndb/ecosystem.h"

/* Appends the release to `to`. */
typedef bool (*ecosystem_release_fn)(struct view text, struct ecosystem_name *to);

bool ecosystem_release_debian(struct view text, struct ecosystem_name *to);
bool ecosystem_release_ubuntu(struct view text, struct ecosystem_name *to);
bool ecosystem_release_alpine(struct view text, struct ecosystem_name *to);
/* "9.4", "9" -> "9" */
bool ecosystem_release_major(struct view text, struct ecosystem_name *to);
/* "3", "3.0.2024" -> "3.0" */
bool ecosystem_release_minor(struct view text, struct ecosystem_name *to);
/* One word of letters, digits, ".", "-" and "_", in lower case. */
bool ecosystem_release_word(struct view text, struct ecosystem_name *to);
/* What is left of a CPE: "9::appstream", "8" -> "8", "9" */
bool ecosystem_release_redhat(struct view text, struct ecosystem_name *to);
/* "15 SP5", "15.5" -> "15.5"; "12" -> "12"; not "12 SP5-LTSS" */
bool ecosystem_release_suse(struct view text, struct ecosystem_name *to);
/* "Basesystem 15 SP5" -> "15.5" */
bool ecosystem_release_suse_module(struct view text, struct ecosystem_name *to);
/* A suffix that names a repository and not a release: the family alone. */
bool ecosystem_release_ignored(struct view text, struct ecosystem_name *to);

/* Writes "family" or, with a rule that gives a release, "family:release". */
bool ecosystem_release_apply(struct view family, ecosystem_release_fn rule, struct view text,
                             struct ecosystem_name *ret);
