/* What stands where a secret would stand, and is none: examples, templates,
 * variables, identifiers, hashes of public things. */
#pragma once

#include "base/view.h"

/* For every rule: "example", "changeme", "xxxx", "${VAR}", "<token>", one
 * character over and over, the keyboard from left to right. */
bool placeholder_is(struct view secret);

/* For rules that go by names: also UUIDs, paths, URLs, names of variables and
 * functions, words, dates, versions, colours. */
bool placeholder_is_plain(struct view value);

/* A digest, a picture or an integrity hash, by what stands before it on its
 * line. */
bool placeholder_is_public(struct view line_before);
